import { readFileSync } from "node:fs";
import { guestFile } from "#guests";
import { type SimulatedHost, simulatedHost } from "#adapters/sim";
import {
  SimulatedInlet,
  type SimulatedRequest,
  type SimulatedRequestOptions,
} from "#adapters/sim/traffic";
import { describeExit } from "#core/sys";
import { type RunningProcess, type StartOptions, System } from "#core/system";

/** The bytes of one of our guests. */
export function readGuest(path: Parameters<typeof guestFile>[0]): Uint8Array {
  return readFileSync(guestFile(path));
}

/** A program that serves, and what is sent to it. */
export class HandlerStage {
  readonly host: SimulatedHost = simulatedHost({ seed: 1 });
  readonly system: System = new System(this.host);
  readonly inlet: SimulatedInlet;
  #running: RunningProcess | undefined;

  constructor(options: { readonly canTake?: boolean } = {}) {
    this.inlet = new SimulatedInlet(this.host.time, options);
  }

  get running(): RunningProcess {
    if (this.#running === undefined) throw new Error("the stage is empty");
    return this.#running;
  }

  /** Starts a guest of `guests/http`, or a program, with the stage's inlet. */
  start(guest: string | Uint8Array, options: StartOptions = {}): this {
    const isName = typeof guest === "string";
    const bytes = isName ? readGuest(`http/${guest}`) : guest;
    const program = this.system.load(bytes, isName ? { name: guest } : {});
    this.#running = this.system.start(program, { inlet: this.inlet, ...options });
    return this;
  }

  /** Sends a request and runs for a while. */
  async ask(target = "/", options: SimulatedRequestOptions = {}): Promise<SimulatedRequest> {
    const request = this.inlet.send({ ...options, head: { target, ...options.head } });
    await this.settle();
    return request;
  }

  settle(): Promise<void> {
    return this.host.time.runFor(10e6);
  }

  async end(): Promise<string> {
    return describeExit((await this.host.time.until(this.running.exit)).reason);
  }
}
