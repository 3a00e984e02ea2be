import { concatenate, ReadableStream, viewOf } from "#prelude/stream";
import { Blob, bytesOf } from "./blob.ts";
import { FormData } from "./form-data.ts";
import { decodeForm, encodeForm } from "./multipart.ts";
import type { Headers } from "./headers.ts";
import { URLSearchParams } from "./search-params.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export type BodyInit =
  | string
  | Blob
  | ArrayBuffer
  | ArrayBufferView
  | FormData
  | URLSearchParams
  | ReadableStream<Uint8Array>;

/** Reads what comes later: a piece, empty at the end. */
export type Pull = () => Promise<Uint8Array>;

/** What a body holds, before anybody looked at it. */
export type Content = string | Uint8Array | ReadableStream<Uint8Array> | Pull | null;

/** What a body is made of, and the type that goes with it. */
export function bodyOf(init: BodyInit | null | undefined): {
  readonly content: Content;
  readonly type: string | undefined;
} {
  if (typeof init === "string") return { content: init, type: "text/plain;charset=UTF-8" };
  if (init === undefined || init === null) return { content: null, type: undefined };
  if (init instanceof ReadableStream) {
    if (init.locked) throw new TypeError("the stream is locked already");
    return { content: init, type: undefined };
  }
  if (init instanceof ArrayBuffer || ArrayBuffer.isView(init)) {
    return { content: viewOf(init).slice(), type: undefined };
  }
  if (init instanceof Blob) {
    return { content: bytesOf(init), type: init.type === "" ? undefined : init.type };
  }
  if (init instanceof URLSearchParams) {
    const type = "application/x-www-form-urlencoded;charset=UTF-8";
    return { content: init.toString(), type };
  }
  if (init instanceof FormData) {
    const boundary = `----noos${crypto.randomUUID().replaceAll("-", "")}`;
    return {
      content: encodeForm(init, boundary),
      type: `multipart/form-data; boundary=${boundary}`,
    };
  }
  return { content: String(init), type: "text/plain;charset=UTF-8" };
}

/** Takes the content of a body, which is used up by that, or throws if it was. */
export let takeContent: (body: Body) => Content;
/** The content of a body for a second one; a stream is divided. */
export let shareContent: (body: Body) => Content;
export let setContent: (body: Body, content: Content) => void;

/** What requests and responses have in common. */
export abstract class Body {
  #content: Content = null;
  #isUsed = false;

  static {
    takeContent = (body) => body.#take();
    setContent = (body, content) => {
      body.#content = content;
    };
    shareContent = (body) => {
      if (body.bodyUsed) throw new TypeError("the body was used already");
      const content = body.#content;
      if (content === null || typeof content === "string" || content instanceof Uint8Array) {
        return content;
      }
      const [own, other] = (body.body as ReadableStream<Uint8Array>).tee();
      body.#content = own;
      return other;
    };
  }

  abstract get headers(): Headers;

  get body(): ReadableStream<Uint8Array> | null {
    const content = this.#content;
    if (content === null) return null;
    if (content instanceof ReadableStream) return content;
    return (this.#content = streamOf(content));
  }

  get bodyUsed(): boolean {
    const content = this.#content;
    if (this.#isUsed) return content !== null;
    return content instanceof ReadableStream && isDisturbed(content);
  }

  async text(): Promise<string> {
    const content = this.#take();
    if (typeof content === "string") return content;
    return decoder.decode(await allOf(content));
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return (await allOf(this.#take())).slice();
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).buffer;
  }

  async blob(): Promise<Blob> {
    return new Blob([await allOf(this.#take())], { type: this.headers.get("content-type") ?? "" });
  }

  async formData(): Promise<FormData> {
    const type = this.headers.get("content-type") ?? "";
    const bytes = await allOf(this.#take());
    if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
      const form = new FormData();
      for (const [name, value] of new URLSearchParams(decoder.decode(bytes))) {
        form.append(name, value);
      }
      return form;
    }
    const found = /^multipart\/form-data\b.*;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(type);
    const boundary = found?.[1] ?? found?.[2];
    if (boundary === undefined) throw new TypeError("the body is no form");
    return decodeForm(bytes, boundary);
  }

  #take(): Content {
    const content = this.#content;
    if (content === null) return null;
    if (this.bodyUsed) throw new TypeError("the body was used already");
    if (content instanceof ReadableStream && content.locked) {
      throw new TypeError("the body is locked to a reader");
    }
    this.#isUsed = true;
    return content;
  }
}

/** Whether it was read from; the polyfill has no public word for it. */
function isDisturbed(stream: ReadableStream): boolean {
  return (stream as { readonly _disturbed?: boolean })._disturbed === true;
}

function streamOf(content: string | Uint8Array | Pull): ReadableStream<Uint8Array> {
  if (typeof content === "function") {
    return new ReadableStream(
      {
        type: "bytes",
        pull: async (controller) => {
          const piece = await content();
          if (piece.length === 0) controller.close();
          else controller.enqueue(piece);
          if (piece.length === 0) controller.byobRequest?.respond(0);
        },
      },
      { highWaterMark: 0 },
    );
  }
  const bytes = typeof content === "string" ? encoder.encode(content) : content.slice();
  return new ReadableStream({
    type: "bytes",
    start: (controller) => {
      if (bytes.length > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
}

/** A function that reads a content piece by piece, empty at the end. */
export function onceReader(content: ReadableStream<Uint8Array> | Pull): {
  readonly next: Pull;
  readonly cancel: (why: unknown) => void;
} {
  if (typeof content === "function") return { next: content, cancel: () => undefined };
  const reader = content.getReader();
  const next = async (): Promise<Uint8Array> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return new Uint8Array();
      if (!(value instanceof Uint8Array)) throw new TypeError("a body's stream is of Uint8Arrays");
      if (value.length > 0) return value;
    }
  };
  return { next, cancel: (why) => void reader.cancel(why).catch(() => undefined) };
}

async function allOf(content: Content): Promise<Uint8Array<ArrayBuffer>> {
  if (content === null) return new Uint8Array();
  if (typeof content === "string") return encoder.encode(content);
  if (content instanceof Uint8Array) return content as Uint8Array<ArrayBuffer>;
  const { next } = onceReader(content);
  const pieces: Uint8Array[] = [];
  for (let piece = await next(); piece.length > 0; piece = await next()) pieces.push(piece);
  return concatenate(pieces);
}
