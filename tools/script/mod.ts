/**
 * The runtime of scripts, made from what npm brings, what is committed, and the prelude.
 *
 * Knows: where the parts lie, and how they become one module. Must hold: it needs no compiler and
 * no network, and the same parts give the same bytes.
 * Never imports: tests. Start reading at `make-runtime.ts`; docs/decisions/0022-script-runtime.md
 * says why it is so.
 */
export { runtimeFile, runtimeSources } from "./runtime-file.ts";
