/**
 * Every call of the binding, case by case; prints a line for each: `ok SENTENCE`, or
 * `not ok SENTENCE: what was wrong`. Expects a family with these specs: "short" lives for a moment
 * and ends with 0, "crasher" the same with 3, "worker" until it is ended; a worker may use
 * "files:./data". At most 4 children.
 *
 *     family            all cases
 *     family --list     their sentences
 *     family --self     prints where it is in the tree, or why it cannot know
 *     family --asked    waits until it is asked to end, and says how long it has
 */
import {
  acknowledge,
  end,
  errno,
  Errno,
  exitFd,
  forEver,
  How,
  Kind,
  nextExit,
  Notice,
  self,
  spawn,
  SpawnRequest,
} from "./noos/process";

// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "poll_oneoff")
declare function poll(subscriptions: usize, events: usize, count: usize, happened: usize): i32;

const millisecond: u64 = 1_000_000;

/** What was wrong first in the case that runs. */
let wrong: string = "";

function same<T>(got: T, wanted: T, what: string): void {
  if (got == wanted || wrong != "") return;
  wrong = what + " is " + got.toString() + ", wanted " + wanted.toString();
}

/** The call before this one was made, or was refused with this. */
function answered(wanted: i32, what: string): void {
  same<i32>(errno, wanted, what);
}

function start(spec: string, name: string): u64 {
  return spawn(new SpawnRequest(spec, name));
}

/** The next notice, which is to be there; an empty one where it is not. */
function next(): Notice {
  const notice = nextExit();
  answered(0, "nextExit");
  return notice === null ? new Notice() : notice;
}

/** Waits for the end of this child, and takes note of a failure. */
function over(child: u64): Notice {
  const notice = next();
  same<u64>(notice.child, child, "who has ended");
  if (notice.isFailure) acknowledge(child);
  return notice;
}

/** Starts a worker as this says, and ends it again. */
function started(request: SpawnRequest): void {
  const child = spawn(request);
  if (child === 0) return;
  end(child, 0);
  over(child);
}

class Case {
  constructor(
    public sentence: string,
    public run: () => void,
  ) {}
}

