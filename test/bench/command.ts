/** The whole command for the smallest program that says something, against Node doing nothing. */
import { guestFile } from "#guests";
import { ratioFigure } from "#test/bench/statistics";
import { sendAnswer } from "./fresh-process.ts";
import { publishedNoos } from "./noos-command.ts";
import { scratchFolder, Spawner } from "./reference.ts";
import { compare } from "#test/bench/statistics";

const asked = 2.2;
const count = 4;

const spawner = new Spawner();
const env = { ...process.env, NOOS_CACHE: scratchFolder() };
const noos = [await publishedNoos(), "run", guestFile("basics/hello")];
const node = [process.execPath, "-e", "0"];

const comparison = await compare(
  {
    ours: () => spawner.timeNs(count, noos, env),
    reference: () => spawner.timeNs(count, node),
  },
  21,
);
const about = { asked, of: "node -e 0" };
sendAnswer([ratioFigure("noos run hello.wasm", comparison, about)]);
