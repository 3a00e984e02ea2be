import { PlatformError } from "#core/sys";

/** What a secret may have. */
const secretBytesMax = 65_536;

/** Where a secret comes from: a terminal, or what was put in its place. */
export interface SecretInput extends AsyncIterable<Uint8Array> {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
}

export interface Asking {
  readonly prompt: string;
  readonly say: (text: string) => void;
}

/**
 * Reads a secret: a line from a terminal, which does not show it; of anything else all there is,
 * without the line end that `echo` leaves. Throws `USAGE` for one that is empty, too long or no
 * text, and for Ctrl-C.
 */
export async function readSecret(input: SecretInput, asking: Asking): Promise<string> {
  const bytes = input.isTTY === true ? await readHidden(input, asking) : await readAll(input);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw unusable("it is no UTF-8 text", cause);
  }
  const value = text.replace(/\r?\n$/, "");
  if (value === "") throw unusable("it is empty");
  if (value.includes("\0")) throw unusable("it has a byte of zero in it");
  return value;
}

async function readAll(input: SecretInput): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of input) {
    sizeBytes += piece.length;
    if (sizeBytes > secretBytesMax) throw unusable(`it has more than ${secretBytesMax} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

const enter = new Set([0x0d, 0x0a]);
const endOfInput = 0x04;
const interrupt = 0x03;
const backspace = new Set([0x7f, 0x08]);

async function readHidden(input: SecretInput, { prompt, say }: Asking): Promise<Uint8Array> {
  say(prompt);
  input.setRawMode?.(true);
  try {
    const typed: number[] = [];
    for await (const piece of input) {
      for (const byte of piece) {
        if (enter.has(byte) || byte === endOfInput) return Uint8Array.from(typed);
        if (byte === interrupt) throw unusable("Ctrl-C was typed");
        if (backspace.has(byte)) removeCharacter(typed);
        else typed.push(byte);
        if (typed.length > secretBytesMax) {
          throw unusable(`it has more than ${secretBytesMax} bytes`);
        }
      }
    }
    return Uint8Array.from(typed);
  } finally {
    input.setRawMode?.(false);
    say("\n");
  }
}

/** A character of UTF-8 may be several bytes. */
function removeCharacter(typed: number[]): void {
  let byte = typed.pop();
  while (byte !== undefined && (byte & 0xc0) === 0x80) byte = typed.pop();
}

function unusable(why: string, cause?: unknown): PlatformError {
  return new PlatformError(`cannot set the secret: ${why}`, {
    code: "USAGE",
    hint: "type it, or send it: noos secret set APP NAME < FILE",
    cause,
  });
}
