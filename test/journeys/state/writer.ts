/**
 * A daemon's state, written without end: `writer.ts FOLDER`. Says the number of each write when it
 * is done, and ends only by being killed.
 */
import { writeSync } from "node:fs";
import { join } from "node:path";
import { openStore } from "#adapters/sqlite";
import { lockFolder } from "#adapters/sqlite/lock";

const [, , folder = ""] = process.argv;
lockFolder(folder);
const store = openStore(join(folder, "state.db"));
for (let number = Number(store.get("last")?.value ?? 0) + 1; ; number++) {
  // From less than a page to some ten.
  const value = JSON.stringify({ number, filling: "x".repeat((number * 7919) % 40_000) });
  store.write([
    { key: `number/${number % 20}`, value },
    { key: "last", value: String(number) },
    { key: `gone/${number - 1}`, value: undefined },
    { key: `gone/${number}`, value: String(number) },
  ]);
  writeSync(1, `${number}\n`);
}
