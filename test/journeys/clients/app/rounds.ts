/** One answer that goes on when somebody says so. */
interface Round {
  readonly send: (piece: number) => void;
  readonly end: () => void;
  /** Settles when its client is gone. */
  readonly left: Promise<void>;
  pieces: number;
}

const piecesMax = 3;

/**
 * Answers that come piece by piece. The next piece goes out when another request asks for it, which
 * a client does that has seen the one before: no clock is needed to tell that nothing is held back.
 */
export class Rounds {
  readonly #rounds = new Map<string, Round>();

  /** An answer whose first piece goes out at once. */
  open(name: string, signal: AbortSignal, format: (piece: number) => string): Response {
    const { promise: left, resolve } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => resolve());
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const round: Round = {
          send: (piece) => controller.enqueue(encoder.encode(format(piece))),
          end: () => controller.close(),
          left,
          pieces: 1,
        };
        this.#rounds.set(name, round);
        round.send(1);
      },
    });
    return new Response(body);
  }

  /** Has the answer go on by one piece, or end after the last one. */
  next(name: string): Response {
    const round = this.#rounds.get(name);
    if (round === undefined) return new Response("no such round\n", { status: 404 });
    if (round.pieces === piecesMax) round.end();
    else round.send(++round.pieces);
    return new Response(null, { status: 204 });
  }

  /** Answers when the client of that answer is gone. */
  async left(name: string): Promise<Response> {
    const round = this.#rounds.get(name);
    if (round === undefined) return new Response("no such round\n", { status: 404 });
    await round.left;
    return new Response(`left after ${round.pieces}\n`);
  }
}
