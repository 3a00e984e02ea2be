import type { MessageChannel } from "#core/host/traffic";
import { errno } from "#core/sys";

/** Nobody is there any more to send messages to. */
export const goneChannel: MessageChannel = {
  receive: (answer) => void setImmediate(answer, errno.ECONNRESET),
  send: (_message, answer) => void setImmediate(answer, errno.EPIPE),
  close: () => undefined,
};
