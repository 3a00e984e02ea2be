import { type Daemon, readOperands, withDaemon } from "#app/cli/ask";
import type { ParsedArguments, Terminal } from "#app/cli/command";
import { loadsBetween, topFrame, type TopScreen } from "#app/cli/show";
import type { ProcessView } from "#pool/api";
import { Keyboard } from "./keyboard.ts";
import { screenOf } from "./screen.ts";

const periodMs = 1000;

/** A single look measures for so long. */
const lookMs = 500;

/** The other screen of a terminal, without a cursor; and back. */
const enter = "\u001b[?1049h\u001b[?25l";
const leave = "\u001b[?25h\u001b[?1049l";
const home = "\u001b[H";
const restOfLine = "\u001b[K";
const restOfScreen = "\u001b[J";

/** Waits, or answers `false` as soon as somebody has had enough. */
export type Pause = (ms: number) => Promise<boolean>;

/** `noos top`. */
export async function top(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  readOperands(parsed, { command: "top", names: [] });
  return withDaemon(parsed, async (daemon) => {
    using keyboard = new Keyboard();
    const pause: Pause = (ms) => keyboard.pause(ms);
    const isLive = terminal.isTerminal && !parsed.flags.has("once");
    const show = isLive ? showLive : showOnce;
    // Without the wait, the keyboard would be let go at once.
    return await show(daemon, terminal, pause);
  });
}

/** Prints what processes take at the moment. */
export async function showOnce(daemon: Daemon, terminal: Terminal, pause: Pause): Promise<number> {
  const before = await daemon.processes();
  await pause(lookMs);
  const { lines } = await frame(daemon, before, { ...screenOf(terminal), rows: undefined });
  terminal.out(`${lines.join("\n")}\n`);
  return 0;
}

/** Draws it anew each second until somebody has had enough. */
export async function showLive(daemon: Daemon, terminal: Terminal, pause: Pause): Promise<number> {
  terminal.out(enter);
  try {
    let before: readonly ProcessView[] = [];
    do {
      const screen = { ...screenOf(terminal), rows: terminal.size?.rows };
      const { lines, views } = await frame(daemon, before, screen);
      terminal.out(`${home}${lines.join(`${restOfLine}\n`)}${restOfLine}${restOfScreen}`);
      before = views;
    } while (await pause(periodMs));
  } finally {
    terminal.out(leave);
  }
  return 0;
}

async function frame(
  daemon: Daemon,
  before: readonly ProcessView[],
  screen: TopScreen,
): Promise<{ readonly lines: readonly string[]; readonly views: readonly ProcessView[] }> {
  const [status, views] = await Promise.all([daemon.status(), daemon.processes()]);
  return { lines: topFrame(status, loadsBetween(before, views), screen), views };
}
