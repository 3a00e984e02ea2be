/** The whole command for the smallest program that says something, against Node doing nothing. */
import { existsSync } from "node:fs";
import { guestFile } from "#guests";
import { ratioFigure } from "./figure.ts";
import { sendAnswer } from "./fresh-process.ts";
import { noosCommand } from "./noos-command.ts";
import { Spawner, scratchFolder } from "./reference.ts";
import { compare } from "./rounds.ts";

const asked = 2.2;
const count = 8;

const spawner = new Spawner();
const command = await noosCommand();
const env = { ...process.env, NOOS_CACHE: scratchFolder() };
const noos = [command.file, "run", guestFile("basics/hello")];
const node = [process.execPath, "-e", "0"];
if (!existsSync(command.file)) throw new Error(`${command.file} is not there`);

const comparison = await compare(
  {
    ours: () => spawner.timeNs(count, noos, env),
    reference: () => spawner.timeNs(count, node),
  },
  11,
);
const about = { asked, of: "node -e 0" };
sendAnswer([ratioFigure(`noos run hello.wasm (${command.kind})`, comparison, about)]);
