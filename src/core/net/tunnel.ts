import type { ByteSink, Connection, SourceAnswer } from "#core/host";
import type {
  IncomingRequest,
  OutgoingRequest,
  RequestHead,
  ResponseHead,
} from "#core/host/traffic";
import { errno, Errno } from "#core/sys";

/** The method by which a request is a connection: its bodies are raw bytes, both ways. */
const tunnelMethod = "CONNECT";

/**
 * Whether a request is a tunnel: a connection on its way to a process, by the way of requests. None
 * comes from outside as HTTP, whose fronts refuse the method.
 */
export function isTunnel({ method }: Pick<RequestHead, "method">): boolean {
  return method === tunnelMethod;
}

/** The head of a tunnel to whoever has this name, or came to this address. */
export function tunnelHead(authority: string, fields: readonly string[] = []): RequestHead {
  return { method: tunnelMethod, scheme: "http", authority, target: "/", fields };
}

/** The connection that a tunnel is, for the process that accepts it: who sent it learns of that. */
export function acceptTunnel(request: IncomingRequest): Connection {
  const { body } = request;
  const sink = onceClosed(request.begin({ status: 200, fields: [] }));
  return {
    ...sink,
    pull: (bytesMax, answer) => {
      if (body === undefined) return void Promise.resolve().then(() => answer("end"));
      body.pull(bytesMax, answer);
    },
    shutdownWrite: () => sink.close(),
    close: () => {
      sink.close();
      body?.close();
    },
  };
}

/** The connection that a tunnel is, for the process that made it: it may not be accepted yet. */
export function dialTunnel(request: OutgoingRequest): Connection {
  const sink = onceClosed(request.body ?? nowhere);
  let result: ResponseHead | Errno | undefined = undefined;
  let isClosed = false;
  let waiting: Pull | undefined = undefined;
  const serve = ({ bytesMax, answer }: Pull, found: ResponseHead | Errno): void => {
    const refused = refusalOf(found);
    if (refused === undefined) request.response.pull(bytesMax, answer);
    else void Promise.resolve().then(() => answer(refused));
  };
  // Told in any case, and once: in a replay it is told again, to whoever asked for it here.
  request.whenAnswered((found) => {
    result = found;
    const pull = waiting;
    waiting = undefined;
    if (isClosed) return;
    if (pull !== undefined) serve(pull, found);
  });
  return {
    ...sink,
    pull: (bytesMax, answer) => {
      if (result === undefined) waiting = { bytesMax, answer };
      else serve({ bytesMax, answer }, result);
    },
    shutdownWrite: () => sink.close(),
    close: () => {
      if (isClosed) return;
      isClosed = true;
      sink.close();
      if (result === undefined) request.cancel();
      else if (refusalOf(result) === undefined) request.response.close();
    },
  };
}

interface Pull {
  readonly bytesMax: number;
  readonly answer: (result: SourceAnswer) => void;
}

/** Why there is no connection: whoever was asked has its reasons, in the words of HTTP. */
function refusalOf(result: ResponseHead | Errno): Errno | undefined {
  if (result instanceof Errno) return result;
  return result.status >= 200 && result.status < 300 ? undefined : errno.ECONNREFUSED;
}

/** A connection shuts its side, and closes it later once more. */
function onceClosed(sink: ByteSink): ByteSink {
  let isClosed = false;
  return {
    push: (bytes, answer) => sink.push(bytes, answer),
    ...(sink.tryPush === undefined
      ? {}
      : { tryPush: (bytes: Uint8Array) => sink.tryPush?.(bytes) ?? 0 }),
    close: () => {
      if (isClosed) return;
      isClosed = true;
      sink.close();
    },
  };
}

/** A tunnel has a body; of one that was made without, nothing goes anywhere. */
const nowhere: ByteSink = {
  push: (_bytes, answer) => void Promise.resolve().then(() => answer(errno.EPIPE)),
  close: () => undefined,
};
