import type { Question } from "./directory-calls.ts";

/** Whether two questions ask the same of the same. */
export function isSameQuestion(one: Question, other: Question): boolean {
  const subject: readonly unknown[] = other.subject;
  return (
    one.call === other.call && one.subject.every((part, index) => isSame(part, subject[index]))
  );
}

/** Whether two pieces of output, or of input, have the same content. */
export function areSameBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false;
  return true;
}

function isSame(one: unknown, other: unknown): boolean {
  const areBytes = one instanceof Uint8Array && other instanceof Uint8Array;
  return areBytes ? areSameBytes(one, other) : one === other;
}
