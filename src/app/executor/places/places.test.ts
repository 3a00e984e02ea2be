import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { HopLoss } from "#adapters/node/hop";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import { SimulatedInlet } from "#adapters/sim/traffic";
import type { IncomingRequest } from "#core/host/traffic";
import type { ServedElsewhere } from "#pool/host";
import { type OwnPlace, Places } from "#app/executor/places";

type Sent = ReturnType<SimulatedInlet["send"]>;

interface Forwarded {
  readonly request: IncomingRequest;
  readonly to: string;
  readonly lost: (why: HopLoss) => void;
}

interface Bench {
  readonly time: SimulatedHost["time"];
  readonly places: Places;
  readonly forwarded: Forwarded[];
  /** Requests that were answered here. */
  readonly here: IncomingRequest[];
  /** What serves here from now on; behind a dash, what ends; before a bang, what is crowded. */
  readonly own: (...keys: readonly string[]) => void;
  readonly send: (target?: string, method?: string) => Sent;
}

const far = (socket: string | undefined): ServedElsewhere => ({
  key: "shop/far",
  routes: ["/far/"],
  socket,
});

function bench(): Bench {
  const { time } = simulatedHost({ seed: 1 });
  const forwarded: Forwarded[] = [];
  const here: IncomingRequest[] = [];
  let own: readonly OwnPlace[] = [];
  const places = new Places({
    turns: time,
    own: () => own,
    forward: (request, { socket, key }, lost) =>
      forwarded.push({ request, to: `${key} ${socket}`, lost }),
  });
  const inlet = new SimulatedInlet(time);
  return {
    time,
    places,
    forwarded,
    here,
    own: (...keys) => {
      const arrive = (request: IncomingRequest): void => void here.push(request);
      own = keys.map((text) => {
        const key = text.replace(/^-|!$/g, "");
        const answerer = { arrive, isCrowded: text.endsWith("!") };
        const routes = [`/${key.split("/")[1]}/`];
        return { key, routes, answerer, isStaying: !text.startsWith("-") };
      });
      places.changed();
    },
    send: (target = "/far/", method = "GET") => {
      const sent = inlet.send({ head: { target, method } });
      places.arrive(sent);
      return sent;
    },
  };
}

const turn = (): Promise<void> => Promise.resolve();

suite("places of what serves", () => {
  test("are here before elsewhere, and elsewhere by route and by name", () => {
    const { places, forwarded, here, own, send } = bench();
    own("shop/near");
    places.elsewhere([
      { key: "shop/near", routes: ["/near/"], socket: "a" },
      { key: "shop/far", routes: ["/far/"], socket: "b" },
    ]);
    for (const target of ["/near/", "/far/x"]) send(target);
    places.find("shop/far")?.arrive(new SimulatedInlet(simulatedHost({ seed: 1 }).time).send());
    assert.equal(here.length, 1);
    assert.deepEqual(
      forwarded.map(({ to }) => to),
      ["shop/far b", "shop/far b"],
    );
    assert.equal(send("/nowhere").told.slice(0, 3), "404");
    assert.equal(places.find("shop/other"), undefined);
  });

  test("are refused by what ends, unless somebody has taken its place", () => {
    const { places, forwarded, here, own, send, time } = bench();
    own("-shop/far");
    send();
    const handed = new SimulatedInlet(time).send();
    places.handedOn(handed, "shop/far");
    assert.equal(here.length, 2, "both came to what ends, which says so");
    assert.equal(places.find("shop/far"), undefined);
    places.elsewhere([far("b")]);
    send();
    assert.deepEqual([here.length, forwarded.length], [2, 1]);
  });

  test("that several executors have get requests by turns, and their own is nearest", () => {
    const { places, forwarded, here, own, send } = bench();
    places.elsewhere([far("a"), far("b"), far(undefined)]);
    for (let count = 0; count < 4; count++) send();
    places.find("shop/far")?.arrive(new SimulatedInlet(simulatedHost({ seed: 1 }).time).send());
    assert.deepEqual(
      forwarded.map(({ to }) => to.at(-1)),
      ["a", "b", "a", "b", "a"],
    );
    own("shop/far");
    send();
    assert.deepEqual([here.length, forwarded.length], [1, 5]);
    own("-shop/far");
    send();
    assert.deepEqual(
      [here.length, forwarded.length],
      [1, 6],
      "what leaves here is not asked first",
    );
  });

  test("that are crowded here have others answer by turns, and what was handed on not", () => {
    const { places, forwarded, here, own, send, time } = bench();
    places.elsewhere([far("a"), far("b")]);
    own("shop/far!");
    for (let count = 0; count < 6; count++) send();
    assert.equal(here.length, 2);
    assert.deepEqual(
      forwarded.map(({ to }) => to.at(-1)),
      ["a", "b", "a", "b"],
    );
    places.handedOn(new SimulatedInlet(time).send(), "shop/far");
    assert.equal(here.length, 3);
    places.elsewhere([]);
    send();
    assert.equal(here.length, 4, "nobody else has it");
  });

  test("that one of several executors had go to the others when it is lost", () => {
    const { places, forwarded, send } = bench();
    places.elsewhere([far("a"), far("b")]);
    send();
    forwarded[0]?.lost("unreached");
    send();
    assert.deepEqual(
      forwarded.map(({ to }) => to.at(-1)),
      ["a", "b", "b"],
    );
  });

  test("answer what was handed on here, or refuse it after a while", async () => {
    const { places, forwarded, here, own, time } = bench();
    const inlet = new SimulatedInlet(time);
    own("shop/near");
    places.elsewhere([far("b")]);
    places.handedOn(inlet.send(), "shop/near");
    assert.equal(here.length, 1);
    const early = inlet.send();
    places.handedOn(early, "shop/soon");
    own("shop/near", "shop/soon");
    await turn();
    assert.equal(here.length, 2);
    const never = inlet.send();
    places.handedOn(never, "shop/far");
    await time.runFor(6e9);
    assert.equal(never.told.slice(0, 3), "503");
    assert.ok(never.answer?.kind === "whole" && never.answer.head.fields.includes("retry-after"));
    assert.deepEqual(forwarded, []);
  });

  test("let requests wait a while for an executor that is on its way", async () => {
    const { places, forwarded, send, time } = bench();
    places.elsewhere([far(undefined)]);
    const [first, gone] = [send(), send()];
    gone.leave();
    await time.runFor(1e9);
    places.elsewhere([far("b")]);
    await turn();
    assert.deepEqual(
      forwarded.map(({ to }) => to),
      ["shop/far b"],
    );
    assert.equal(first.answer, undefined);
    places.elsewhere([far(undefined)]);
    const late = send();
    await time.runFor(6e9);
    assert.equal(late.told.slice(0, 3), "503");
  });

  test("let so many wait, and refuse the next at once", () => {
    const { places, send } = bench();
    places.elsewhere([far(undefined)]);
    const sent = Array.from({ length: 1025 }, () => send());
    assert.equal(sent.at(1023)?.answer, undefined);
    assert.equal(sent.at(1024)?.told.slice(0, 3), "503");
  });
});

