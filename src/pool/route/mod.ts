/**
 * Which requests something is for, by host and path, or by the address at which a raw
 * connection comes in; and whom a process may call.
 *
 * Knows: how a route and a callee are written, which of several routes a request is for, and when
 * two are the same.
 * Must hold: a request is for one route or none, whatever order they were added in; nobody outside
 * is called as something inside is.
 * Never imports: anything.
 */
export {
  type Callee,
  calleeOfRequest,
  formatCallee,
  parseCallee,
  servedKey,
  servedKeyOf,
} from "./callee.ts";
export { formatRoute, parseRoute, type Route } from "./route.ts";
export { RouteTable } from "./route-table.ts";
export { clashes, formatTcpRoute, isTcpRoute, parseTcpRoute, type TcpRoute } from "./tcp-route.ts";
