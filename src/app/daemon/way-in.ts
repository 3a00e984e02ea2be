import { bindAddress, type BoundAddress } from "#adapters/node/socket";
import { PlatformError } from "#core/sys";

/** Where requests for what serves are to come in. */
export interface WayInOptions {
  readonly host: string;
  readonly port: number;
  /** Somebody asked for it; where nobody did, a daemon can be without. */
  readonly isAsked: boolean;
}

/** Where they do, or why nowhere. */
export type WayIn =
  | { readonly kind: "open"; readonly bound: BoundAddress }
  | { readonly kind: "closed"; readonly why: string };

/** Throws `LISTEN_FAILED` for an address that was asked for. */
export async function openWayIn(options: WayInOptions | undefined): Promise<WayIn> {
  if (options === undefined) return { kind: "closed", why: "it was not wanted" };
  const { host, port, isAsked } = options;
  try {
    return { kind: "open", bound: await bindAddress({ kind: "tcp", host, port }) };
  } catch (error) {
    if (isAsked || !(error instanceof PlatformError)) throw error;
    return { kind: "closed", why: error.message };
  }
}
