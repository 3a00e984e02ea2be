import { nearest } from "#core/base";
import { parseDirectoryGrant } from "#core/sys";
import { type Node, type Problems, quote } from "#pool/manifest/document";
import { type At, atKey, type Located, refuse } from "#pool/manifest/shape";
import {
  clashes,
  isTcpRoute,
  parseCallee,
  parseTcpRoute,
  servedKey,
  type TcpRoute,
} from "#pool/route";
import { checkSpawn } from "./agreement-spawn.ts";
import { manifestBounds } from "./bounds.ts";
import type { WrittenApp, WrittenProcess, WrittenSupervisor, WrittenUses } from "./fields.ts";
import { Names } from "./names.ts";
import { rootName } from "./root-name.ts";
import { isSummoned, type WrittenConsume } from "./summon-fields.ts";

/** Notes what each field may say for itself and all of them together must not. */
export function checkAgreement(written: WrittenApp, problems: Problems): void {
  const top: At = { path: "", problems };
  const config = written.config.map(([name]) => name);
  const suggestions = new Suggestions();
  const listening = new Names("in the app");
  const routes = new Names("in the app");
  const tcpPorts = new TcpPorts();
  checkCounts(written, top);
  for (const [name, process, { key }] of written.processes) {
    const { uses } = process;
    const atProcess = atKey(atKey(top, "processes"), key.text);
    checkNotRoot({ value: name, node: key }, atProcess);
    const at = atKey(atProcess, "uses");
    checkVariables(uses, at);
    checkDirectories(uses, at);
    checkNet(uses, at);
    checkConfig(uses, { config, suggestions, at: atKey(at, "config") });
    for (const address of uses.listen) {
      const isChosenBySystem = address.value.endsWith(":0");
      if (!isChosenBySystem) listening.add(address, atKey(at, "listen"));
    }
    checkServe(process, key, atProcess);
    checkTimes(process, atProcess);
    checkCalls(uses, { written, suggestions, at: atKey(at, "call") });
    checkTcpRoutes(process, atProcess);
    for (const route of process.serve?.routes ?? []) {
      routes.add(route, atKey(atProcess, "serve"));
      tcpPorts.add(route, atKey(atProcess, "serve"));
    }
  }
  checkQueues(written, top);
  checkSpawn(written, top);
  if (written.tree !== undefined) checkTree(written, { tree: written.tree, top, suggestions });
}

/** All processes of an app together have a bound, told at the one that passes it. */
function checkCounts({ processes }: WrittenApp, top: At): void {
  const { countMax } = manifestBounds;
  let sum = 0;
  for (const [, { count }, { key }] of processes) {
    const before = sum;
    sum += count;
    if (before > countMax || sum <= countMax) continue;
    const at = atKey(atKey(top, "processes"), key.text);
    refuse(key, at, {
      found: `${sum} processes up to here`,
      expected: `at most ${countMax} in all`,
    });
  }
}

/** Whom it calls in its own app has to serve; others may come later. */
function checkCalls(
  { call }: WrittenUses,
  around: { readonly written: WrittenApp; readonly suggestions: Suggestions; readonly at: At },
): void {
  const { written, suggestions, at } = around;
  for (const { value, node } of call) {
    const callee = parseCallee(value, written.app);
    if (callee?.kind !== "name" || !callee.key.startsWith(`${written.app}/`)) continue;
    const served = written.processes.filter(([, process]) => serves(process));
    const known = [...served.map(([name]) => name), ...queueNames(written)];
    if (known.some((name) => servedKey(written.app, name) === callee.key)) continue;
    refuse(node, at, {
      expected: "the name of a process that serves, or of a queue",
      meant: suggestions.for(value, known),
    });
  }
}

/** Who answers requests is as many as they want, and gets its connections with them. */
function checkServe(process: WrittenProcess, key: Node, at: At): void {
  const { count, uses } = process;
  if (!serves(process)) return;
  if (count > 1) {
    refuse(key, atKey(at, "count"), {
      found: `${count} of a process that serves`,
      expected: "how many in serve: { instances: 0..4 }",
    });
  }
  for (const { node } of uses.listen) {
    refuse(node, atKey(atKey(at, "uses"), "listen"), {
      expected: "no address of a process that serves: its requests come by its routes",
    });
  }
}

