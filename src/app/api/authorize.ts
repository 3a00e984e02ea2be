import type { IncomingMessage } from "node:http";
import { RequestRefusal } from "./refusal.ts";

/** Throws `NOT_ALLOWED` for whoever does not have the token. */
export type Authorize = (request: IncomingMessage) => void;

/** Over a Unix socket the file's mode says who may. */
export const allowAll: Authorize = () => undefined;

/** Takes as long for any wrong token, whatever of it is right. */
export function bearerOf(token: string): Authorize {
  const { timingSafeEqual } = process.getBuiltinModule("node:crypto");
  const wanted = digest(token);
  return ({ headers }) => {
    const [, given] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "") ?? [];
    if (given !== undefined && timingSafeEqual(digest(given), wanted)) return;
    const what = given === undefined ? "no token was given" : "the token is another";
    throw new RequestRefusal(`the daemon does not answer: ${what}`, {
      status: 401,
      code: "NOT_ALLOWED",
      hint: `noos takes it from --token FILE or NOOS_TOKEN; HTTP has "Authorization: Bearer TOKEN"`,
      headers: { "www-authenticate": `Bearer realm="noos"` },
    });
  };
}

/** Of one length whatever the token's, as the comparison wants it. */
function digest(token: string): Uint8Array {
  return process.getBuiltinModule("node:crypto").createHash("sha256").update(token).digest();
}
