/** A directory of the host that a process may reach, and the name it has for the guest. */
export interface DirectoryGrant {
  readonly host: string;
  readonly guest: string;
  readonly readOnly: boolean;
}

/**
 * `HOST[::GUEST][:ro]`; `:rw` is what goes without saying, for a HOST that ends in `:ro`.
 * `undefined` where a name is empty.
 */
export function parseDirectoryGrant(text: string): DirectoryGrant | undefined {
  const mode = /:(ro|rw)$/.exec(text);
  const names = mode === null ? text : text.slice(0, mode.index);
  const at = names.indexOf("::");
  const host = at === -1 ? names : names.slice(0, at);
  const guest = at === -1 ? names : names.slice(at + 2);
  if (host === "" || guest === "") return undefined;
  return { host, guest, readOnly: mode?.[1] === "ro" };
}
