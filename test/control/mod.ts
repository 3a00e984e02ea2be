/**
 * A daemon's control in a simulated world: executors, disk and time that a test moves.
 *
 * Knows: how to put a `Control` together, to hand it apps as short as a test wants them, and to
 * read what happened as lines.
 * Must hold: nothing passes but what the test lets pass; what the control says is compared with
 * what the executors really run.
 * Never imports: an adapter but the simulated ones. Only tests import it.
 * Start reading at `scene.ts`.
 */
export { appText, type AppTexts, type ProcessTexts, type TreeTexts } from "./app-text.ts";
export { allPresent, code, failing, Scene, second } from "./scene.ts";
export { bodies, field, Stage, stageWith } from "./stage.ts";
