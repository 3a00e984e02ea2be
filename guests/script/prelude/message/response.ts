import { Body, type BodyInit, bodyOf, setContent, shareContent } from "./body.ts";
import { Headers, headersFrom, type HeadersInit, listOf } from "./headers.ts";

export interface ResponseInit {
  readonly status?: number;
  readonly statusText?: string;
  readonly headers?: HeadersInit;
  /** With status 101: the client's half of a `WebSocketPair`. */
  readonly webSocket?: object | null;
}

const statusesWithoutBody: readonly number[] = [101, 103, 204, 205, 304];
const redirects: readonly number[] = [301, 302, 303, 307, 308];

/** The head as the driver takes it: status, then names and values, each ended by a NUL. */
export let headOf: (response: Response) => string;
/** The half of a pair that the response hands to the client. */
export let webSocketOf: (response: Response) => object | undefined;
/** A response that came. */
export let responseFrom: (parts: {
  readonly status: number;
  readonly list: string[];
  readonly content: Parameters<typeof setContent>[1];
  readonly url: string;
  readonly isRedirected: boolean;
}) => Response;

export class Response extends Body {
  #status = 200;
  #statusText = "";
  #headers: Headers | undefined = undefined;
  /** The type of the body, as long as nobody looked at the headers. */
  #type: string | undefined = undefined;
  #webSocket: object | undefined = undefined;
  #url = "";
  #isRedirected = false;
  #kind: "basic" | "default" | "error" = "default";

  static {
    headOf = (response) => {
      const headers = response.#headers;
      if (headers === undefined) {
        const type = response.#type;
        return type === undefined
          ? `${response.#status}\0`
          : `${response.#status}\0content-type\0${type}\0`;
      }
      const list = listOf(headers);
      return list.length === 0
        ? `${response.#status}\0`
        : `${response.#status}\0${list.join("\0")}\0`;
    };
    webSocketOf = (response) => response.#webSocket;
    responseFrom = ({ status, list, content, url, isRedirected }) => {
      const response = new Response();
      response.#status = status;
      response.#headers = headersFrom(list);
      response.#url = url;
      response.#isRedirected = isRedirected;
      response.#kind = "basic";
      setContent(response, content);
      return response;
    };
  }

  constructor(body?: BodyInit | null, init?: ResponseInit) {
    super();
    if (init !== undefined && init !== null) this.#take(init);
    if (body === undefined || body === null) return;
    if (statusesWithoutBody.includes(this.#status)) {
      throw new TypeError(`a response with status ${this.#status} has no body`);
    }
    const { content, type } = bodyOf(body);
    setContent(this, content);
    if (type === undefined) return;
    if (this.#headers === undefined) this.#type = type;
    else if (!this.#headers.has("content-type")) this.#headers.append("content-type", type);
  }

  static error(): Response {
    const response = new Response();
    response.#status = 0;
    response.#kind = "error";
    return response;
  }

  static json(value: unknown, init: ResponseInit = {}): Response {
    const text = JSON.stringify(value);
    if (text === undefined) throw new TypeError("the value has no form in JSON");
    const response = new Response(text, init);
    if (response.#headers === undefined) response.#type = "application/json";
    else if (!new Headers(init.headers).has("content-type")) {
      response.#headers.set("content-type", "application/json");
    }
    return response;
  }

  static redirect(url: string | URL, status = 302): Response {
    if (!redirects.includes(status)) throw new RangeError(`${status} is no redirect`);
    return new Response(null, { status, headers: { location: new URL(url).href } });
  }

  get status(): number {
    return this.#status;
  }
  get ok(): boolean {
    return this.#status >= 200 && this.#status < 300;
  }
  get statusText(): string {
    return this.#statusText;
  }
  get type(): string {
    return this.#kind;
  }
  get url(): string {
    return this.#url;
  }
  get redirected(): boolean {
    return this.#isRedirected;
  }
  get webSocket(): object | null {
    return this.#webSocket ?? null;
  }
  override get headers(): Headers {
    return (this.#headers ??= headersFrom(
      this.#type === undefined ? [] : ["content-type", this.#type],
    ));
  }

  clone(): Response {
    const content = shareContent(this);
    const copy = new Response(null, { status: this.#status, statusText: this.#statusText });
    copy.#headers = new Headers(this.headers);
    setContent(copy, content);
    return copy;
  }

  get [Symbol.toStringTag](): string {
    return "Response";
  }

  #take(init: ResponseInit): void {
    const { status, statusText, headers, webSocket } = init;
    if (webSocket !== undefined && webSocket !== null) this.#webSocket = webSocket;
    if (status !== undefined) {
      const isUpgrade = status === 101 && this.#webSocket !== undefined;
      if (!isUpgrade && !(status >= 200 && status <= 599)) {
        throw new RangeError(`a response has a status from 200 to 599, not ${status}`);
      }
      this.#status = Math.trunc(status);
    }
    if (statusText !== undefined) this.#statusText = String(statusText);
    if (headers !== undefined) this.#headers = new Headers(headers);
  }
}
