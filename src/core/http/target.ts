/** What a request's target says: the path, and in the absolute form also whom it is for. */
export interface Target {
  readonly target: string;
  readonly authority: string | undefined;
}

// A fragment is never sent, and other readers would end the path there.
const targetForm = /^\/[\x21\x22\x24-\x7e]*$/;
const absoluteForm = /^https?:\/\/([^/?#]*)(.*)$/i;
// A name or an address, and a port; user and password have no place in it.
const hostForm =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9_.])?|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{0,5})?$/;
const longPortForm = /:\d{5}$/;
const portMax = 65_535;

/** Whether `text` is a host with or without its port. */
export function isHost(text: string): boolean {
  if (!hostForm.test(text)) return false;
  return !longPortForm.test(text) || Number(text.slice(-5)) <= portMax;
}

// Whoever reads a path as a URL goes elsewhere by these, and routes do not.
const dotSegment = /^[^?]*\/(?:\.|%2e){1,2}(?:[/?]|$)/i;
/** By these, too: there a backslash is a slash. */
const backslash = /^[^?]*\\/;
const dots = "its path has a segment of dots, which programs take for another path";
const backslashes = "its path has a backslash, which programs take for a slash: send %5C";

/** Takes a target apart, or says what is wrong with it. */
export function readTarget(method: string, target: string): Target | string {
  if (targetForm.test(target)) return wrongPath(target) ?? { target, authority: undefined };
  if (target === "*" && method === "OPTIONS") return { target, authority: undefined };
  const [, authority, rest = ""] = absoluteForm.exec(target) ?? [];
  if (authority === undefined) return "its target is no path";
  const path = rest.startsWith("/") ? rest : `/${rest}`;
  if (!targetForm.test(path)) return "its target is no path";
  return wrongPath(path) ?? { target: path, authority };
}

function wrongPath(path: string): string | undefined {
  if (dotSegment.test(path)) return dots;
  return backslash.test(path) ? backslashes : undefined;
}
