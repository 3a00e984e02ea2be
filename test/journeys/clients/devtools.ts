/**
 * The DevTools protocol, over one WebSocket: commands with their answers, and events. A session is
 * one tab's; without one, the browser itself is meant.
 */
import { once } from "node:events";

type Parameters = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: unknown;
  readonly sessionId?: string;
}

interface Pending {
  readonly settle: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class DevTools {
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<string, (params: unknown) => void>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#hear(JSON.parse(String(data))));
    socket.addEventListener("close", () => {
      for (const { reject } of this.#pending.values()) reject(new Error("the browser is gone"));
    });
  }

  static async connect(url: string): Promise<DevTools> {
    const socket = new WebSocket(url);
    await once(socket, "open");
    return new DevTools(socket);
  }

  /** Answers what the browser does; the caller says of which type the method's result is. */
  send<T>(method: string, params: Parameters = {}, session?: string): Promise<T> {
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#pending.set(id, {
      settle: resolve,
      reject: ({ message }) => reject(new Error(`${method}: ${message}`)),
    });
    this.#socket.send(JSON.stringify({ id, method, params, sessionId: session }));
    return promise as Promise<T>;
  }

  /** Calls the listener, and no other, for each such event of the session. */
  on<T>(method: string, session: string, listener: (params: T) => void): void {
    this.#listeners.set(`${session} ${method}`, listener as (params: unknown) => void);
  }

  close(): void {
    this.#socket.close();
  }

  #hear({ id, result, error, method, params, sessionId }: Message): void {
    if (id === undefined) {
      this.#listeners.get(`${sessionId} ${method}`)?.(params);
      return;
    }
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (error === undefined) pending?.settle(result);
    else pending?.reject(new Error(error.message));
  }
}
