import { type CallAnswer, type Descriptor, notYet, type Process } from "#core/kernel";
import { errno, Errno } from "#core/sys";
import { Alarm, type WaitQueue } from "#core/stream";
import {
  bounds,
  eventrwflags,
  eventtype,
  rights,
  sizes,
  subclockflags,
  type SubscriptionLayout,
} from "#core/personality/wasi-p1/abi";
import { clockNow } from "./clocks.ts";
import { answerOf } from "#core/personality/wasi-p1/abi";
import { rightsOfKind } from "#core/personality/wasi-p1/files";

/** One thing a poll waits for. */
interface Subscription {
  readonly userdata: bigint;
  readonly type: number;
  /** Why it can never come; told as the event. */
  readonly failed: Errno | undefined;
  /** For a clock: nanoseconds from now, 0 or more. */
  readonly delayNs: number;
  readonly descriptor: Descriptor | undefined;
}

interface Event {
  readonly subscription: Subscription;
  readonly failed: Errno | undefined;
  readonly availableBytes: number;
  readonly isHungUp: boolean;
}

type PollOneoff = (
  process: Process,
  subscriptions: number,
  events: number,
  count: number,
  result: number,
) => CallAnswer;

/** `poll_oneoff`, for programs that lay out their subscriptions like this. */
export function pollOneoffBy(layout: SubscriptionLayout): PollOneoff {
  return (process, subscriptions, events, count, result) => {
    if (count === 0 || count >>> 0 > bounds.subscriptionsMax) return errno.EINVAL;
    // Every address is checked before anything waits, so that a bad one fails at once.
    process.memory.check(subscriptions, count * layout.bytes);
    process.memory.check(events, count * sizes.event);
    process.memory.check(result, 4);
    const wanted: Subscription[] = [];
    for (let index = 0; index < count; index++) {
      const read = readSubscription(process, subscriptions + index * layout.bytes, layout);
      if (read instanceof Errno) return read;
      wanted.push(read);
    }
    const write = (happened: readonly Event[]): undefined => {
      for (const [index, event] of happened.entries()) {
        writeEvent(process, events + index * sizes.event, event);
      }
      process.memory.setU32(result, happened.length);
      return undefined;
    };
    // A copy holds no more than they need, for as long as the process waits.
    return waitFor(process, [...wanted], write);
  };
}

function waitFor(
  process: Process,
  wanted: readonly Subscription[],
  write: (happened: readonly Event[]) => undefined,
): CallAnswer {
  const clocks = wanted.filter((each) => each.type === eventtype.clock && !each.failed);
  const delayNs = Math.min(...clocks.map((clock) => clock.delayNs));
  let alarm: Alarm | undefined = undefined;
  const attempt = (): undefined | typeof notYet => {
    const happened = wanted.flatMap((each) => eventOf(each, alarm?.hasRung ? delayNs : -1));
    return happened.length > 0 ? write(happened) : notYet;
  };
  if (attempt() === undefined) return undefined;
  const streams = wanted.flatMap((each) => queueOf(each));
  if (clocks.length === 0) return process.wait({ attempt, on: streams });
  alarm = new Alarm(process.outside.timers, delayNs);
  // Not pushed, which would make room for more, for as long as the process waits.
  return process.wait({
    attempt,
    on: streams.concat(alarm.rings),
    release: () => alarm?.cancel(),
  });
}

/** What has happened by now; clocks are due up to `elapsedNs`, none before any time has passed. */
function eventOf(subscription: Subscription, elapsedNs: number): Event[] {
  const event = { subscription, failed: undefined, availableBytes: 0, isHungUp: false };
  if (subscription.failed !== undefined) return [{ ...event, failed: subscription.failed }];
  if (subscription.type === eventtype.clock) {
    return subscription.delayNs <= elapsedNs ? [event] : [];
  }
  const { object } = subscription.descriptor as Descriptor;
  const isRead = subscription.type === eventtype.fdRead;
  switch (object.kind) {
    case "file": {
      const stat = object.file.stat();
      const position = subscription.descriptor?.position ?? 0;
      const left = stat instanceof Errno ? 0 : Math.max(0, stat.sizeBytes - position);
      return [{ ...event, availableBytes: isRead ? left : 1 }];
    }
    case "input":
      return readable(event, object.stream);
    case "socket":
      return isRead ? readable(event, object.socket.input) : writable(event, object.socket.output);
    case "output":
      return writable(event, object.stream);
    case "pipe-reader":
      if (!object.pipe.isReadable()) return [];
      return [{ ...event, availableBytes: object.pipe.availableBytes }];
    case "pipe-writer":
      return object.pipe.isWritable() ? [{ ...event, availableBytes: object.pipe.roomBytes }] : [];
    case "listener":
      return object.listener.isReady() ? [{ ...event, availableBytes: 1 }] : [];
    case "notices":
      return object.kin.isReady() ? [{ ...event, availableBytes: 1 }] : [];
    case "directory":
      return [{ ...event, failed: errno.EBADF }];
  }
}

