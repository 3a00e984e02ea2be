// table: the options and examples of the commands that deploy
import { type Command, connectionOptions, jsonOption } from "#app/cli/command";

/** `noos new`: its work is loaded when it is run. */
export const newApp: Command = {
  name: "new",
  summary: "Make a small app to begin with, in a new folder",
  usage: "[options] NAME",
  options: [
    {
      name: "template",
      letter: "t",
      value: "TEMPLATE",
      meaning: "typescript, queue (jobs), python (CGI), go (a server), c (a handler) (typescript)",
    },
  ],
  completes: [],
  examples: [
    { line: "noos new shop", does: "An API in TypeScript in the folder shop; then: noos dev shop" },
    { line: "noos new shop --template go", does: "A server in Go, and how it is built." },
  ],
  async run(parsed, terminal) {
    return (await import("#app/cli/new")).newApp(parsed, terminal);
  },
};

/** `noos build`: its work is loaded when it is run. */
export const build: Command = {
  name: "build",
  summary: "Write the image of a script, which a deploy elsewhere can take as it is",
  usage: "[options] FILE",
  options: [
    { name: "output", letter: "o", value: "DIR", meaning: "where to (beside FILE, without .ts)" },
    jsonOption,
  ],
  examples: [
    { line: "noos build web.ts", does: "The image is the folder web: image: ./web in noos.yaml." },
    { line: "noos build web.ts -o out/web", does: "Elsewhere; an older image is written over." },
    { line: "noos build --json web.ts", does: "Its digest, and the files it was made of." },
  ],
  async run(parsed, terminal) {
    return (await import("#app/cli/build")).build(parsed, terminal);
  },
};

/** `noos dev`: its work is loaded when it is run. */
export const dev: Command = {
  name: "dev",
  summary: "Run an app while its sources are worked on: what changes is deployed at once",
  usage: "[options] [DIR|FILE]",
  options: [
    {
      name: "data",
      value: "DIR",
      meaning: "keep state there, with secrets (else in a new folder)",
    },
    {
      name: "http",
      value: "ADDRESS:PORT",
      meaning: "take requests there (127.0.0.1:8080, or another port if that is taken)",
    },
    ...connectionOptions,
  ],
  examples: [
    { line: "noos dev", does: "The app of ./noos.yaml, until Ctrl-C." },
    {
      line: "noos dev shop",
      does: "That of shop/noos.yaml: in the daemon that runs, if one does.",
    },
    { line: "noos dev --data .noos --http :3000", does: "In a daemon of its own, at port 3000." },
  ],
  async run(parsed, terminal) {
    return (await import("#app/cli/dev")).dev(parsed, terminal);
  },
};

/** `noos deploy`: its work is loaded when it is run. */
export const deploy: Command = {
  name: "deploy",
  summary: "Make an app what its file says, and wait until it is up",
  usage: "[options] [DIR|FILE]",
  options: [
    { name: "no-wait", meaning: "do not wait until it is up" },
    {
      name: "canary",
      value: "PERCENT",
      meaning: "new builds of what serves have this part of the calls at first",
    },
    {
      name: "for",
      value: "DURATION",
      meaning: "with --canary: all calls after this time, unless it is worse (when promoted)",
    },
    { name: "promote", meaning: "deploy nothing: give all calls to what --canary deployed" },
    jsonOption,
    ...connectionOptions,
  ],
  examples: [
    { line: "noos deploy", does: "The app of ./noos.yaml; images are uploaded if need be." },
    { line: "noos deploy shop", does: "The app of shop/noos.yaml." },
    {
      line: "noos deploy --canary 5% --for 10m",
      does: "A new build has 5 % of the calls for ten minutes, then all; one that is worse none.",
    },
    { line: "noos deploy --promote", does: "It has all of them now." },
    { line: "noos deploy --no-wait shop/test.yaml", does: "Status 0 as soon as it is accepted." },
  ],
  async run(parsed, terminal) {
    return (await import("#app/cli/deploy")).deploy(parsed, terminal);
  },
};

/** `noos plan`: its work is loaded when it is run. */
export const plan: Command = {
  name: "plan",
  summary: "Show what a deploy would change, and change nothing",
  usage: "[options] [DIR|FILE]",
  options: [jsonOption, ...connectionOptions],
  examples: [
    { line: "noos plan", does: "What would start, end and restart with ./noos.yaml." },
    { line: "noos plan --json shop", does: "The same for programs; isEmpty: nothing would." },
  ],
  async run(parsed, terminal) {
    return (await import("#app/cli/deploy")).plan(parsed, terminal);
  },
};

/** `noos rehearse`: its work is loaded when it is run. */
export const rehearse: Command = {
  name: "rehearse",
  summary: "Have a new build answer requests of late, aside, and show which answers differ",
  usage: "[options] PATH [IMAGE]",
  options: [
    {
      name: "app",
      value: "DIR|FILE",
      meaning: "without IMAGE: as this app file says (that of the current directory)",
    },
    jsonOption,
    ...connectionOptions,
  ],
  completes: ["paths"],
  examples: [
    {
      line: "noos rehearse shop/web web.ts",
      does: "Status 1 if answers of web.ts differ from those of what serves, 0 if none does.",
    },
    {
      line: "noos rehearse web",
      does: "As ./noos.yaml says by now; deploys nothing. Status 2: there is nothing to compare.",
    },
    { line: "noos rehearse --json web next.wasm", does: "The same for programs." },
  ],
  async run(parsed, terminal) {
    return (await import("#app/cli/rehearse")).rehearse(parsed, terminal);
  },
};
