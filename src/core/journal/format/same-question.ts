import { areSameBytes } from "#core/base";
import type { Question } from "./directory-calls.ts";

/** Whether two questions ask the same of the same. */
export function isSameQuestion(one: Question, other: Question): boolean {
  const subject: readonly unknown[] = other.subject;
  return (
    one.call === other.call && one.subject.every((part, index) => isSame(part, subject[index]))
  );
}

function isSame(one: unknown, other: unknown): boolean {
  const areBytes = one instanceof Uint8Array && other instanceof Uint8Array;
  return areBytes ? areSameBytes(one, other) : one === other;
}
