import { type Command, limitOptions } from "#app/cli/command";

/** `noos run`: its work is loaded when it is run. */
export const command: Command = {
  name: "run",
  summary: "Run a program in a sandbox, in limits, with what it is granted and nothing else",
  usage: "[options] FILE [ARGS…]",
  passesOn: true,
  options: [
    {
      name: "dir",
      value: "HOST[::GUEST][:ro]",
      meaning: "grant a directory, under its own name or as GUEST; :ro to read only",
      repeatable: true,
    },
    {
      name: "env",
      value: "NAME[=VALUE]",
      meaning: "set an environment variable, or pass on the one noos was started with",
      repeatable: true,
    },
    {
      name: "listen",
      value: "ADDRESS",
      meaning: "grant a listening socket: HOST:PORT, :PORT (loopback) or unix:PATH",
      repeatable: true,
    },
    {
      name: "connect",
      value: "ADDRESS",
      meaning: "grant a connection to an address, made before the program starts",
      repeatable: true,
    },
    ...limitOptions,
    { name: "record", value: "FILE", meaning: "write what comes in to FILE, for noos replay" },
    {
      name: "stats",
      meaning: "say on stderr what it used, and how long each phase of the start took",
    },
    {
      name: "json",
      meaning: "say on stderr how it ended, what it used and the start, as one JSON line",
    },
    {
      name: "no-preempt",
      meaning: "run trusted work at full speed: without checks, on a thread of its own",
    },
    { name: "no-cache", meaning: "prepare the program anew, and keep nothing of it" },
  ],
  examples: [
    {
      line: "noos run hello.wasm",
      does: "FILE is a .wasm module, or an image: a directory or tar.",
    },
    {
      line: "noos run --dir . --env HOME=/ python.wasm script.py --verbose",
      does: "Options come before FILE; what follows FILE belongs to the program.",
    },
    {
      line: "noos run --memory 64MiB --cpu-time 10s --timeout 1m --dir data::/data:ro job.wasm",
      does: "In limits, with one directory to read.",
    },
    {
      line: "noos run --listen :8080 --record run.rec server.wasm",
      does: "A server; `noos replay run.rec` plays back what happened.",
    },
  ],
  async run(parsed, terminal) {
    const { run } = await import("#app/cli/run");
    return run(parsed, terminal);
  },
};
