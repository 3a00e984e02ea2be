import { callFixes, preview0Differences } from "#core/grade/known";
import type { CallSupport } from "./provided.ts";

/** What the page says of a call. */
export interface DescribedCall extends CallSupport {
  readonly asks: readonly string[];
  readonly waits: boolean;
}

/** The manual's page on WASI preview 1, in Markdown, made of the kernel's call table. */
export function callTablePage(calls: Readonly<Record<string, DescribedCall>>): string {
  const rows = Object.entries(calls);
  const partial = rows.filter(([, call]) => call.support === "partial");
  const full = rows.length - partial.length;
  return `${[
    "# WASI preview 1: every call and how well it is supported",
    "",
    "<!-- Made by `node tools/manual-pages.ts` from the call table; do not edit it by hand. -->",
    "",
    `noos provides all ${rows.length} functions of WASI preview 1 as the import module`,
    `\`wasi_snapshot_preview1\`: ${full} in full, ${partial.length} with a difference.`,
    "[noos check](check.md) grades a program by this table.",
    "",
    "## Supported with a difference",
    "",
    "| call | what is different | what to do |",
    "| --- | --- | --- |",
    ...partial.map(([name, { note }]) => row(`\`${name}\``, note, callFixes[name] ?? "")),
    "",
    "## All calls",
    "",
    "*Type* is that of the WebAssembly import; with another one a program is refused. *Waits*:",
    "the call can suspend the program while others run. *Asks*: what of the outside it may",
    "consult, which a recording keeps; a call that asks nothing is answered from the process's",
    "own state.",
    "",
    callTable(calls),
    "",
    "## The older import module",
    "",
    "Some programs still import `wasi_unstable`, which was WASI preview 0. Its functions are the",
    "same, and are provided by that name too, with what they took or gave otherwise:",
    "",
    "| call | what was different |",
    "| --- | --- |",
    ...Object.entries(preview0Differences).map(([name, note]) => row(`\`${name}\``, note)),
  ].join("\n")}\n`;
}

/** All calls, a row each. */
export function callTable(calls: Readonly<Record<string, DescribedCall>>): string {
  return [
    "| call | type | support | waits | asks |",
    "| --- | --- | --- | --- | --- |",
    ...Object.entries(calls).map(([name, call]) => callRow(name, call)),
  ].join("\n");
}

function callRow(name: string, { type, support, waits, asks }: DescribedCall): string {
  const level = support === "full" ? "full" : "with a difference";
  return row(`\`${name}\``, `\`${type}\``, level, waits ? "yes" : "", asks.join(", "));
}

function row(...cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
