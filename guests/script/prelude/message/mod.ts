/**
 * What is sent: headers, bodies, requests, responses, forms and files.
 *
 * Knows: the Fetch standard's objects, made lazily, so that a request nobody looks at costs little.
 * Must hold: names and values of headers are valid, whoever gave them.
 * Never imports: exchanges: how a body comes is a source that whoever has it gives.
 * Start reading at `body.ts`.
 */
export { Arrival, isOfSender } from "./arrival.ts";
export { Blob, File } from "./blob.ts";
export { type Content, onceReader, type Pull, takeContent } from "./body.ts";
export { FormData } from "./form-data.ts";
export { Headers } from "./headers.ts";
export { arrived, givenSignal, headerListOf, Request, type RequestInit } from "./request.ts";
export { URLSearchParams } from "./search-params.ts";
export { completeUrl } from "./url.ts";
export { headOf, Response, responseFrom, webSocketOf } from "./response.ts";
