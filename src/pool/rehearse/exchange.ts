import type { RequestHead, ResponseHead } from "#core/host/traffic";

/** An answer, whole. */
export interface Answer {
  readonly head: ResponseHead;
  readonly body: Uint8Array;
}

/** A request with its answer, both whole. */
export interface KeptExchange {
  readonly head: RequestHead;
  /** `undefined`: it had none. */
  readonly body: Uint8Array | undefined;
  readonly answer: Answer;
}

/** What became of a request that was made again. */
export type Outcome =
  | { readonly kind: "answer"; readonly answer: Answer }
  | { readonly kind: "none"; readonly why: string };

/** Requests alike: what they are asked by and where, without the query. */
export function kindOf({ method, target }: RequestHead): string {
  const query = target.indexOf("?");
  return `${method} ${query === -1 ? target : target.slice(0, query)}`;
}
