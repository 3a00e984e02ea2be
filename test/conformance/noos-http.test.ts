import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { errno } from "#core/sys";
import { simulatedHost } from "#adapters/sim";
import {
  SimulatedInlet,
  SimulatedOutlet,
  type SimulatedRequest,
  type SimulatedRequestOptions,
} from "#adapters/sim/traffic";
import { answerName, type Puppet, PuppetTheatre } from "#test/puppet";

/** Texts in the memory of the program that is tried, and where they lie. */
const texts = {
  ok: "200\0",
  plain: "200\0content-type\0text/plain\0",
  switching: "101\0",
  unclosed: "200\0a\0b",
  there: "GET\0http\0there\0/\0",
  slow: "GET\0http\0slow\0/\0",
  nobody: "GET\0http\0nobody\0/\0",
  refusing: "GET\0http\0refusing\0/\0",
  badRequest: "GET\0there\0/\0",
  body: "hello",
  notUtf8: "\xff",
} as const;
type TextName = keyof typeof texts;

const textsAt = 1024;
const place = 4096;
const result = 512;
const outside = 65_530;

/** A text as two parameters: its address and its length. */
function text(name: TextName): readonly [number, number] {
  const index = Object.keys(texts).indexOf(name);
  return [textsAt + index * 64, texts[name].length];
}

interface World {
  readonly request: SimulatedRequest;
  readonly outlet: SimulatedOutlet;
  readonly after: (ns: number, callback: () => void) => void;
  readonly puppet: Puppet;
  readonly run: () => Promise<void>;
}

/** A call, its parameters and what it answers; or something that happens outside. */
type Step =
  | readonly [call: string, parameters: readonly (number | bigint)[], answer: string]
  | ((world: World) => unknown);

interface Case {
  readonly title: string;
  readonly request?: SimulatedRequestOptions;
  readonly isEventful?: boolean;
  readonly steps: readonly Step[];
}

/** The number of the request that came; the first that is made has the next. */
const one = 1;
const two = 2;
const upgrade = { isUpgrade: true };
const eventful = { isEventful: true };

