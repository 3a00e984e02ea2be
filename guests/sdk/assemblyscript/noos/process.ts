/**
 * Programs as parents, for AssemblyScript: starts children, tells how they end, and when this
 * process itself is asked to end. Copy the folder `noos` beside your sources and import it:
 *
 *     import { nextExit, spawn, SpawnRequest } from "./noos/process";
 *
 * What a call cannot do it says by its answer, and `errno` says why, in the numbers of WASI
 * preview 1. The rules and every error are in the manual: docs/manual/process.md.
 */

// @ts-ignore: decorator
@external("noos:process", "spawn")
declare function callSpawn(request: usize, requestBytes: usize, child: usize): i32;
// @ts-ignore: decorator
@external("noos:process", "next_exit")
declare function callNextExit(notice: usize, noticeBytes: usize, flags: u32): i32;
// @ts-ignore: decorator
@external("noos:process", "exit_fd")
declare function callExitFd(fd: usize): i32;
// @ts-ignore: decorator
@external("noos:process", "acknowledge")
declare function callAcknowledge(child: u64): i32;
// @ts-ignore: decorator
@external("noos:process", "end")
declare function callEnd(child: u64, graceNs: u64): i32;
// @ts-ignore: decorator
@external("noos:process", "self")
declare function callSelf(buffer: usize, size: usize, length: usize): i32;

/** Why the last call did not do what it was to do; 0 when it did. */
export let errno: i32 = 0;

/** The errors that a parent meets. */
export namespace Errno {
  export const AGAIN: i32 = 6;
  export const CHILD: i32 = 12;
  export const EXIST: i32 = 20;
  export const INVAL: i32 = 28;
  export const NOENT: i32 = 44;
  export const NOTSUP: i32 = 58;
  export const PERM: i32 = 63;
  export const NOTCAPABLE: i32 = 76;
}

/** A grace that is never over. */
export const forEver: u64 = u64.MAX_VALUE;

/** How a child is to be started. What is `null` is as the spec says. */
export class SpawnRequest {
  /** Arguments after the program's name. */
  args: string[] | null = null;
  /** `NAME=value`, in place of the spec's. */
  env: string[] | null = null;
  /** Which of the spec's grants it gets: `files:./data:ro`. */
  uses: string[] | null = null;
  /** `memory=64MiB`, `cpu-share=0.5`: each within this process's own. */
  limits: string[] | null = null;

  constructor(
    /** The name of a spec that this process was granted. */
    public spec: string,
    /** What the child is called among its siblings. */
    public name: string,
  ) {}
}

/** What a notice is about. */
export enum Kind {
  /** A child, and all below it, has ended. */
  Ended = 1,
  /** This process itself is asked to end, before its grace is over. */
  Asked = 2,
}

/** How a child ended. */
export enum How {
  Exited,
  Killed,
  Trapped,
  Refused,
  Unacknowledged,
  GaveUp,
  Ended,
}

export class Notice {
  /** Who has ended; 0 when this process is asked. */
  child: u64 = 0;
  /** How long it may take to end, in nanoseconds; `forEver` without a bound. */
  graceNs: u64 = 0;
  kind: Kind = Kind.Ended;
  /** To be acknowledged. */
  isFailure: bool = false;
  how: How = How.Exited;
  /** The exit status of a child that exited. */
  code: u32 = 0;
  /** The same for people: `exited(1)`. */
  text: string = "";
}

const requestBytes: usize = 48;
const noticeBytes: usize = 256;
const noticeTextAt: usize = 32;
const noWait: u32 = 1;

/** Texts as UTF-8, kept alive until the call has answered. */
class Texts {
  private held: ArrayBuffer[] = [];

  /** Writes the address and length of a text to `at`. */
  write(at: usize, text: string): void {
    const bytes = String.UTF8.encode(text);
    this.held.push(bytes);
    store<u32>(at, <u32>changetype<usize>(bytes));
    store<u32>(at, <u32>bytes.byteLength, 4);
  }

  /** Writes the address and count of a list to `at`; nothing when it is left out. */
  writeList(at: usize, texts: string[] | null): void {
    if (texts === null) return;
    // One place more, so that an empty list has an address too.
    const list = new ArrayBuffer((texts.length + 1) * 8);
    this.held.push(list);
    const start = changetype<usize>(list);
    for (let index = 0; index < texts.length; index++) {
      this.write(start + <usize>index * 8, texts[index]);
    }
    store<u32>(at, <u32>start);
    store<u32>(at, <u32>texts.length, 4);
  }
}

/** Starts a child and waits until it is there: its number, or 0. */
export function spawn(request: SpawnRequest): u64 {
  const texts = new Texts();
  const record = new ArrayBuffer(<i32>requestBytes);
  const child = new ArrayBuffer(8);
  const at = changetype<usize>(record);
  texts.write(at, request.spec);
  texts.write(at + 8, request.name);
  texts.writeList(at + 16, request.args);
  texts.writeList(at + 24, request.env);
  texts.writeList(at + 32, request.uses);
  texts.writeList(at + 40, request.limits);
  errno = callSpawn(at, requestBytes, changetype<usize>(child));
  return errno === 0 ? load<u64>(changetype<usize>(child)) : 0;
}

/** Takes the next notice, and waits for one; with `isWaiting` false, `null` when there is none. */
export function nextExit(isWaiting: bool = true): Notice | null {
  const record = new ArrayBuffer(<i32>noticeBytes);
  const at = changetype<usize>(record);
  errno = callNextExit(at, noticeBytes, isWaiting ? 0 : noWait);
  if (errno !== 0) return null;
  const notice = new Notice();
  notice.child = load<u64>(at);
  notice.graceNs = load<u64>(at, 8);
  notice.kind = <Kind>load<u32>(at, 16);
  notice.isFailure = load<u32>(at, 20) !== 0;
  notice.how = <How>load<u32>(at, 24);
  notice.code = load<u32>(at, 28);
  notice.text = String.UTF8.decodeUnsafe(at + noticeTextAt, noticeBytes - noticeTextAt, true);
  return notice;
}

/** A new descriptor that a poll finds readable while a notice waits; -1 when there is none. */
export function exitFd(): i32 {
  const fd = new ArrayBuffer(4);
  errno = callExitFd(changetype<usize>(fd));
  return errno === 0 ? load<i32>(changetype<usize>(fd)) : -1;
}

/** Takes note of a failure that `nextExit` told of. */
export function acknowledge(child: u64): bool {
  errno = callAcknowledge(child);
  return errno === 0;
}

/** Asks a child to end, and ends it when the grace is over: at once with 0. */
export function end(child: u64, graceNs: u64): bool {
  errno = callEnd(child, graceNs);
  return errno === 0;
}

/** Where this process is in the tree: `shop/boss`; empty for one without a family. */
export function self(): string {
  const length = new ArrayBuffer(4);
  const lengthAt = changetype<usize>(length);
  let buffer = new ArrayBuffer(256);
  errno = callSelf(changetype<usize>(buffer), 256, lengthAt);
  const size = load<u32>(lengthAt);
  if (size > 256) {
    buffer = new ArrayBuffer(<i32>size);
    errno = callSelf(changetype<usize>(buffer), size, lengthAt);
  }
  return errno === 0 ? String.UTF8.decodeUnsafe(changetype<usize>(buffer), size) : "";
}