/** Raw connections are for programs that accept some. */
function checkTcpRoutes({ serve, source }: WrittenProcess, at: At): void {
  const isScript = source !== undefined;
  const as = serve?.as?.value ?? "tcp";
  if (isScript && serve?.as?.value === "tcp") {
    refuse(serve.as.node, atKey(atKey(at, "serve"), "as"), {
      found: '"tcp" of a script',
      expected: "no raw connections of what is called for requests: leave it out",
    });
  }
  if (!isScript && as === "tcp") return;
  const found = isScript ? "of a script" : `as: ${as}`;
  for (const { value, node } of serve?.routes ?? []) {
    if (!isTcpRoute(value)) continue;
    refuse(node, atKey(at, "serve"), {
      found: `${quote(value)} ${found}`,
      expected: "tcp: routes only of an image that accepts connections, as: tcp",
    });
  }
}

/** One port is one process's, also where one of two addresses is all of them. */
class TcpPorts {
  readonly #taken: TcpRoute[] = [];

  add({ value, node }: Located<string>, at: At): void {
    const route = parseTcpRoute(value);
    if (route === undefined) return;
    if (this.#taken.some((other) => other.host !== route.host && clashes(other, route))) {
      refuse(node, at, {
        found: quote(value),
        expected: "a port that nothing else in the app has",
      });
    }
    this.#taken.push(route);
  }
}

/** Messages and runs are requests too. */
function serves(process: WrittenProcess): boolean {
  return process.serve !== undefined || isSummoned(process);
}

function queueNames({ queues, processes }: WrittenApp): readonly string[] {
  const consumed = processes.flatMap(([, { consume }]) => consume?.queue.value ?? []);
  return [...queues.map(([name]) => name), ...consumed];
}

/** It is by its name that a request is for one or the other. */
function checkQueues(written: WrittenApp, top: At): void {
  const served = written.processes.filter(([, process]) => serves(process));
  const names = new Set(served.map(([name]) => name));
  const check = ({ value, node }: Located<string>, at: At): void => {
    if (value === "" || !names.has(value)) return;
    refuse(node, at, {
      found: quote(value),
      expected: "a name for the queue that no process that serves has",
    });
  };
  for (const [name, , { key }] of written.queues) {
    check({ value: name, node: key }, atKey(top, "queues"));
  }
  for (const [, { consume }, { key }] of written.processes) {
    if (consume === undefined) continue;
    const at = atKey(atKey(atKey(top, "processes"), key.text), "consume");
    check(consume.queue, at);
    checkBatch(consume, at);
  }
}

/** A batch that can never be full would wait in vain each time. */
function checkBatch({ batch, wait, "at-once": atOnce }: WrittenConsume, at: At): void {
  if (batch !== undefined && batch.value > atOnce) {
    const expected = `at most ${atOnce}, as many as it has at-once`;
    refuse(batch.node, atKey(at, "batch"), { expected });
  }
  if (wait !== undefined && (batch?.value ?? 1) === 1) {
    refuse(wait.node, atKey(at, "wait"), { expected: "batch beside it, of more than 1" });
  }
}

/** It runs by one clock, and a zone is the zone of a clock on a wall. */
function checkTimes({ every, cron, zone, missed }: WrittenProcess, at: At): void {
  if (every !== undefined && cron !== undefined) {
    refuse(cron.node, atKey(at, "cron"), { expected: "either every or cron" });
  }
  if (zone !== undefined && cron === undefined) {
    refuse(zone.node, atKey(at, "zone"), { expected: "no zone without cron" });
  }
  if (missed !== undefined && every === undefined && cron === undefined) {
    refuse(missed.node, atKey(at, "missed"), { expected: "every or cron beside it" });
  }
}

/** Unnamed supervisors and further processes of a name are `root.2`, and must not be both. */
function checkNotRoot({ value, node }: Located<string>, at: At): void {
  if (value !== rootName) return;
  refuse(node, at, {
    found: quote(value),
    expected: "another name: the top of a tree has this one",
  });
}

/** A program sees its env, config and secrets alike: by name. */
function checkVariables({ env, config, secrets }: WrittenUses, at: At): void {
  const names = new Names("among env, config and secrets");
  for (const [name, , { key }] of env) names.add({ value: name, node: key }, atKey(at, "env"));
  for (const name of config) names.add(name, atKey(at, "config"));
  for (const name of secrets) names.add(name, atKey(at, "secrets"));
}

