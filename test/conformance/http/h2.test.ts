/**
 * HTTP/2 as a front speaks it, frame by frame over TLS; a case names the paragraph of RFC 9113 or
 * 7541 that it is of. The cases go the way of h2spec's.
 */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type H2Case, h2Cases, type H2Expectation } from "./h2-cases.ts";
import { opening, type Outcome, speak, tell } from "./h2-client.ts";
import { errorCodes, type Frame, types } from "./h2-frames.ts";
import { serveSecure } from "./server.ts";

const codeOf = ({ payload }: Frame, at: number): number => payload.readUInt32BE(at);

/** What the program answers that tells which fields it had. */
const noFields = Buffer.from("[]");

/** Whether a frame shows that what is expected has come. */
function shows(one: Frame, expected: H2Expectation): boolean {
  const isOfOne = one.stream === 1;
  if (expected === "goes on") return false;
  if (expected === "dropped") return isOfOne && one.payload.equals(noFields);
  if (expected === "answered")
    return isOfOne && one.type === types.headers && one.payload[0] === 0x88;
  if (expected === "refused")
    return isOfOne && one.type === types.headers && one.payload[0] === 0x8c;
  const [kind, name] = expected;
  if (one.type === types.goAway) return codeOf(one, 4) === errorCodes[name];
  return (
    kind === "stream" && isOfOne && one.type === types.reset && codeOf(one, 0) === errorCodes[name]
  );
}

function isMet({ expected }: H2Case, outcome: Outcome): boolean {
  if (expected === "goes on") return !outcome.isOver;
  if (outcome.frames.some((one) => shows(one, expected))) return true;
  // A connection may end without a word, but not with a wrong one.
  return typeof expected !== "string" && outcome.isOver && !outcome.frames.some(isError);
}

function isError(one: Frame): boolean {
  return one.type === types.goAway && codeOf(one, 4) !== errorCodes.none;
}

suite("HTTP/2: each thing a client may say, or may not", () => {
  test("has what comes of it as the RFC has it", async (context) => {
    const { port } = await serveSecure(context);
    const problems: string[] = [];
    for (const one of h2Cases) {
      const sent = [...(one.opening ?? opening), ...one.sent];
      const isEnough = (frames: readonly Frame[]): boolean =>
        frames.some((frame) => shows(frame, one.expected));
      const outcome = await speak(port, sent, isEnough);
      if (isMet(one, outcome)) continue;
      problems.push(`${one.paragraph}, ${one.what}: ${String(one.expected)}: ${tell(outcome)}`);
    }
    assert.deepEqual(problems, []);
  });
});
