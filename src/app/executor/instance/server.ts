import { type ConnectionServer, serveConnection } from "#adapters/node/outlet";
import type { IncomingRequest } from "#core/host/traffic";
import { acceptTunnel, isTunnel, LocalListener, type Visitor } from "#core/net";
import type { ExitReason } from "#core/sys";
import type { ProcessUsage } from "#pool/host";
import { type Instance, type InstanceAround, type InstanceMaker } from "./instance.ts";
import { type InstanceBuild, type InstancePorts, ProcessRun } from "./process-run.ts";

/** What a server calls the listener that its requests come by, where it asks. */
const listenerName = "noos:http";

/**
 * A program that accepts connections on a listener: raw ones as they are, and those that we make to
 * it with requests, as HTTP/1.1.
 */
class ServerInstance implements Instance {
  readonly #around: InstanceAround;
  readonly #listener: LocalListener;
  readonly #connections: ConnectionServer;
  readonly #run: ProcessRun;
  /** Whether raw connections came to it. */
  #hasRaw = false;
  #isOver = false;

  constructor(build: InstanceBuild, ports: InstancePorts, around: InstanceAround) {
    this.#around = around;
    // Before it asks for a connection it is not ready for a request.
    const listener = new LocalListener(() => this.#ask());
    this.#listener = listener;
    this.#connections = serveConnection(() => listener.connect());
    this.#run = new ProcessRun(build, ports, {
      beside: { listeners: [{ name: listenerName, port: listener }] },
      over: (_run, reason) => this.#ended(reason),
    });
  }

  get usage(): ProcessUsage {
    return this.#run.usage;
  }

  end(who: string): void {
    this.#run.end(who);
  }

  /** A server has as many requests at a time as it gets; how many, its policy says. */
  #ask(): void {
    if (this.#isOver) return;
    this.#around.inlet.next((request) => this.#take(request));
  }

  #take(request: IncomingRequest | "end"): void {
    if (this.#isOver) {
      if (request !== "end") request.abandon("the process has ended");
      return;
    }
    if (request === "end") return this.#leave();
    if (isTunnel(request.head)) return this.#connect(request);
    this.#connections.serve(request);
    this.#ask();
  }

  /**
   * One that waits to be accepted is enough: whom the process has no room for, another may have.
   * One that it has not accepted when it ends is not abandoned here, for the same reason.
   */
  #connect(request: IncomingRequest): void {
    this.#hasRaw = true;
    const visitor: Visitor = {
      accept: () => {
        this.#ask();
        return acceptTunnel(request);
      },
      leave: () => undefined,
    };
    request.whenGone(() => {
      if (this.#listener.withdraw(visitor)) this.#ask();
    });
    if (this.#listener.admit(visitor)) return;
    request.abandon("as many connections wait to be accepted as may");
    this.#ask();
  }

  /**
   * What it has is answered. It cannot be told that no more comes, so it is ended behind that; but
   * of raw connections only the endpoint knows when the last one is over.
   */
  #leave(): void {
    this.#connections.close(() => {
      if (!this.#isOver && !this.#hasRaw) this.#run.end("noos, for no more requests come");
    });
  }

  #ended(reason: ExitReason): void {
    this.#isOver = true;
    this.#connections.cut();
    this.#around.over(this, reason);
  }
}

export const serverInstance: InstanceMaker = (build, ports, around) =>
  new ServerInstance(build, ports, around);
