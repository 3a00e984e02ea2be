/** Who is at the other end of a connection, spelled once for all its requests. */
export interface Peer {
  readonly address: string;
  /** The same as a parameter of the field `forwarded`, which wants IPv6 in quotes. */
  readonly forwardedFor: string;
  /** A proxy of the operator's, whose word about whom it asks for is taken. */
  readonly isTrusted: boolean;
  /** Of a connection from inside: the process that made it, which is told in place of the rest. */
  readonly caller?: string;
}

/**
 * An IPv4 address that came in the clothes of IPv6 is told as what it is. Expects the empty text of
 * who has no address.
 */
export function describePeer(address: string, isTrusted: boolean): Peer {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, "") || "unknown";
  const forwardedFor = plain.includes(":") ? `for="[${plain}]"` : `for=${plain}`;
  return { address: plain, forwardedFor, isTrusted };
}
