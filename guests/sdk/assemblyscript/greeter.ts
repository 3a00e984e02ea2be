/**
 * Greets with all fields it is given, by the binding for AssemblyScript: `/back…` is answered with
 * what the name `back` answers, all else with the request's own target and the field `x-name`.
 */
import { pass, Request, request, respond } from "./noos/http";

export function noos_handle(exchange: i32): void {
  const asked = Request.of(exchange);
  if (asked == null) return;
  if (asked.target.startsWith("/back")) {
    const made = request("GET", "http", "back", asked.target, ["x-from", "greeter"]);
    if (made != 0 && pass(exchange, made)) return;
    respond(exchange, 502, ["content-type", "text/plain"], String.UTF8.encode("no answer\n"));
    return;
  }
  const name = asked.header("x-name");
  const text = `hello ${name == null ? "you" : name!} at ${asked.target}\n`;
  respond(exchange, 200, ["content-type", "text/plain", "x-a", "b"], String.UTF8.encode(text));
}
