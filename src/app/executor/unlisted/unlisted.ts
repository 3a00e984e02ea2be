import type { OutgoingRequest, Outlet, RequestHead } from "#core/host/traffic";
import { errno, Errno } from "#core/sys";
import type { ProcessOrder } from "#pool/host";
import { calleeOfRequest, formatCallee } from "#pool/route";
import { otherCallees, type UnlistedOutcome } from "#pool/traffic";
import type { UnlistedBook } from "./book.ts";

type RequestOptions = Parameters<Outlet["request"]>[1];

export interface UnlistedPorts {
  readonly book: Pick<UnlistedBook, "nameFor" | "note">;
  /** Whether anybody serves under a key. */
  readonly isServed: (key: string) => boolean;
  /** The way to all that is public. */
  readonly anyPublic: () => Outlet;
}

/** Requests of one process to whom its `uses` do not list: counted, and refused as a rule. */
export class Unlisted {
  readonly #order: Pick<ProcessOrder, "life" | "path" | "unlisted">;
  readonly #ports: UnlistedPorts;

  constructor(
    { life, path, unlisted }: Pick<ProcessOrder, "life" | "path" | "unlisted">,
    ports: UnlistedPorts,
  ) {
    this.#order = { life, path, ...(unlisted === undefined ? {} : { unlisted }) };
    this.#ports = ports;
  }

  /** `inside` makes it to who serves under a key, or to a queue. */
  request(
    head: RequestHead,
    options: RequestOptions,
    inside: (key: string) => OutgoingRequest,
  ): OutgoingRequest | Errno {
    const { life, path } = this.#order;
    const { book, isServed, anyPublic } = this.#ports;
    const [app = ""] = path.split("/");
    const callee = calleeOfRequest(head, app, isServed);
    if (callee === undefined) return errno.ENOENT;
    const text = formatCallee(callee);
    let made: OutgoingRequest | Errno = errno.ENOENT;
    if (this.#mayCall(text)) {
      const isInside = callee.kind === "name";
      made = isInside ? inside(callee.key) : anyPublic().request(head, options);
    }
    // What is no request was not refused for whom it is for.
    if (made !== errno.EINVAL) book.note(life, text, outcomeOf(made));
    return made;
  }

  #mayCall(callee: string): boolean {
    const { life, unlisted } = this.#order;
    return unlisted === "count" && this.#ports.book.nameFor(life, callee) !== otherCallees;
  }
}

function outcomeOf(made: OutgoingRequest | Errno): UnlistedOutcome {
  return made instanceof Errno ? "refused" : "letThrough";
}
