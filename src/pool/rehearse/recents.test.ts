import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import type { ByteSink } from "#core/host";
import type { IncomingRequest } from "#core/host/traffic";
import { content } from "#core/stream";
import { errno } from "#core/sys";
import { refuse } from "#pool/ingress";
import { Recents, RecentsBudget } from "./recents.ts";

const encoder = new TextEncoder();

/** A request whose sender takes everything. */
function request(target: string, body?: string): IncomingRequest & { heard: string } {
  const sink: ByteSink = {
    push: (bytes, answer) => {
      made.heard += new TextDecoder().decode(bytes);
      void Promise.resolve().then(() => answer(undefined));
    },
    close: () => (made.heard += "."),
  };
  const made = {
    head: { method: "GET", scheme: "http", authority: "x", target, fields: [] } as const,
    body: body === undefined ? undefined : content(body),
    isUpgrade: false,
    heard: "",
    respond: ({ status }: { readonly status: number }, bytes: Uint8Array): void => {
      made.heard += `${status} ${new TextDecoder().decode(bytes)}`;
    },
    begin: () => sink,
    accept: () => assert.fail(),
    abandon: (why: string) => (made.heard += `!${why}`),
    whenGone: () => undefined,
  };
  return made;
}

interface Bench {
  readonly time: SimulatedHost["time"];
  readonly recents: Recents;
}

function bench({ isOn = true, budget = new RecentsBudget() } = {}): Bench {
  const { time } = simulatedHost({ seed: 1 });
  return { time, recents: new Recents(isOn, { turns: time, budget }) };
}

function targets(recents: Recents): readonly string[] {
  return recents.all.map(({ head }) => head.target);
}

/** One that is answered at once. */
function call(recents: Recents, target: string, answer = "hi"): void {
  recents.watched(request(target)).respond({ status: 200, fields: [] }, encoder.encode(answer));
}

async function read(from: IncomingRequest): Promise<void> {
  for (let isMore = true; isMore;) {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    from.body?.pull(2, resolve);
    isMore = (await promise) instanceof Uint8Array;
  }
}

suite("requests of late", () => {
  test("are kept whole, with their answers, and are answered as they would be", async () => {
    const { recents } = bench();
    const sent = request("/a", "hello");
    const watched = recents.watched(sent);
    await read(watched);
    const sink = watched.begin({ status: 201, fields: ["a", "1"] });
    await new Promise((resolve) => sink.push(encoder.encode("one "), resolve));
    await new Promise((resolve) => sink.push(encoder.encode("two"), resolve));
    assert.equal(recents.all.length, 0);
    sink.close();
    assert.equal(sent.heard, "one two.");
    const [kept] = recents.all;
    const texts = [kept?.body, kept?.answer.body].map((bytes) => new TextDecoder().decode(bytes));
    assert.deepEqual(texts, ["hello", "one two"]);
    assert.deepEqual(kept?.answer.head, { status: 201, fields: ["a", "1"] });
  });

  test("are not kept where anything of them is missing, or is ours", async () => {
    const { recents } = bench();
    // Its body was not read.
    recents
      .watched(request("/unread", "body"))
      .respond({ status: 200, fields: [] }, encoder.encode(""));
    const failing: ByteSink = {
      push: (_bytes, answer) => answer(errno.EPIPE),
      close: () => undefined,
    };
    const deaf = recents.watched({ ...request("/deaf"), begin: () => failing });
    const sink = deaf.begin({ status: 200, fields: [] });
    await new Promise((resolve) => sink.push(encoder.encode("x"), resolve));
    sink.close();
    const cut = recents.watched(request("/cut"));
    cut.begin({ status: 200, fields: [] });
    cut.abandon("it trapped");
    const refused = request("/refused");
    refuse(recents.watched(refused), { status: 503, reason: "waited", why: "nobody came" });
    assert.match(refused.heard, /^503 .*nobody came/);
    call(recents, "/long", "x".repeat(64 * 1024 + 1));
    const long = recents.watched(request("/long", "x".repeat(70_000)));
    await read(long);
    long.respond({ status: 200, fields: [] }, encoder.encode(""));
    assert.deepEqual(targets(recents), []);
    const socket = { ...request("/socket"), isUpgrade: true };
    assert.equal(recents.watched(socket), socket);
  });

  test("are 20 in a second at most; of others nothing is looked at", async () => {
    const { recents, time } = bench();
    const all = Array.from({ length: 50 }, (_, at) => request(`/${at}`));
    const isSeen = all.map((each) => recents.watched(each) !== each);
    assert.equal(isSeen.indexOf(false), 20);
    assert.ok(isSeen.slice(20).every((each) => !each));
    await time.runFor(1e9);
    const later = request("/later");
    assert.notEqual(recents.watched(later), later);
  });

  test("are eight of a kind at most, and 64 in all: the oldest go", async () => {
    const { recents, time } = bench();
    for (let second = 0; second < 5; second++) {
      for (let at = 0; at < 15; at++) call(recents, `/${second}/${at}`);
      for (let at = 0; at < 5; at++) call(recents, `/health?${second}`);
      await time.runFor(1e9);
    }
    const kept = targets(recents);
    assert.equal(kept.length, 64);
    const health = kept.filter((target) => target.startsWith("/health"));
    assert.deepEqual(health, [
      ...Array.from({ length: 3 }, () => "/health?3"),
      ...Array.from({ length: 5 }, () => "/health?4"),
    ]);
    assert.equal(kept.at(-6), "/4/14");
    assert.ok(!kept.includes("/0/0"));
  });

  test("are a mebibyte at most of one process, and 16 of all together", async () => {
    const budget = new RecentsBudget();
    const { recents, time } = bench({ budget });
    const body = "x".repeat(60_000);
    for (let at = 0; at < 20; at++) call(recents, `/${at}`, body);
    assert.deepEqual([targets(recents).length, targets(recents)[0]], [17, "/3"]);
    const others = Array.from({ length: 17 }, () => new Recents(true, { turns: time, budget }));
    for (const each of others) for (let at = 0; at < 20; at++) call(each, `/${at}`, body);
    const counts = [recents, ...others].map((each) => targets(each).length);
    assert.equal(counts[0], 0);
    assert.ok(counts.reduce((sum, count) => sum + count, 0) * 60_000 < 16 * 2 ** 20);
    // What is forgotten makes room again.
    for (const each of others) each.forget();
    await time.runFor(1e9);
    call(recents, "/again");
    assert.deepEqual(targets(recents), ["/again"]);
  });

  test("are none where they are not to be kept, and gone when that is turned off", () => {
    const { recents } = bench({ isOn: false });
    const sent = request("/a");
    assert.equal(recents.watched(sent), sent);
    recents.turn(true);
    const late = recents.watched(request("/late"));
    call(recents, "/a");
    assert.deepEqual(targets(recents), ["/a"]);
    recents.turn(false);
    late.respond({ status: 200, fields: [] }, encoder.encode(""));
    assert.deepEqual(targets(recents), []);
  });
});
