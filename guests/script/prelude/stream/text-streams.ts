import { TransformStream } from "web-streams-polyfill";

const highSurrogate = /[\ud800-\udbff]$/;

export class TextEncoderStream {
  readonly encoding = "utf-8";
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<string>;

  constructor() {
    const encoder = new TextEncoder();
    // Half of a character at the end of a piece waits for the other half.
    let half = "";
    const { readable, writable } = new TransformStream<string, Uint8Array>({
      transform: (piece, controller) => {
        const text = half + String(piece);
        half = highSurrogate.exec(text)?.[0] ?? "";
        const whole = half === "" ? text : text.slice(0, -1);
        if (whole !== "") controller.enqueue(encoder.encode(whole));
      },
      flush: (controller) => {
        if (half !== "") controller.enqueue(encoder.encode(half));
      },
    });
    this.readable = readable as ReadableStream<Uint8Array>;
    this.writable = writable as WritableStream<string>;
  }
}

export class TextDecoderStream {
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  readonly readable: ReadableStream<string>;
  readonly writable: WritableStream<Uint8Array>;

  constructor(
    label?: string,
    options: { readonly fatal?: boolean; readonly ignoreBOM?: boolean } = {},
  ) {
    const decoder = new TextDecoder(label, options);
    this.encoding = decoder.encoding;
    this.fatal = decoder.fatal;
    this.ignoreBOM = decoder.ignoreBOM;
    const { readable, writable } = new TransformStream<Uint8Array, string>({
      transform: (piece, controller) => {
        const text = decoder.decode(piece, { stream: true });
        if (text !== "") controller.enqueue(text);
      },
      flush: (controller) => {
        const text = decoder.decode();
        if (text !== "") controller.enqueue(text);
      },
    });
    this.readable = readable as ReadableStream<string>;
    this.writable = writable as WritableStream<Uint8Array>;
  }
}
