import type { FieldNames } from "#core/http";
import type { FrontBounds } from "./bounds.ts";

/** What all requests of a front share. */
export interface Serving {
  readonly names: FieldNames;
  readonly bounds: FrontBounds;
  /** Whether connections are to end with the answers that are still out. */
  readonly isClosing: boolean;
  /** Whether a client that has said all it will is still to have its answers. */
  readonly isHalfOpen?: boolean;
  /** A program's answer could not be sent, or not to its end. */
  failed(id: string, why: string): void;
}
