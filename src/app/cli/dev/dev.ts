import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findManifest } from "#app/cli/app-file";
import { readOperands } from "#app/cli/ask";
import type { ParsedArguments, Terminal } from "#app/cli/command";
import { listenToSignals, type Wish } from "#app/cli/up";
import { printable } from "#core/base";
import { followFailures } from "./failures.ts";
import { linksOf } from "./links.ts";
import { Outputs } from "./outputs.ts";
import { openPlace, type Place } from "./place.ts";
import { Session } from "./session.ts";
import { SourceWatch } from "./source-watch.ts";
import { TypeCheck } from "./type-check.ts";

/** How often it is looked for what processes have written. */
const lookMs = 100;

type Say = (line: string) => void;

/** `noos dev [DIR|FILE]`. */
export async function dev(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const [operand = "."] = readOperands(parsed, { command: "dev", names: ["DIR|FILE?"] });
  // Nothing is started for the sake of an app file that is not there.
  findManifest(operand);
  const say: Say = (line) => terminal.err(`noos: ${printable(line)}\n`);
  const wished = Promise.withResolvers<Wish>();
  listenToSignals(wished.resolve);
  await using place = await openPlace(parsed, process.env, {
    down: () => wished.resolve("noos down"),
    failed: (error) => say(`a defect, and what runs goes on: ${String(error)}`),
  });
  const { apps } = await place.daemon.status();
  const before = new Set(apps.map(({ name }) => name));
  const outputs = new Outputs(place.daemon, terminal);
  for (const app of before) await outputs.passOver(app);
  say(placeLine(place));

  const session = new Session(place.daemon, terminal, { operand, toStay: before });
  const ended = new AbortController();
  const { signal } = ended;
  const work = Promise.all([
    followSources(session, { operand, place, say, signal, types: new TypeCheck(terminal) }),
    followOutputs(session, outputs, signal),
    followFailures(place.daemon, { say, signal }),
  ]);
  // What goes wrong in any of them ends the command, and all that it brought with it.
  const wish = await Promise.race([wished.promise, work.then(() => wished.promise)]);
  ended.abort();
  await work;
  await leave(session, { place, before, wish, say });
  return 0;
}

function placeLine({ isOwn, at }: Place): string {
  const which = isOwn ? "a daemon for this app alone" : "the daemon that runs";
  return `developing in ${which}; from elsewhere: noos ps --at ${at}`;
}

/** Has the app follow its sources, one change after the other. */
async function followSources(
  session: Session,
  around: {
    readonly operand: string;
    readonly place: Place;
    readonly say: Say;
    readonly signal: AbortSignal;
    readonly types: TypeCheck;
  },
): Promise<void> {
  const { operand, place, say, signal, types } = around;
  let changed = new Set<string>();
  let next = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => next.resolve());
  using watch = new SourceWatch((paths) => {
    changed = changed.union(paths);
    next.resolve();
  });
  const manifest = resolve(findManifest(operand));
  const told = new Set<string>();
  while (!signal.aborted) {
    const paths = changed;
    changed = new Set();
    next = Promise.withResolvers<void>();
    await session.follow(paths);
    void types.check(dirname(manifest));
    watch.follow([manifest, ...session.madeOf], { isAnyOfUse: !session.isSound });
    const { http } = await place.daemon.status();
    // What was never deployed answers nowhere.
    const deployed = session.app === undefined ? undefined : session.file?.manifest;
    const links = http === undefined || deployed === undefined ? [] : linksOf(deployed, http);
    for (const link of links) if (!told.has(link)) say(link);
    for (const link of links) told.add(link);
    if (changed.size === 0) await next.promise;
  }
  types.close();
}

async function followOutputs(
  session: Session,
  outputs: Outputs,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    if (session.app !== undefined) await outputs.look(session.app);
    await sleep(lookMs);
  }
  if (session.app !== undefined) await outputs.look(session.app);
}

/** Takes away what was brought; an app that was there before stays as it is. */
async function leave(
  session: Session,
  around: {
    readonly place: Place;
    readonly before: ReadonlySet<string>;
    readonly wish: Wish;
    readonly say: Say;
  },
): Promise<void> {
  const { place, before, wish, say } = around;
  if (place.isOwn) return say(`${wish}: ending what runs`);
  const { app } = session;
  if (app === undefined) return;
  if (before.has(app)) return say(`${wish}: ${app} was there before, and stays as it is now`);
  say(`${wish}: removing ${app}`);
  await place.daemon.remove(app);
}
