/** What the fields of a manifest may hold at most, beside what `documentBounds` says of all. */
export const manifestBounds: Readonly<Record<BoundName, number>> = {
  processesMax: 10_000,
  countMax: 100_000,
  itemsMax: 1000,
  nameCharactersMax: 63,
  textCharactersMax: 65_536,
  routesMax: 100,
  instancesMax: 10_000,
  spreadMax: 64,
  waitingMax: 100_000,
  messagesAtOnceMax: 10_000,
  messagesInBatchMax: 1000,
  everyNsMin: 1e9,
  everyNsMax: 366 * 24 * 3600e9,
  serveNsMax: 24 * 3600e9,
  graceNsMax: 3600e9,
  giveUpRestartsMax: 10_000,
  giveUpWithinNsMax: 24 * 3600e9,
};

type BoundName =
  | "processesMax"
  /** Of one name, and of all names together. */
  | "countMax"
  /** Of each list and each map of names. */
  | "itemsMax"
  | "nameCharactersMax"
  | "textCharactersMax"
  /** Of one process. */
  | "routesMax"
  | "instancesMax"
  /** Executors that serve by one process. */
  | "spreadMax"
  /** Requests that wait for one process. */
  | "waitingMax"
  /** Messages that one process has. */
  | "messagesAtOnceMax"
  /** Messages that one request brings. */
  | "messagesInBatchMax"
  /** Of a schedule. */
  | "everyNsMin"
  | "everyNsMax"
  /** Of each time that a process serves by. */
  | "serveNsMax"
  | "graceNsMax"
  | "giveUpRestartsMax"
  | "giveUpWithinNsMax";
