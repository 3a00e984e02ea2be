/**
 * `npm start`: the main job, shown. Runs an example program as its user would, with the command
 * above what it prints and what it used below.
 */
import { formatSeconds, runCommand } from "./command.ts";

const argv = ["bin/noos", "run", "--stats", "guests/built/basics/hello.wasm"] as const;

console.log(`$ ${argv.join(" ")}\n`);
const result = await runCommand(argv);
console.log(result.output.trimEnd());
console.log(`\nended with status ${result.status} after ${formatSeconds(result.elapsedMs)}`);
process.exitCode = result.status;