function checkDirectories({ files }: WrittenUses, at: At): void {
  const names = new Names("as the guest's name of a directory");
  for (const { value, node } of files) {
    const guest = parseDirectoryGrant(value)?.guest.replace(/(?<=.)\/+$/, "");
    if (guest !== undefined) names.add({ value: guest, node }, atKey(at, "files"));
  }
}

/** Whom a process may call is in its `/net`: no directory hides that, or is hidden by it. */
function checkNet({ files, call }: WrittenUses, at: At): void {
  const hasNames = call.some(({ value }) => parseCallee(value, "app")?.kind === "name");
  if (!hasNames) return;
  for (const { value, node } of files) {
    const guest = parseDirectoryGrant(value)?.guest ?? "";
    if (!/^(?:\.?\/)*net(?:\/|$)/.test(guest)) continue;
    refuse(node, atKey(at, "files"), {
      found: quote(value),
      expected: "another place than /net, which has those that the process may call",
    });
  }
}

function checkConfig(
  uses: WrittenUses,
  around: {
    readonly config: readonly string[];
    readonly suggestions: Suggestions;
    readonly at: At;
  },
): void {
  const { config, suggestions, at } = around;
  if (uses.config.length === 0) return;
  const known = new Set(config);
  for (const { value, node } of uses.config) {
    if (value === "" || known.has(value)) continue;
    refuse(node, at, {
      expected: "a name in the app's config",
      meant: suggestions.for(value, config),
    });
  }
}

/** So many names are compared for suggestions in all: ten thousand slips have to be told fast. */
const comparedMax = 500_000;

/** Finds what was probably meant, for as long as that is cheap. */
class Suggestions {
  #left = comparedMax;

  for(typed: string, known: readonly string[]): string | undefined {
    if (this.#left < known.length) return undefined;
    this.#left -= known.length;
    const near = nearest(typed, known);
    return near === undefined ? undefined : quote(near);
  }
}

/** Each process stands in the tree once, and supervisors have names of their own. */
function checkTree(
  { processes }: WrittenApp,
  around: {
    readonly tree: WrittenSupervisor;
    readonly top: At;
    readonly suggestions: Suggestions;
  },
): void {
  const { tree, top, suggestions } = around;
  const known = processes.map(([name]) => name);
  const walk = new TreeWalk(known, suggestions);
  walk.visit(tree, atKey(top, "tree"));
  const missing = processes.filter(([name]) => name !== "" && !walk.placed.has(name));
  const [first] = missing;
  if (first === undefined) return;
  // Told once: of a tree with one mistake, all can be missing, and would hide the mistake.
  const [name, , { key }] = first;
  const others = missing.length === 1 ? "" : ` and ${missing.length - 1} more`;
  const found = `${quote(name)}${others}, which the tree does not have`;
  refuse(key, atKey(top, "processes"), { found, expected: "each process once in the tree" });
}

/** One way through a tree, from the top down and from left to right. */
class TreeWalk {
  readonly placed: Set<string> = new Set();
  readonly #known: readonly string[];
  readonly #isKnown: ReadonlySet<string>;
  readonly #children = new Names("in the tree");
  readonly #supervisors: Names;

  readonly #suggestions: Suggestions;

  constructor(known: readonly string[], suggestions: Suggestions) {
    this.#suggestions = suggestions;
    this.#known = known;
    this.#isKnown = new Set(known);
    this.#supervisors = new Names("among processes and supervisors", known);
  }

  visit(supervisor: WrittenSupervisor, at: At): void {
    if (supervisor.name !== undefined) this.#supervisors.add(supervisor.name, atKey(at, "name"));
    const below = atKey(at, "children");
    for (const { is, node } of supervisor.children) {
      if (typeof is !== "string") this.#nested(is, atKey(below, "supervisor"));
      else if (is !== "") this.#leaf({ value: is, node }, below);
    }
  }

  #nested(supervisor: WrittenSupervisor, at: At): void {
    if (supervisor.name !== undefined) checkNotRoot(supervisor.name, atKey(at, "name"));
    this.visit(supervisor, at);
  }

  #leaf(name: Located<string>, at: At): void {
    this.placed.add(name.value);
    this.#children.add(name, at);
    if (this.#isKnown.has(name.value)) return;
    const meant = this.#suggestions.for(name.value, this.#known);
    refuse(name.node, at, { expected: "the name of a process", meant });
  }
}
