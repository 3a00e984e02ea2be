type Parameters = readonly (number | bigint)[];

/** Whether a call changes nothing of a process but memory, given the first number of own files. */
type Rule = (parameters: Parameters, firstOwn: number) => boolean;

const always: Rule = () => true;

/** Of files that were opened since the start: all of these are to be closed again. */
const ownFile: Rule = ([fd], firstOwn) => Number(fd) >>> 0 >= firstOwn;

const openFlagsPlace = 4;
const openFlagDirectory = 2;

/** Opening what is there: neither made, nor cut. */
const opensOnly: Rule = (parameters) =>
  (Number(parameters[openFlagsPlace]) & ~openFlagDirectory) === 0;

/**
 * What may be called while a program is initialised, for its state to be saved: what these answer
 * follows from the program and its launch, unless a port is asked, which is seen there. Of any
 * other call it is not known.
 */
const rules: ReadonlyMap<string, Rule> = new Map([
  ["args_get", always],
  ["args_sizes_get", always],
  ["environ_get", always],
  ["environ_sizes_get", always],
  ["fd_prestat_get", always],
  ["fd_prestat_dir_name", always],
  ["fd_fdstat_get", always],
  ["path_open", opensOnly],
  ["fd_read", ownFile],
  ["fd_pread", ownFile],
  ["fd_seek", ownFile],
  ["fd_tell", ownFile],
  ["fd_close", ownFile],
]);

/** Whether the call leaves a process as it was, but for its memory and files it opened itself. */
export function isHarmless(name: string, parameters: Parameters, firstOwn: number): boolean {
  return rules.get(name)?.(parameters, firstOwn) ?? false;
}
