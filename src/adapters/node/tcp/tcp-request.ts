import type { Socket } from "node:net";
import { assert } from "#core/base";
import type { ByteSink, ByteSource } from "#core/host";
import type {
  IncomingRequest,
  MessageChannel,
  RequestHead,
  ResponseHead,
} from "#core/host/traffic";
import { tunnelHead } from "#core/net";
import { goneSink } from "#adapters/node/body";
import { SocketConnection } from "#adapters/node/socket/connection";

/** A connection that came in, as a tunnel. */
export class TcpRequest implements IncomingRequest {
  readonly head: RequestHead;
  readonly body: ByteSource;
  readonly isUpgrade = false;
  readonly #socket: Socket;
  readonly #connection: SocketConnection;
  #isAnswered = false;
  #isReadShut = false;
  #isWriteShut = false;

  constructor(socket: Socket, name: string) {
    this.#socket = socket;
    this.#connection = new SocketConnection(socket);
    this.head = tunnelHead(name);
    this.body = {
      pull: (bytesMax, answer) => this.#connection.pull(bytesMax, answer),
      close: () => this.#shut({ isRead: true, isWrite: false }),
    };
  }

  /** It is refused: whatever the answer says, there is nobody who speaks HTTP. */
  respond(_head: ResponseHead, _body: Uint8Array): void {
    this.abandon();
  }

  begin(_head: ResponseHead): ByteSink {
    if (this.#isAnswered || this.#socket.destroyed) return goneSink;
    this.#isAnswered = true;
    return {
      push: (bytes, answer) => this.#connection.push(bytes, answer),
      tryPush: (bytes) => this.#connection.tryPush(bytes),
      close: () => this.#shut({ isRead: false, isWrite: true }),
    };
  }

  accept(): MessageChannel {
    assert(false, "a tunnel never asks for a WebSocket");
  }

  abandon(): void {
    this.#isAnswered = true;
    if (!this.#socket.destroyed) this.#socket.resetAndDestroy();
  }

  whenGone(callback: () => void): void {
    const socket = this.#socket;
    if (socket.destroyed) return void setImmediate(callback);
    socket.once("close", () => {
      if (!socket.writableFinished || !socket.readableEnded) setImmediate(callback);
    });
  }

  /** Once nobody here reads or writes any more, it need not wait for the other side. */
  #shut({ isRead, isWrite }: { readonly isRead: boolean; readonly isWrite: boolean }): void {
    this.#isReadShut ||= isRead;
    this.#isWriteShut ||= isWrite;
    if (this.#isReadShut && this.#isWriteShut) this.#connection.close();
    else if (isWrite) this.#connection.shutdownWrite();
  }
}