const cases: readonly Case[] = [
  {
    title: "head tells a head and its length, and ERANGE with the length when it does not fit",
    steps: [
      ["head", [one, place, 14, result], "ERANGE"],
      ({ puppet }) => assert.equal(puppet.process.memory.u32(result), 15),
      ["head", [one, place, 15, result], "ok"],
      ({ puppet }) => assert.equal(puppet.process.memory.text(place, 15), "GET\0http\0sim\0/\0"),
    ],
  },
  {
    title: "an exchange that is not there is EBADF for every call",
    steps: [
      ["head", [7, place, 9, result], "EBADF"],
      ["read", [7, place, 9, result], "EBADF"],
      ["respond", [7, ...text("ok"), 0, 0, 0], "EBADF"],
      ["write", [7, place, 9, result], "EBADF"],
      ["finish", [7], "EBADF"],
      ["close", [7], "EBADF"],
      ["accept", [7, 0, 0], "EBADF"],
      ["receive", [7, place, 9, result], "EBADF"],
      ["send", [7, 1, place, 9], "EBADF"],
      ["leave", [7, 1000, 0, 0], "EBADF"],
    ],
  },
  {
    title: "an address outside of the memory is EFAULT, and nothing has happened",
    steps: [
      ["head", [one, outside, 99, result], "EFAULT"],
      ["head", [one, place, 99, outside + 4], "EFAULT"],
      ["read", [one, outside, 99, result], "EFAULT"],
      ["respond", [one, outside, 99, 0, 0, 0], "EFAULT"],
      ["respond", [one, ...text("ok"), outside, 99, 0], "EFAULT"],
      ["request", [...text("there"), 0, 0n, outside + 4], "EFAULT"],
      ({ request }) => assert.equal(request.answer, undefined),
      ["respond", [one, ...text("ok"), 0, 0, 0], "ok"],
    ],
  },
  {
    title: "respond refuses a head that is not well formed, and unknown flags",
    steps: [
      ["respond", [one, ...text("switching"), 0, 0, 0], "EINVAL"],
      ["respond", [one, ...text("unclosed"), 0, 0, 0], "EINVAL"],
      ["respond", [one, ...text("ok"), 0, 0, 3], "EINVAL"],
      ["respond", [one, ...text("ok"), 0, 0, -1], "EINVAL"],
      ["respond", [one, ...text("plain"), ...text("body"), 0], "ok"],
      ({ request }) => assert.equal(request.told, "200 hello"),
    ],
  },
  {
    title: "respond with the flag for it closes the exchange, unless it answers an error",
    steps: [
      ["respond", [one, ...text("unclosed"), 0, 0, 2], "EINVAL"],
      ["respond", [one, ...text("plain"), ...text("body"), 2], "ok"],
      ({ request }) => assert.equal(request.told, "200 hello"),
      ["close", [one], "EBADF"],
    ],
  },
  {
    title: "pass answers with what comes of a request that was made, and closes both",
    steps: [
      ["request", [...text("there"), 0, -1n, result], "ok"],
      ["pass", [one, two, ...text("plain")], "ok"],
      ["close", [one], "EBADF"],
      ["close", [two], "EBADF"],
      ({ run }) => run(),
      ({ request }) => assert.match(request.told, /^200 /),
    ],
  },
  {
    title: "pass refuses a head that is not well formed, and exchanges of the other kind",
    steps: [
      ["request", [...text("there"), 0, -1n, result], "ok"],
      ["pass", [one, two, ...text("unclosed")], "EINVAL"],
      ["pass", [two, one, 0, 0], "EBADF"],
      ["pass", [one, one, 0, 0], "EBADF"],
      ["pass", [one, 7, 0, 0], "EBADF"],
      ["pass", [one, two, outside, 99], "EFAULT"],
      ["respond", [one, ...text("ok"), 0, 0, 0], "ok"],
      ["pass", [one, two, 0, 0], "EALREADY"],
    ],
  },
  {
    title: "respond answers EALREADY for a second answer, whatever the first",
    steps: [
      ["respond", [one, ...text("ok"), 0, 0, 1], "ok"],
      ["respond", [one, ...text("ok"), 0, 0, 0], "EALREADY"],
      ["finish", [one], "ok"],
      ["respond", [one, ...text("ok"), 0, 0, 1], "EALREADY"],
    ],
  },
  {
    title: "write is ENOTCONN before an answer was begun and after it was finished",
    steps: [
      ["write", [one, ...text("body"), result], "ENOTCONN"],
      ["finish", [one], "ENOTCONN"],
      ["respond", [one, ...text("ok"), ...text("body"), 1], "ok"],
      ["write", [one, ...text("body"), result], "ok"],
      ["finish", [one], "ok"],
      ["write", [one, ...text("body"), result], "ENOTCONN"],
      ["finish", [one], "EALREADY"],
      ({ run }) => run(),
      ({ request }) => assert.equal(request.told, "200 hellohello"),
    ],
  },
  {
    title: "read of a request without a body finds its end at once",
    steps: [
      ["read", [one, place, 100, result], "ok"],
      ({ puppet }) => assert.equal(puppet.process.memory.u32(result), 0),
    ],
  },
  {
    title: "close gives up what was not answered, and the number is no exchange any more",
    steps: [
      ["close", [one], "ok"],
      ({ request }) => assert.match(request.told, /^abandoned/),
      ["close", [one], "EBADF"],
      ["respond", [one, ...text("ok"), 0, 0, 0], "EBADF"],
    ],
  },
  {
    title: "accept is EINVAL for a request that asks for no WebSocket",
    steps: [
      ["accept", [one, 0, 0], "EINVAL"],
      ["receive", [one, place, 9, result], "ENOTCONN"],
      ["send", [one, 1, place, 9], "ENOTCONN"],
      ["leave", [one, 1000, 0, 0], "ENOTCONN"],
    ],
  },
  {
    title: "a WebSocket takes and gives whole messages",
    request: upgrade,
    steps: [
      ["accept", [one, 0, 0], "ok"],
      ({ request }) => request.channel.come("hello"),
      ["receive", [one, place, 4, result], "ERANGE"],
      ({ puppet }) => assert.equal(puppet.process.memory.u32(result + 4), 5),
      ["receive", [one, place, 5, result], "ok"],
      ["send", [one, 1, ...text("notUtf8")], "EILSEQ"],
      ["send", [one, 3, ...text("body")], "EINVAL"],
      ["send", [one, 2, ...text("notUtf8")], "ok"],
      ["send", [one, 1, ...text("body")], "ok"],
      ({ request }) => assert.equal(request.channel.sent.length, 2),
    ],
  },
  {
    title: "a WebSocket that is closed says so as often as it is asked, and sends nothing",
    request: upgrade,
    steps: [
      ["accept", [one, 0, 0], "ok"],
      ({ request }) => request.channel.come({ kind: "closed", code: 4000, reason: "off" }),
      ["receive", [one, place, 9, result], "ok"],
      ["receive", [one, place, 9, result], "ok"],
      ({ puppet }) => assert.equal(puppet.process.memory.u32(result + 8), 4000),
      ["send", [one, 1, ...text("body")], "EPIPE"],
      ["leave", [one, 1005, 0, 0], "EINVAL"],
      ["leave", [one, 1000, place, 124], "EINVAL"],
      ["leave", [one, 1000, 0, 0], "ok"],
      ["leave", [one, 1000, 0, 0], "EALREADY"],
    ],
  },
  {
    title: "request is ENOENT for what was not granted, EINVAL for what is not well formed",
    steps: [
      ["request", [...text("nobody"), 0, 0n, result], "ENOENT"],
      ["request", [...text("badRequest"), 0, 0n, result], "EINVAL"],
      ["request", [...text("there"), 2, 0n, result], "EINVAL"],
    ],
  },
  {
    title: "a request that is made has a head, then a body, and cannot be answered",
    steps: [
      ["request", [...text("there"), 0, -1n, result], "ok"],
      ({ puppet }) => assert.equal(puppet.process.memory.u32(result), two),
      ["respond", [two, ...text("ok"), 0, 0, 0], "EBADF"],
      ["head", [two, place, 99, result], "ok"],
      ["read", [two, place, 99, result], "ok"],
      ["write", [two, place, 9, result], "ENOTCONN"],
      ["finish", [two], "EALREADY"],
    ],
  },
  {
    title: "a request that is made fails by its deadline, or as the other side says",
    steps: [
      ["request", [...text("slow"), 0, 1_000_000n, result], "ok"],
      ["read", [two, place, 99, result], "ENOTCONN"],
      ["head", [two, place, 99, result], "ETIMEDOUT"],
      ["read", [two, place, 99, result], "ETIMEDOUT"],
      ["request", [...text("refusing"), 1, -1n, result], "ok"],
      ["head", [3, place, 99, result], "ECONNREFUSED"],
    ],
  },
  {
    title: "a program that waits is told of no timers",
    steps: [
      ["timer", [1, 0n], "ENOTSUP"],
      ["cancel_timer", [1], "ok"],
    ],
  },
  {
    title: "a program of events gets EAGAIN where others wait",
    ...eventful,
    request: { body: new Uint8Array(0), ...upgrade },
    steps: [
      ["read", [one, place, 9, result], "EAGAIN"],
      ["request", [...text("slow"), 0, -1n, result], "ok"],
      ["head", [two, place, 9, result], "EAGAIN"],
      ["accept", [one, 0, 0], "ok"],
      ["receive", [one, place, 9, result], "EAGAIN"],
      ["timer", [1, 0n], "ok"],
    ],
  },
  {
    title: "an answer is EPIPE once a program of events could know that nobody waits for it",
    ...eventful,
    steps: [
      ({ request, run }) => {
        request.leave();
        return run();
      },
      ["respond", [one, ...text("ok"), 0, 0, 0], "EPIPE"],
      ["close", [one], "ok"],
    ],
  },
  {
    title: "what is asked for somebody who leaves is cancelled, and whoever waits for it told",
    steps: [
      ["request", [...text("slow"), 0, -1n, result], "ok"],
      ["request", [...text("slow"), 1, -1n, result], "ok"],
      ["request", [...text("there"), 0, -1n, result], "ok"],
      ["head", [4, place, 99, result], "ok"],
      ({ request, after }) => {
        after(1e9, () => request.leave());
      },
      ["head", [two, place, 99, result], "ECONNABORTED"],
      ["write", [3, place, 9, result], "EPIPE"],
      ["head", [3, place, 99, result], "ECONNABORTED"],
      ["respond", [one, ...text("ok"), 0, 0, 0], "EPIPE"],
      ({ outlet }) =>
        assert.deepEqual(
          outlet.requests.map(({ isCancelled }) => isCancelled),
          [true, true, true],
        ),
      ["request", [...text("there"), 0, -1n, result], "ok"],
      ["head", [5, place, 99, result], "ok"],
    ],
  },
  {
    title: "who leaves is learnt of from the first wait on, whichever contract's it is",
    steps: [
      ["sched_yield", [], "ok"],
      ({ request, run }) => {
        request.leave();
        return run();
      },
      ["respond", [one, ...text("ok"), 0, 0, 0], "EPIPE"],
      ["close", [one], "ok"],
    ],
  },
];

