/**
 * Bodies of messages over Node's streams, as the ports' sources and sinks.
 *
 * Knows: streams of Node with all their ways to end, and how long one waits for the other side;
 * not what the bytes are of.
 * Must hold: at most one piece is on its way; a push or a pull is answered once, in a later turn; a
 * body that is not what its head said is told as broken, and never as whole.
 * Never imports: a parser; anything of pool or app.
 */
export { BodySink, goneSink } from "./body-sink.ts";
export { BodySource } from "./body-source.ts";
export { ConnectionStream } from "./connection-stream.ts";
export { UnsentRoom } from "./unsent-room.ts";
export { pump } from "./pump.ts";
export { Patience } from "./patience.ts";