function readable(
  event: Event,
  stream: { isReady(): boolean; readonly availableBytes: number; readonly isEnded: boolean },
): Event[] {
  if (!stream.isReady()) return [];
  return [{ ...event, availableBytes: stream.availableBytes, isHungUp: stream.isEnded }];
}

function writable(
  event: Event,
  stream: { isReady(): boolean; readonly roomBytes: number },
): Event[] {
  return stream.isReady() ? [{ ...event, availableBytes: stream.roomBytes }] : [];
}

function queueOf(subscription: Subscription): WaitQueue[] {
  const object = subscription.descriptor?.object;
  switch (object?.kind) {
    case "input":
      return [object.stream.readable];
    case "output":
      return [object.stream.writable];
    case "socket":
      return subscription.type === eventtype.fdRead
        ? [object.socket.input.readable]
        : [object.socket.output.writable];
    case "pipe-reader":
      return [object.pipe.readable];
    case "pipe-writer":
      return [object.pipe.writable];
    case "listener":
      return [object.listener.acceptable];
    case "notices":
      return [object.kin.noticed];
    default:
      return [];
  }
}

function readSubscription(
  process: Process,
  at: number,
  layout: SubscriptionLayout,
): Subscription | Errno {
  const { memory } = process;
  const userdata = memory.u64(at);
  const type = memory.u8(at + 8);
  if (type === eventtype.clock) return readClock(process, at, layout);
  if (type !== eventtype.fdRead && type !== eventtype.fdWrite) return errno.EINVAL;
  const descriptor = process.descriptors.get(memory.u32(at + 16));
  const failed = descriptor === undefined ? errno.EBADF : refusal(descriptor, type);
  return { userdata, type, failed, delayNs: 0, descriptor };
}

function refusal(descriptor: Descriptor, type: number): Errno | undefined {
  const needed = type === eventtype.fdRead ? rights.fdRead : rights.fdWrite;
  const { kind } = descriptor.object;
  // Neither can be read from, and yet something arrives there.
  const isArrival = (kind === "listener" || kind === "notices") && type === eventtype.fdRead;
  const isPossible = isArrival || (rightsOfKind(kind).base & needed) !== 0;
  if (!isPossible) return errno.EBADF;
  const polls = (descriptor.rights.base & rights.pollFdReadwrite) !== 0;
  return polls ? undefined : errno.ENOTCAPABLE;
}

function readClock(process: Process, at: number, layout: SubscriptionLayout): Subscription {
  const { memory } = process;
  const isAbsolute = (memory.u16(at + layout.clockFlags) & subclockflags.abstime) !== 0;
  const timeout = memory.u64(at + layout.timeout);
  const clock = memory.u32(at + layout.clock);
  const base = { userdata: memory.u64(at), type: eventtype.clock, descriptor: undefined };
  // A process's own time does not pass while it waits: nobody can be woken by it.
  const now = clock <= 1 ? (isAbsolute ? clockNow(process, clock) : 0n) : undefined;
  if (now === undefined) return { ...base, failed: errno.ENOTSUP, delayNs: 0 };
  const delayNs = timeout > now ? Number(timeout - now) : 0;
  return { ...base, failed: undefined, delayNs };
}

function writeEvent(process: Process, at: number, event: Event): void {
  const { memory } = process;
  memory.bytes(at, sizes.event).fill(0);
  memory.setU64(at, event.subscription.userdata);
  memory.setU16(at + 8, answerOf(event.failed));
  memory.setU8(at + 10, event.subscription.type);
  memory.setU64(at + 16, BigInt(event.availableBytes));
  memory.setU16(at + 24, event.isHungUp ? eventrwflags.hangup : 0);
}
