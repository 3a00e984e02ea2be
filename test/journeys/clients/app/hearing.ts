/**
 * Bodies whose pieces can be asked for while they still come: a client that sends the next piece
 * when the one before was heard needs no clock to tell that nothing is held back.
 */
export class Hearing {
  readonly #texts = new Map<string, string>();
  #changed: PromiseWithResolvers<void> = Promise.withResolvers<void>();

  async hear(name: string, request: Request): Promise<Response> {
    let text = "";
    for await (const piece of request.body ?? []) {
      text += new TextDecoder().decode(piece);
      this.#texts.set(name, text);
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
    return new Response(`${text}, and over`);
  }

  /** Answers when this has come, and nothing else. */
  async heard(name: string, wanted: string): Promise<Response> {
    while (this.#texts.get(name) !== wanted) await this.#changed.promise;
    return new Response(null, { status: 204 });
  }
}
