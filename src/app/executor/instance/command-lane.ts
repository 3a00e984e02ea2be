import { CgiOutput, cgiEnvironment } from "#core/cgi";
import type { ByteSink } from "#core/host";
import type { IncomingRequest } from "#core/host/traffic";
import { describeExit, type Errno, type ExitReason } from "#core/sys";
import { addUsage, noUsage, type ProcessUsage } from "#pool/host";
import { type Instance, type InstanceAround, type InstanceMaker } from "./instance.ts";
import { type InstanceBuild, type InstancePorts, ProcessRun } from "./process-run.ts";

/** A command: for each request a process of its own, one after the other, as CGI has it. */
class CommandLane implements Instance {
  readonly takesOne = true;
  readonly #build: InstanceBuild;
  readonly #ports: InstancePorts;
  readonly #around: InstanceAround;
  #run: ProcessRun | undefined = undefined;
  /** What processes used that are gone. */
  #used: ProcessUsage = noUsage;
  #endedBy: string | undefined = undefined;
  /** Of the request that it has. */
  #isClientGone = false;

  constructor(build: InstanceBuild, ports: InstancePorts, around: InstanceAround) {
    this.#build = build;
    this.#ports = ports;
    this.#around = around;
    this.#ask();
  }

  get usage(): ProcessUsage {
    return this.#run === undefined ? this.#used : addUsage(this.#used, this.#run.usage);
  }

  end(who: string): void {
    this.#endedBy ??= who;
    if (this.#run === undefined) this.#leave({ kind: "killed", by: { who } });
    else this.#run.end(who);
  }

  #ask(): void {
    this.#around.inlet.next((request) => {
      if (request === "end") this.#leave({ kind: "exited", code: 0 });
      else this.#answer(request);
    });
  }

  /** Without a process there is nothing that would end. */
  #leave(reason: ExitReason): void {
    this.#ports.turns.next(() => this.#around.over(this, reason));
  }

  #answer(request: IncomingRequest): void {
    this.#isClientGone = false;
    const answer = new CgiOutput(request, this.#ports.turns);
    const output = new LastWord(answer);
    const env = Object.fromEntries(cgiEnvironment(request.head, placeOf(request)));
    const run = new ProcessRun(this.#build, this.#ports, {
      beside: {
        env,
        stdout: output,
        ...(request.body === undefined ? {} : { stdin: request.body }),
      },
      over: (_run, reason) => {
        // What was cut off is not to look whole.
        if (isWhole(answer, reason)) output.end();
        else request.abandon(`the process that had it ended: ${describeExit(reason)}`);
        this.#answered(reason);
      },
    });
    this.#run = run;
    request.whenGone(() => {
      if (this.#run !== run || this.#endedBy !== undefined) return;
      this.#isClientGone = true;
      run.end("noos, for nobody waits for its answer");
    });
  }

  #answered(reason: ExitReason): void {
    this.#used = { ...this.usage, memoryBytes: 0 };
    this.#run = undefined;
    const isFailure = !this.#isClientGone && (reason.kind !== "exited" || reason.code !== 0);
    if (this.#endedBy !== undefined) return this.#around.over(this, reason);
    if (isFailure) this.#around.failed(reason);
    this.#ask();
  }
}

/** One that ends with an error has failed, unless its answer says so itself, as PHP's does. */
function isWhole(answer: CgiOutput, reason: ExitReason): boolean {
  return reason.kind === "exited" && (reason.code === 0 || answer.tellsError);
}

/** A sink that is closed only when it is known how its process ended. */
class LastWord implements ByteSink {
  readonly #sink: CgiOutput;
  #isClosed = false;
  #isEnded = false;

  constructor(sink: CgiOutput) {
    this.#sink = sink;
  }

  push(bytes: Uint8Array, answer: Parameters<ByteSink["push"]>[1]): void {
    this.#sink.push(bytes, answer);
  }

  tryPush(bytes: Uint8Array): number | Errno {
    return this.#sink.tryPush(bytes);
  }

  /** The process has closed it, or all it wrote is delivered. */
  close(): void {
    this.#isClosed = true;
    if (this.#isEnded) this.#sink.close();
  }

  /** The process has ended as it should. */
  end(): void {
    this.#isEnded = true;
    if (this.#isClosed) this.#sink.close();
  }
}

function placeOf({ head }: IncomingRequest): Parameters<typeof cgiEnvironment>[1] {
  const { fields } = head;
  const at = fields.findIndex((text, index) => index % 2 === 0 && text === "x-forwarded-for");
  const clients = at < 0 ? "" : (fields[at + 1] ?? "");
  return { scriptName: "", clientAddress: clients.split(", ").at(-1) ?? "", software: "noos" };
}

export const commandLane: InstanceMaker = (build, ports, around) =>
  new CommandLane(build, ports, around);
