// table: one row per field of an answer that is not compared
/**
 * Fields that say nothing of a build, each with why. Others that are of the moment differ between
 * two answers of one build as well, and are left out for that.
 */
export const leftOutFields: Readonly<Record<string, string>> = {
  date: "the time of the answer",
  "server-timing": "how long it took",
  "content-length": "follows from the body, which is compared",
  "transfer-encoding": "how the body is sent, not what it is",
  connection: "of the connection, not of the answer",
  "keep-alive": "of the connection, not of the answer",
  etag: "follows from the body, which is compared",
  "x-request-id": "of the one request",
  traceparent: "of the one request",
  tracestate: "of the one request",
};
