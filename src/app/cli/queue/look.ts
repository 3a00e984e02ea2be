import { jsonList, jsonValue } from "#app/cli/ask";
import { formatMessages, formatQueue, formatQueues } from "#app/cli/show";
import { nearest, printable } from "#core/base";
import { PlatformError } from "#core/sys";
import type { QueueStanding } from "#pool/api/queued";
import { type Deed, type Given, optionOf } from "./deed.ts";

export const list: Deed = {
  names: ["APP?"],
  takesMore: false,
  async do({ daemon, operands: [app], parsed, terminal }) {
    const views = await daemon.queues(app);
    if (parsed.flags.has("json")) terminal.out(jsonList(views));
    else if (views.length === 0) terminal.err("noos: there are no queues\n");
    else {
      const { hasColours, size } = terminal;
      terminal.out(formatQueues(views, { hasColours, columns: size?.columns }));
    }
  },
};

export const show: Deed = {
  names: ["APP/QUEUE"],
  takesMore: false,
  async do({ daemon, name: { app, queue }, parsed, terminal }) {
    const view = (await daemon.queues(app)).find(({ name }) => name === queue);
    if (view === undefined) {
      throw new PlatformError(`there is no queue "${queue}" of "${app}"`, {
        code: "QUEUE_UNKNOWN",
        hint: "noos queue list shows those that are",
      });
    }
    terminal.out(parsed.flags.has("json") ? jsonValue(view) : formatQueue(view));
  },
};

export const peek: Deed = {
  names: ["APP/QUEUE", "STANDING?"],
  takesMore: false,
  async do(given) {
    const { daemon, name, operands, parsed, terminal } = given;
    const standing = standingOf(operands[0] ?? "ready");
    const from = numberOf(given, "from");
    const range = { standing, most: numberOf(given, "most") ?? 10 };
    const views = await daemon.messages(name.app, name.queue, {
      ...range,
      ...(from === undefined ? {} : { from }),
    });
    if (parsed.flags.has("json")) terminal.out(jsonList(views));
    else if (views.length === 0) terminal.err(`noos: no message is ${printable(standing)}\n`);
    else terminal.out(formatMessages(views));
  },
};

const standings = ["ready", "delayed", "leased", "dead"] as const satisfies QueueStanding[];

/** Throws `USAGE`. */
export function standingOf(typed: string): QueueStanding {
  const found = standings.find((standing) => standing === typed);
  if (found !== undefined) return found;
  const near = nearest(typed, standings) ?? "dead";
  throw new PlatformError(`messages are ${standings.join(", ")}; found "${typed}"`, {
    code: "USAGE",
    hint: `say which, as in noos queue peek shop/jobs ${near}`,
  });
}

function numberOf({ parsed }: Given, option: string): number | undefined {
  const typed = optionOf(parsed, option);
  if (typed === undefined || /^\d{1,15}$/.test(typed)) {
    return typed === undefined ? undefined : Number(typed);
  }
  throw new PlatformError(`--${option} is "${typed}", expected a whole number`, {
    code: "USAGE",
    hint: `noos queue peek --${option} 10 shop/jobs`,
  });
}
