/**
 * Programs that serve requests, on a simulated host, with a test as the world around them.
 *
 * Knows: how a guest is started with an inlet, and how a request is sent to it.
 * Must hold: nothing takes real time.
 * Never imports: Node, but to read guests. Only tests import it.
 * Start reading at `stage.ts`.
 */
export { HandlerStage, readGuest } from "./stage.ts";
