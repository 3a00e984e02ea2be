/** Addresses and subnets, to look for an address in. */
export interface Subnets {
  /** Also where the address came in the clothes of IPv6, or with its interface. */
  has(address: string): boolean;
}

/** Addresses (`10.1.2.3`) and subnets (`fd00::/8`) as a list to look in. */
export function subnets(written: readonly string[]): Subnets {
  const { BlockList, isIPv6 } = process.getBuiltinModule("node:net");
  const list = new BlockList();
  for (const one of written) {
    const [address = "", bits] = one.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return {
    has(address) {
      const [bare = ""] = address.split("%");
      return list.check(bare, isIPv6(bare) ? "ipv6" : "ipv4");
    },
  };
}
