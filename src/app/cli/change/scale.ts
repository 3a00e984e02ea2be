import { type Daemon, findPath, readOperands, withDaemon } from "#app/cli/ask";
import type { ParsedArguments, Terminal } from "#app/cli/command";
import { printable } from "#core/base";
import { PlatformError } from "#core/sys";

/** `noos scale APP/NAME N`. */
export async function scale(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const operands = { command: "scale", names: ["APP/NAME", "N"] };
  const [typed = "", digits = ""] = readOperands(parsed, operands);
  const count = readCount(digits, typed);
  return withDaemon(parsed, async (daemon) => {
    const { app, name } = await findSpec(daemon, typed);
    await daemon.scale(app, name, count);
    terminal.out(`${printable(`${app}/${name}`)}: ${count} are wanted, until the next deploy\n`);
    return 0;
  });
}

function readCount(digits: string, typed: string): number {
  const count = /^\d{1,9}$/.test(digits) ? Number(digits) : Number.NaN;
  if (!Number.isNaN(count)) return count;
  throw new PlatformError(`cannot scale "${typed}" to "${digits}": expected a whole number`, {
    code: "USAGE",
    hint: `noos scale ${typed} 3`,
  });
}

interface SpecName {
  readonly app: string;
  readonly name: string;
}

/** Of `APP/NAME` the daemon knows best: also of a spec of which none is wanted now. */
async function findSpec(daemon: Daemon, typed: string): Promise<SpecName> {
  const views = await daemon.processes();
  const specs = new Set(
    views.flatMap(({ path, spec }) => (spec === undefined ? [] : [`${appOf(path)}/${spec}`])),
  );
  const apps = new Set(views.map(({ path }) => appOf(path)));
  const [app = "", name = "", ...rest] = typed.split("/");
  if (apps.has(app) && name !== "" && rest.length === 0) return { app, name };
  const found = findPath([...specs], { typed, deed: "scale", what: "process of an app" });
  return { app: appOf(found), name: found.slice(found.indexOf("/") + 1) };
}

function appOf(path: string): string {
  return path.split("/")[0] ?? "";
}
