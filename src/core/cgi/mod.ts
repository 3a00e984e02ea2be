/**
 * CGI (RFC 3875): a request as a program's environment, and its output as a response.
 *
 * Knows: which variables a head becomes, and what header lines on stdout mean; not how a program is
 * started, nor where its stdin and stdout lead.
 * Must hold: pure; no field of a client becomes a variable that programs take for the operator's
 * (`HTTP_PROXY`); nothing of an output is sent before its head is whole and good, and what is wrong
 * with it is told in words.
 * Never imports: anything but base, sys, the ports, and what a head may say.
 * Start reading at `environment.ts`, then `output.ts`.
 */
export { cgiEnvironment, type CgiPlace } from "./environment.ts";
export { CgiOutput, type CgiOutputBounds } from "./output.ts";
