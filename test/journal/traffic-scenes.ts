import type { SimulatedHost } from "#adapters/sim";
import { SimulatedInlet, SimulatedOutlet, type SimulatedReply } from "#adapters/sim/traffic";
import type { ResponseHead } from "#core/host/traffic";
import { errno } from "#core/sys";
import type { StartOptions } from "#core/system";
import { guestBytes, type Scene } from "./stage.ts";

/** Runs of programs that serve requests and make them. */
export const trafficScenes: Readonly<Record<string, Scene>> = {
  "one that serves requests": {
    program: guestBytes("http/echo"),
    options: (host) => serving(host, { bodies: ["one", undefined, "three".repeat(30_000)] }),
  },
  "one that traps in its third request": {
    program: guestBytes("http/trap"),
    options: (host) => serving(host, { targets: ["/", "/half", "/trap"] }),
  },
  "one that makes requests": {
    program: guestBytes("http/slow"),
    options: (host) => serving(host, { targets: ["/a", "/b", "/c"] }),
  },
  "one that serves many requests at once": {
    program: guestBytes("http/many"),
    options: (host) => serving(host, { bodies: Array.from({ length: 50 }, () => "body") }),
  },
  "one that relays": {
    program: guestBytes("http/relay"),
    options: (host) => serving(host, { targets: ["/a", "/b", "/c"] }),
  },
  "one that passes on what it is answered": {
    program: guestBytes("http/gateway"),
    options: (host) => serving(host, { targets: ["/a", "/b", "/c", "/d"] }),
  },
  "one that holds a connection to a name": {
    program: guestBytes("basics/call-name"),
    options: (host) => calling(host, { status: 200, fields: [] }),
  },
  "one whose connection is refused": {
    program: guestBytes("basics/call-name"),
    options: (host) => calling(host, host.random.below(2) === 0 ? errno.ECONNRESET : busy),
  },
  "one that looks whom it may call": {
    program: guestBytes("basics/call-name"),
    options: (host) => ({ ...calling(host, busy), args: [] }),
  },
  "one with WebSockets": {
    program: guestBytes("http/chat"),
    options: (host) => chatting(host),
  },
  "one that is killed while it waits for requests": {
    program: guestBytes("http/hello"),
    options: (host) => ({
      inlet: new SimulatedInlet(host.time),
      limits: { "wall-time": 20e6 },
    }),
  },
};

/** Requests that come one after the other, and then no more; one in three is left by its sender. */
export interface Serving {
  readonly targets?: readonly string[];
  readonly bodies?: readonly (string | undefined)[];
}

export function serving(host: SimulatedHost, { targets = [], bodies = [] }: Serving): StartOptions {
  const inlet = new SimulatedInlet(host.time, { canTake: host.random.below(2) === 0 });
  const count = Math.max(targets.length, bodies.length);
  for (let index = 0; index < count; index++) {
    host.turns.after(index * 1e6, () => {
      const content = bodies[index];
      const body = content === undefined ? {} : { body: content };
      const request = inlet.send({ head: { target: targets[index] ?? "/" }, ...body });
      if (index % 3 === 2) host.turns.after(2e6, () => request.leave());
    });
  }
  host.turns.after(100e6, () => inlet.end());
  const body = "an answer ".repeat(10_000);
  const result = { status: 200, fields: ["x-from", "backend"] };
  const backend = (): SimulatedReply => ({
    afterNs: host.random.below(3e6),
    result,
    body,
    isWhole: host.random.below(2) === 0,
  });
  return { inlet, outlet: new SimulatedOutlet(host.time, { backend }) };
}

const busy: ResponseHead = { status: 503, fields: [] };

/** A process that sends what it is given to the name `cart`, and is answered at length. */
function calling(host: SimulatedHost, result: SimulatedReply["result"]): StartOptions {
  const body = "an answer ".repeat(10_000);
  const cart = (): SimulatedReply => ({ afterNs: host.random.below(3e6), result, body });
  const outlet = new SimulatedOutlet(host.time, { cart, stock: cart });
  return { args: ["cart"], stdin: "a question\n".repeat(9000), outlet };
}

function chatting(host: SimulatedHost): StartOptions {
  const inlet = new SimulatedInlet(host.time);
  const [one, two, three] = [1, 2, 3].map(() => inlet.send({ isUpgrade: true }));
  host.turns.after(2e6, () => {
    one?.channel.come("hello", "anybody?");
    two?.channel.come("here", { kind: "binary", bytes: Uint8Array.of(1, 2, 3) });
    three?.channel.come("x".repeat(5000));
  });
  host.turns.after(5e6, () => {
    one?.channel.come({ kind: "closed", code: 1001, reason: "off" });
    two?.channel.come(errno.ECONNRESET);
    inlet.send();
    inlet.end();
  });
  return { inlet };
}
