import { PlatformError } from "#core/sys";

/** No executor said what came of it: it was lost, or took too long. */
export function cutRehearsal(path: string): PlatformError {
  return new PlatformError(`the rehearsal of "${path}" was cut off: its executor did not answer`, {
    code: "REHEARSAL_CUT",
    hint: "nothing was changed; rehearse it again when requests have come again",
  });
}

export function notServing(path: string, why = "serves no requests"): PlatformError {
  return new PlatformError(`cannot rehearse "${path}", which ${why}`, {
    code: "CHILD_UNKNOWN",
    hint: "`noos ps` shows what serves",
  });
}

export function imageUnknown(image: string, path: string): PlatformError {
  return new PlatformError(`the image ${image}, to rehearse "${path}" with, is not here`, {
    code: "IMAGE_UNKNOWN",
    hint: "`noos rehearse` uploads it first",
  });
}

export function noBuild(path: string): PlatformError {
  return new PlatformError(`it is not said what "${path}" is to be rehearsed with`, {
    code: "REQUEST_INVALID",
    hint: "either an image, or an app",
  });
}

export function otherApp(wanted: string, found: string): PlatformError {
  return new PlatformError(`the app file is of "${found}", and what is rehearsed of "${wanted}"`, {
    code: "SPEC_INVALID",
    hint: "rehearse where its own app file is, or name an image",
  });
}

export function beyondReach(path: string): PlatformError {
  return new PlatformError(
    `the new build of "${path}" reads directories that what serves cannot reach`,
    {
      code: "GRANT_INVALID",
      hint: "rehearse an image alone; directories that are new come with a deploy",
    },
  );
}