suite("a request whose executor is lost", () => {
  test("goes once to the next, wherever that is, and no third time", async () => {
    const { places, forwarded, send } = bench();
    places.elsewhere([far("b")]);
    const sent = send();
    forwarded[0]?.lost("broken");
    // Nobody is there any more, and that is known before the daemon says so.
    assert.equal(forwarded.length, 2);
    forwarded[1]?.lost("unreached");
    assert.equal(forwarded.length, 2);
    send();
    assert.equal(forwarded.length, 2, "others do not go there either");
    places.elsewhere([far("c")]);
    await turn();
    assert.deepEqual(
      forwarded.slice(2).map(({ to }) => to),
      ["shop/far c", "shop/far c"],
    );
    forwarded[2]?.lost("broken");
    assert.equal(sent.told.slice(0, 3), "502");
  });

  test("is answered here where what it is for has moved to", async () => {
    const { places, forwarded, here, own, send } = bench();
    places.elsewhere([far("b")]);
    send();
    forwarded[0]?.lost("unreached");
    own("shop/far");
    await turn();
    assert.equal(here.length, 1);
  });

  test("is told to whoever has it last that its sender is gone, and to nobody else", async () => {
    const { places, forwarded, here, own, send, time } = bench();
    places.elsewhere([far("b")]);
    const sent = send();
    const told: string[] = [];
    forwarded[0]?.request.whenGone(() => told.push("first"));
    forwarded[0]?.lost("unreached");
    own("shop/far");
    await turn();
    here[0]?.whenGone(() => told.push("last"));
    sent.leave();
    await time.runFor(1e9);
    assert.deepEqual(told, ["last"]);
  });

  test("are where a raw connection goes by the route that it came in for", () => {
    const { places, forwarded, here, time } = bench();
    const inlet = new SimulatedInlet(time);
    const tunnel = (authority: string): Sent => {
      const sent = inlet.send({ head: { method: "CONNECT", authority }, body: "" });
      places.arrive(sent);
      return sent;
    };
    const [near, far] = ["tcp:127.0.0.1:1", "tcp:0.0.0.0:2"];
    places.elsewhere([
      { key: "shop/db", routes: ["/db/", near], socket: undefined },
      { key: "shop/mail", routes: [far], socket: "a" },
    ]);
    tunnel(far);
    assert.deepEqual(
      forwarded.map(({ to }) => to),
      ["shop/mail a"],
    );
    const early = tunnel(near);
    assert.equal(early.told, "");
    places.elsewhere([{ key: "shop/db", routes: [near], socket: "b" }]);
    assert.equal(forwarded.length, 1, "it is taken on in a moment");
    assert.match(tunnel("tcp:127.0.0.1:3").told, /^abandoned: nothing here takes connections/);
    assert.match(tunnel("/db/").told, /^abandoned/);
    assert.equal(here.length, 0);
  });
});
