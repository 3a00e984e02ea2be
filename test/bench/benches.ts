/** Something that is measured by itself, and gives one figure or several. */
export interface Bench {
  readonly name: string;
  readonly about: string;
  /** The module of this folder that measures it when it is run. */
  readonly module: string;
  /** Flags of Node it runs with. */
  readonly flags?: readonly string[];
}

/** Everything that is measured, in the order of SPECIFICATION.md. */
export const benches: readonly Bench[] = [
  {
    name: "spawn",
    about: "spawn to exit inside one kernel, against posix_spawn + wait of a static C program",
    module: "spawn.ts",
  },
  {
    name: "command",
    about: "the whole of `noos run hello.wasm`, against `node -e 0`",
    module: "command.ts",
  },
  {
    name: "preemption",
    about: "programs with preemption checks, against the same without",
    module: "preemption.ts",
  },
  {
    name: "echo",
    about: "from a byte's arrival to its echo, beside 100 processes that spin",
    module: "echo.ts",
  },
  {
    name: "node-wasi",
    about: "the same programs under noos and under node:wasi",
    module: "node-wasi.ts",
  },
  {
    name: "blocked",
    about: "8,000 processes blocked in a read in one executor",
    module: "blocked.ts",
  },
  {
    name: "handler",
    about: "a request through a program that serves, from its arrival to its answer",
    module: "handler.ts",
  },
  {
    name: "summon",
    about: "what a request waits for a process that is not there, against an inetd and workerd",
    module: "summon/run.ts",
  },
  {
    name: "serve",
    about: "hellos a second on one core, asked by wrk: against bare node:http and workerd",
    module: "serve/run.ts",
  },
  {
    name: "recording",
    about: "CPython doing real work: recorded, and with a flight recorder, against not",
    module: "recording.ts",
  },
  {
    name: "up",
    about: "`noos up`: ready, ten thousand processes, failures",
    module: "up.ts",
  },
  {
    name: "dev",
    about: "`noos dev`: a change that is saved, until it is served",
    module: "dev/run.ts",
  },
  {
    name: "load",
    about: "controllers under shapes of load, on simulated time, against Knative's",
    module: "load.ts",
  },
  {
    name: "queue",
    about: "a durable queue: messages sent, received and acknowledged, against SQLite alone",
    module: "queue.ts",
  },
  {
    name: "connections",
    about: "10,000 idle clients of a front, and a hello over it, against bare node:http",
    module: "connections/run.ts",
  },
  {
    name: "hop",
    about: "a hello for a process of another executor, against one of the front's own",
    module: "hop/run.ts",
  },
];
