import type { OutsideDirectory } from "#core/host";
import {
  type AnsweredQuestion,
  type AnswerOf,
  type Ask,
  AskingDirectory,
  isSameQuestion,
  type Question,
} from "#core/journal/format";
import type { RehearsalDirectory } from "./rehearsal-directory.ts";

/**
 * A granted directory that gives the recorded answers for as long as it is asked what was asked
 * then, in the same order. From the first other question on `made` answers, which is made of what
 * the recording tells and cannot know all that the real one knew.
 */
export function inStep(
  recorded: Iterator<AnsweredQuestion>,
  made: RehearsalDirectory,
): OutsideDirectory {
  let next = recorded.next();
  const ask: Ask = (call, subject, direct) => {
    const question = { call, subject } as Question;
    if (next.done !== true && isSameQuestion(next.value, question)) {
      const { answer } = next.value;
      made.follow(next.value);
      next = recorded.next();
      return answer as AnswerOf<typeof call>;
    }
    next = { done: true, value: undefined };
    return direct();
  };
  return new AskingDirectory(ask, made, made);
}
