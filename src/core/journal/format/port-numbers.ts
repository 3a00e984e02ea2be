/** Numbers ports and timers in the order they come to be, the same when recorded and replayed. */
export class PortNumbers {
  readonly stdin = 0;
  readonly stdout = 1;
  readonly stderr = 2;
  #lastPort = 2;
  #lastTimer = 0;

  next(): number {
    return ++this.#lastPort;
  }

  nextTimer(): number {
    return ++this.#lastTimer;
  }
}