async function play({ request: options = {}, isEventful = false, steps }: Case): Promise<void> {
  const host = simulatedHost({ seed: 1 });
  const inlet = new SimulatedInlet(host.time);
  const answer = { result: { status: 200, fields: [] }, body: "answer" };
  const outlet = new SimulatedOutlet(host.time, {
    there: () => answer,
    slow: () => ({ ...answer, afterNs: 60e9 }),
    refusing: () => ({ result: errno.ECONNREFUSED }),
  });
  const theatre = new PuppetTheatre(host, { pages: 1, pagesMax: 1 });
  const puppet = await theatre.spawn({ inlet, outlet }).ready();
  const { exchanges, memory } = puppet.process;
  if (isEventful) exchanges.makeEventful(10);
  const request = inlet.send(options);
  assert.equal(exchanges.takeRequest()?.number, one);
  for (const [index, content] of Object.values(texts).entries()) {
    const bytes = Uint8Array.from(content, (character) => character.charCodeAt(0));
    memory.bytes(textsAt + index * 64, bytes.length).set(bytes);
  }
  const run = (): Promise<void> => host.time.runFor(5e6);
  const after: World["after"] = (ns, callback) => void host.time.after(ns, callback);
  for (const step of steps) {
    if (typeof step === "function") {
      await step({ request, outlet, puppet, run, after });
      continue;
    }
    const [call, parameters, wanted] = step;
    const outcome = await puppet.do(call, ...parameters);
    assert.ok(typeof outcome === "number", `${call} ends the process`);
    assert.equal(answerName(outcome), wanted, `${call}(${parameters.join(", ")})`);
  }
  await puppet.leave();
}

suite("noos:http", () => {
  for (const each of cases) test(each.title, () => play(each));
});
