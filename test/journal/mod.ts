/**
 * Runs that are recorded, replayed and rehearsed on simulated hosts.
 *
 * Knows: a stage on which a program runs with what a test grants it, and how its recording is
 * played again on another host; programs made of any calls, for properties.
 * Must hold: the host of a replay has another seed, other slices and nothing of the outside.
 * Never imports: Node, but to read guests. Only tests import it.
 * Start reading at `stage.ts`, then `script.ts`.
 */
export { type Play, play } from "./play.ts";
export { outsideOf, scriptProgram, scripts, spawnStep, type Step } from "./script.ts";
export { type Flight, fly } from "./fly.ts";
export { guestBytes, joined, type Recorded, record, type Scene } from "./stage.ts";
export { serving, trafficScenes } from "./traffic-scenes.ts";