const cases: Case[] = [
  new Case("spawn starts a child and nextExit tells how it ended", () => {
    const child = start("short", "one");
    answered(0, "spawn");
    same<bool>(child !== 0, true, "that it has a number");
    const notice = next();
    same<u64>(notice.child, child, "who has ended");
    same<Kind>(notice.kind, Kind.Ended, "the kind");
    same<How>(notice.how, How.Exited, "how it ended");
    same<u32>(notice.code, 0, "its status");
    same<bool>(notice.isFailure, false, "whether it failed");
    same<string>(notice.text, "exited(0)", "the text");
  }),
  new Case("a failure has its status, and is acknowledged once", () => {
    const child = start("crasher", "one");
    same<bool>(acknowledge(child), false, "acknowledge before its end");
    answered(Errno.CHILD, "acknowledge before its end");
    const notice = next();
    same<bool>(notice.isFailure, true, "whether it failed");
    same<u32>(notice.code, 3, "its status");
    same<string>(notice.text, "exited(3)", "the text");
    same<bool>(acknowledge(child), true, "acknowledge");
    answered(0, "acknowledge");
    same<bool>(acknowledge(child), false, "acknowledge again");
  }),
  new Case("spawn of what was not granted answers NOENT, of a name in use EXIST", () => {
    same<u64>(start("unknown", "one"), 0, "the number of nobody");
    answered(Errno.NOENT, "spawn of an unknown spec");
    const child = start("worker", "one");
    start("worker", "one");
    answered(Errno.EXIST, "spawn of the same name");
    end(child, 0);
    over(child);
  }),
  new Case("spawn takes arguments, environment, uses and limits", () => {
    const request = new SpawnRequest("worker", "Grüße");
    request.args = ["--fast", "", "ünïcödé"];
    request.env = ["MODE=test"];
    request.uses = ["files:./data"];
    request.limits = ["memory=1MiB", "cpu-share=50%"];
    started(request);
    answered(0, "spawn with all of them");
    const nothing = new SpawnRequest("worker", "one");
    nothing.args = [];
    nothing.env = [];
    nothing.uses = [];
    nothing.limits = [];
    started(nothing);
    answered(0, "spawn with empty lists");
  }),
  new Case("spawn hands over long lists whole, whatever is collected meanwhile", () => {
    const args: string[] = [];
    for (let index = 0; index < 500; index++) args.push("argument " + index.toString());
    const request = new SpawnRequest("worker", "one");
    request.args = args;
    for (let round = 0; round < 20; round++) {
      started(request);
      answered(0, "spawn in round " + round.toString());
    }
  }),
  new Case("spawn with a use or a limit beyond what there is answers why", () => {
    const use = new SpawnRequest("worker", "one");
    use.uses = ["files:/"];
    started(use);
    answered(Errno.NOTCAPABLE, "a use that is not the spec's");
    const limit = new SpawnRequest("worker", "one");
    limit.limits = ["children=5"];
    started(limit);
    answered(Errno.PERM, "a limit beyond the parent's");
    limit.limits = ["memory=lots"];
    started(limit);
    answered(Errno.INVAL, "a limit that is none");
  }),
  new Case("a fifth child answers AGAIN until the end of one was read", () => {
    const all: u64[] = [];
    for (let at = 0; at < 4; at++) all.push(start("worker", "w" + at.toString()));
    answered(0, "the fourth");
    start("worker", "w4");
    answered(Errno.AGAIN, "the fifth");
    for (let at = 0; at < 4; at++) {
      end(all[at], 0);
      over(all[at]);
    }
  }),
  new Case("end asks with a grace and ends without one; neither is a failure", () => {
    let child = start("worker", "one");
    same<bool>(end(child, millisecond), true, "end with a grace");
    same<How>(over(child).how, How.Exited, "how it ended when asked");
    child = start("worker", "one");
    end(child, 0);
    end(child, forEver);
    answered(0, "end again");
    const notice = over(child);
    same<How>(notice.how, How.Killed, "how it ended at once");
    same<bool>(notice.isFailure, false, "whether it failed");
    same<bool>(end(child, 0), false, "end of one that is gone");
    answered(Errno.CHILD, "end of one that is gone");
  }),
  new Case("nextExit without waiting answers AGAIN while there is nothing", () => {
    same<bool>(nextExit(false) === null, true, "that there is none");
    answered(Errno.AGAIN, "nextExit");
  }),
  new Case("exitFd is readable while a notice waits", () => {
    const fd = exitFd();
    answered(0, "exitFd");
    same<bool>(fd > 2, true, "that it is a descriptor");
    const other = exitFd();
    same<bool>(other > 2 && other !== fd, true, "that another is another");
    const child = start("short", "one");
    const subscription = new StaticArray<u8>(48);
    const event = new StaticArray<u8>(32);
    const count = new StaticArray<u32>(1);
    const at = changetype<usize>(subscription);
    store<u64>(at, 7);
    store<u8>(at, 1, 8);
    store<u32>(at, fd, 16);
    same<i32>(poll(at, changetype<usize>(event), 1, changetype<usize>(count)), 0, "poll");
    same<u32>(count[0], 1, "how much happened");
    same<u64>(load<u64>(changetype<usize>(event)), 7, "what happened");
    const notice = nextExit(false);
    same<bool>(notice !== null && notice.child === child, true, "that the notice is there");
  }),
];

/** Says why the last call did not do what it was to do. */
function refusal(): string {
  return "errno " + errno.toString();
}

function runAll(): void {
  for (let at = 0; at < cases.length; at++) {
    wrong = "";
    cases[at].run();
    const sentence = cases[at].sentence;
    console.log(wrong == "" ? "ok " + sentence : "not ok " + sentence + ": " + wrong);
  }
  console.log("ran " + cases.length.toString());
}

function waitUntilAsked(): void {
  const notice = nextExit();
  if (notice === null) console.log(refusal());
  else if (notice.kind === Kind.Asked) console.log("asked, with " + notice.graceNs.toString());
  else console.log("told of " + notice.text);
}

const mode: string = process.argv.length > 1 ? process.argv[1] : "";
if (mode == "--list") {
  for (let at = 0; at < cases.length; at++) console.log(cases[at].sentence);
} else if (mode == "--self") {
  const path = self();
  console.log(errno === 0 ? path : refusal());
} else if (mode == "--asked") {
  waitUntilAsked();
} else {
  runAll();
}
