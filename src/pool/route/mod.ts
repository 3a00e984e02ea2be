/**
 * Routes: which requests something is for, by host and path.
 *
 * Knows: how a route is written, which of several a request is for, and when two are the same.
 * Must hold: a request is for one of them or none, whatever order they were added in.
 * Never imports: anything.
 */
export { formatRoute, parseRoute, type Route } from "./route.ts";
export { RouteTable } from "./route-table.ts";
