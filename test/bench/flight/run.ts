/**
 * One run of a program in an OS process of its own, with a flight recorder or without:
 * `node run.ts recorded|plain PROGRAM FOLDER ARGUMENT…`, with the folder as the program's root.
 */
import { readFileSync } from "node:fs";
import {
  describeExit,
  directory,
  fileDescriptorSink,
  FlightRecorders,
  nodeHost,
  System,
} from "#app/embed";

const [how = "", path = "", folder = "", ...args] = process.argv.slice(2);
const host = nodeHost();
const system = new System(host);
const program = system.load(readFileSync(path));
const flight = new FlightRecorders(host).recorder(program);
const running = system.start(program, {
  args,
  stdout: fileDescriptorSink(1),
  directories: [directory(folder, { guest: "/" })],
  ...(how === "recorded" ? { boundary: flight.boundary } : {}),
});
const { reason } = await running.exit;
if (describeExit(reason) !== "exited(0)") throw new Error(describeExit(reason));
