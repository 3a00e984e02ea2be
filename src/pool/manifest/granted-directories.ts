import { assert } from "#core/base";
import { type DirectoryGrant, parseDirectoryGrant } from "#core/sys";
import type { Manifest, Uses } from "./manifest.ts";
import type { LateProblem } from "./parse-manifest.ts";

/** The directories of a process, whose relative ones start from the absolute `base`. */
export function directoriesOf(uses: Uses, base: string): readonly DirectoryGrant[] {
  return uses.files.map((text) => {
    const grant = parseDirectoryGrant(text);
    assert(grant !== undefined, "a manifest was read with its grants");
    return { ...grant, host: absolute(grant.host, base) };
  });
}

/**
 * Each directory of an app that cannot be granted, at its place. `whyNone` says of an absolute path
 * why there is no directory, to follow its name: `which is not there`. It is asked once of each.
 */
export function directoryProblems(
  { processes }: Manifest,
  base: string,
  whyNone: (path: string) => string | undefined,
): readonly LateProblem[] {
  const answers = new Map<string, string | undefined>();
  return processes.flatMap(({ name, uses }) =>
    directoriesOf(uses, base).flatMap(({ host }, index): readonly LateProblem[] => {
      if (!answers.has(host)) answers.set(host, whyNone(host));
      const why = answers.get(host);
      if (why === undefined) return [];
      const path = ["processes", name, "uses", "files", index];
      const found = `${JSON.stringify(host)}, ${why}`;
      return [{ path, found, expected: "a directory of the machine that it is to run on" }];
    }),
  );
}

/** A path from a base, without `.` and `..`: what an executor may reach is compared as text. */
function absolute(path: string, base: string): string {
  const names: string[] = [];
  for (const name of `${path.startsWith("/") ? "" : base}/${path}`.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return `/${names.join("/")}`;
}
