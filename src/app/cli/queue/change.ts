import { printable } from "#core/base";
import { PlatformError } from "#core/sys";
import { type Deed, optionOf, type QueueName } from "./deed.ts";
import { standingOf } from "./look.ts";

/** No queue takes a longer message. */
const bodyBytesMax = 1024 ** 2;

export const send: Deed = {
  names: ["APP/QUEUE", "FILE"],
  takesMore: false,
  async do({ daemon, name, operands: [file = ""], parsed, terminal }) {
    const said = ["type", "key", "delay"].flatMap((option) => {
      const value = optionOf(parsed, option);
      return value === undefined ? [] : [[option, value] as const];
    });
    const message = { body: await readBody(file), ...Object.fromEntries(said) };
    const id = await daemon.sendMessage(name.app, name.queue, message);
    terminal.out(`message ${id} of ${textOf(name)} is kept\n`);
  },
};

export const redrive: Deed = {
  names: ["APP/QUEUE"],
  takesMore: true,
  async do({ daemon, name, operands, terminal }) {
    const ids = operands.length === 0 ? undefined : operands.map((typed) => idOf(typed));
    const count = await daemon.redrive(name.app, name.queue, ids);
    terminal.out(`${counted(count, "dead")} of ${textOf(name)}: ready again\n`);
  },
};

export const purge: Deed = {
  names: ["APP/QUEUE", "STANDING"],
  takesMore: false,
  async do({ daemon, name, operands: [typed = ""], terminal }) {
    const standing = typed === "all" ? typed : standingOf(typed);
    const count = await daemon.purge(name.app, name.queue, standing);
    terminal.out(`${counted(count, "")} of ${textOf(name)}: removed\n`);
  },
};

export const replay: Deed = {
  names: ["APP/QUEUE", "FROM", "TO?"],
  takesMore: false,
  async do({ daemon, name, operands: [from = "", to], terminal }) {
    const range = { from: idOf(from), ...(to === undefined ? {} : { to: idOf(to) }) };
    const count = await daemon.replayMessages(name.app, name.queue, range);
    terminal.out(`${counted(count, "")} of ${textOf(name)}: sent again\n`);
  },
};

function textOf({ app, queue }: QueueName): string {
  return printable(`${app}/${queue}`);
}

function counted(count: number, kind: string): string {
  const what = count === 1 ? "message" : "messages";
  return [count, kind, what].filter((part) => part !== "").join(" ");
}

function idOf(typed: string): number {
  if (/^\d{1,15}$/.test(typed)) return Number(typed);
  throw new PlatformError(`"${typed}" is no message: they have numbers`, {
    code: "USAGE",
    hint: "noos queue peek shows them",
  });
}

/** A file, or for `-` what stdin has. Throws `FILE_NOT_FOUND`, `MESSAGE_REFUSED`. */
async function readBody(file: string): Promise<Uint8Array> {
  const { createReadStream } = process.getBuiltinModule("node:fs");
  const source = file === "-" ? process.stdin : createReadStream(file);
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const piece of source as AsyncIterable<Uint8Array>) {
      sizeBytes += piece.length;
      if (sizeBytes > bodyBytesMax) throw tooLarge(file);
      pieces.push(piece);
    }
  } catch (cause) {
    if (cause instanceof PlatformError) throw cause;
    throw new PlatformError(`cannot read "${file}"`, {
      code: "FILE_NOT_FOUND",
      hint: "give a file, or - for what comes in",
      cause,
    });
  }
  return Buffer.concat(pieces);
}

function tooLarge(file: string): PlatformError {
  return new PlatformError(`"${file}" has more than ${bodyBytesMax} bytes`, {
    code: "MESSAGE_REFUSED",
    hint: "send where it is in place of what it says",
  });
}
