import type { MessageChannel } from "#core/host/traffic";
import type { FieldNames } from "#core/http";
import { errno } from "#core/sys";
import type { FrontBounds } from "./bounds.ts";

/** What all requests of a front share. */
export interface Serving {
  readonly names: FieldNames;
  readonly bounds: FrontBounds;
  /** Whether connections are to end with the answers that are still out. */
  readonly isClosing: boolean;
  /** A program's answer could not be sent, or not to its end. */
  failed(id: string, why: string): void;
}

/** Nobody is there any more to send messages to. */
export const goneChannel: MessageChannel = {
  receive: (answer) => void setImmediate(answer, errno.ECONNRESET),
  send: (_message, answer) => void setImmediate(answer, errno.EPIPE),
  close: () => undefined,
};
