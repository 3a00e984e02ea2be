import { printable } from "#core/base";
import type { SpawnRequest } from "#core/host";
import type { Process } from "#core/kernel";
import { errno, Errno, type LimitName, limits, type Limits, parseLimit } from "#core/sys";
import { requestRecord } from "./records.ts";
import { TextReader } from "./text-reader.ts";

/**
 * What a guest asks to be started; or EINVAL for a record of another size, a name, a text or a
 * limit that cannot be, EILSEQ for what is not UTF-8, ENAMETOOLONG and E2BIG for what is over its
 * bound, EPERM for a limit beyond the process's own.
 */
export function readRequest(
  process: Process,
  address: number,
  lengthBytes: number,
): SpawnRequest | Errno {
  if (lengthBytes >>> 0 !== requestRecord.bytes) return errno.EINVAL;
  process.memory.check(address, lengthBytes);
  const texts = new TextReader(process.memory);
  const spec = texts.name(address + requestRecord.spec);
  if (spec instanceof Errno) return spec;
  const name = texts.name(address + requestRecord.name);
  if (name instanceof Errno) return name;
  if (!isChildName(name)) return errno.EINVAL;
  const lists = readLists(texts, address);
  if (lists instanceof Errno) return lists;
  const { limits: given, ...others } = lists;
  if (!(others.env ?? []).every(isSetting)) return errno.EINVAL;
  if (given === undefined) return { spec, name, ...others };
  const within = limitsWithin(process.limits, given);
  return within instanceof Errno ? within : { spec, name, ...others, limits: within };
}

const listNames = ["args", "env", "uses", "limits"] as const;
type Lists = { [Name in (typeof listNames)[number]]?: readonly string[] };

/** The lists that are not left out. */
function readLists(texts: TextReader, address: number): Lists | Errno {
  const lists: Lists = {};
  for (const name of listNames) {
    const list = texts.list(address + requestRecord[name]);
    if (list instanceof Errno) return list;
    if (list !== undefined) lists[name] = list;
  }
  return lists;
}

/** It becomes a part of a path, and lists show it to people: nothing in it may hide or deceive. */
function isChildName(name: string): boolean {
  return !name.includes("/") && printable(name) === name;
}

function isSetting(text: string): boolean {
  return text.indexOf("=") > 0;
}

/** Limits as a command spells them, `memory=64MiB`, none beyond the parent's. */
function limitsWithin(own: Limits, settings: readonly string[]): Partial<Limits> | Errno {
  const found: Partial<Record<LimitName, number>> = {};
  for (const setting of settings) {
    const [name = "", ...value] = setting.split("=");
    if (!isLimitOfProcess(name)) return errno.EINVAL;
    const number = parseLimit(name, value.join("="));
    if (typeof number !== "number") return errno.EINVAL;
    if (number > own[name]) return errno.EPERM;
    found[name] = number;
  }
  return found;
}

/** How many processes there may be is a limit of the executor, and no process's own. */
function isLimitOfProcess(name: string): name is LimitName {
  return Object.hasOwn(limits, name) && name !== "processes";
}
