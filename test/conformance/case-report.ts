import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GuestKind, guestFile } from "#guests";
import type { GuestOutcome, GuestRunner } from "#test/programs";

/** What a conformance program says of one of its cases. */
export interface CaseResult {
  readonly title: string;
  readonly verdict: "ok" | "not ok" | "skip";
  /** What was wrong, or why it was skipped. */
  readonly detail: string;
}

const env = { GREETING: "hello", EMPTY: "" } as const;

/** Runs all cases of a program, and those that it did not come to one by one. */
export async function runCases(program: string, runner: GuestRunner): Promise<CaseResult[]> {
  const file = guestFile(`${"conformance" satisfies GuestKind}/${program}`);
  const listed = await runner({ file, args: ["--list"], env });
  const titles = listed.stdout.trim().split("\n");
  if (listed.ending !== "exited(0)") throw new Error(`${program} --list: ${describe(listed)}`);
  const all = await inFreshDirectory((directory) => runner({ file, env, directory }));
  const results = new Map(parseReport(all.stdout, titles).map((result) => [result.title, result]));
  for (const title of titles.filter((title) => !results.has(title))) {
    const one = await inFreshDirectory((directory) =>
      runner({ file, args: [title], env, directory }),
    );
    const found = parseReport(one.stdout, titles).find((result) => result.title === title);
    results.set(title, found ?? { title, verdict: "not ok", detail: describe(one) });
  }
  return titles.flatMap((title) => results.get(title) ?? []);
}

/** Reads lines of "ok TITLE", "not ok TITLE: DETAIL" and "skip TITLE: DETAIL". */
export function parseReport(report: string, titles: readonly string[]): readonly CaseResult[] {
  return report.split("\n").flatMap((line) => {
    const verdict = (["not ok", "skip", "ok"] as const).find((word) => line.startsWith(`${word} `));
    if (verdict === undefined) return [];
    const rest = line.slice(verdict.length + 1);
    const title = titles.find((known) => rest === known || rest.startsWith(`${known}: `));
    return title === undefined ? [] : [{ title, verdict, detail: rest.slice(title.length + 2) }];
  });
}

async function inFreshDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "noos-cases-"));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function describe({ ending, stderr }: GuestOutcome): string {
  return `the program did not come to it: ${ending} ${stderr.trim().slice(-500)}`.trim();
}
