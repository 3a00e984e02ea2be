/** What an operator may ask of a tree in vain. */
import { PlatformError } from "#core/sys";

export function specInvalid(problem: string): PlatformError {
  return new PlatformError(`cannot supervise this: ${problem}`, {
    code: "SPEC_INVALID",
    hint: "give each child a name of its own among its siblings, and times above 0",
  });
}

export function childUnknown(path: string): PlatformError {
  return new PlatformError(`there is no child "${path}" in this tree`, {
    code: "CHILD_UNKNOWN",
    hint: "name a child by its path from the root, as app/worker",
  });
}

export function childExists(path: string): PlatformError {
  return new PlatformError(`there is a child "${path}" already`, {
    code: "CHILD_EXISTS",
    hint: "choose another name, replace that child, or wait until it has been removed",
  });
}

export function childNotDeclared(path: string): PlatformError {
  return new PlatformError(`"${path}" is not what a supervisor's list of children names`, {
    code: "CHILD_NOT_DECLARED",
    hint: "change a supervisor's children; a program starts and restarts its own",
  });
}
