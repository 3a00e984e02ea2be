// table: one row per group of WASI 0.2 and 0.3 interfaces, the first row that fits counts
/** Interfaces of components and what comes nearest to them in WASI preview 1. */
export interface KnownInterface {
  /** Of the name without its version. */
  readonly name: RegExp;
  readonly nearest: string;
}

export const knownInterfaces: readonly KnownInterface[] = [
  { name: /^wasi:cli\/environment$/, nearest: "args_get and environ_get" },
  { name: /^wasi:cli\/exit$/, nearest: "proc_exit" },
  { name: /^wasi:cli\/run$/, nearest: "the export _start" },
  { name: /^wasi:cli\/stdin$/, nearest: "fd_read on descriptor 0" },
  { name: /^wasi:cli\/std(?:out|err)$/, nearest: "fd_write on descriptors 1 and 2" },
  { name: /^wasi:cli\/terminal-/, nearest: "fd_fdstat_get, which says what is a terminal" },
  { name: /^wasi:cli\//, nearest: "the descriptors 0, 1 and 2, and proc_exit" },
  {
    name: /^wasi:clocks\/(?:wall-clock|system-clock)$/,
    nearest: "clock_time_get with the real-time clock",
  },
  {
    name: /^wasi:clocks\/monotonic-clock$/,
    nearest: "clock_time_get and poll_oneoff with the monotonic clock",
  },
  {
    name: /^wasi:filesystem\/preopens$/,
    nearest: "fd_prestat_get on directories granted by --dir",
  },
  { name: /^wasi:filesystem\//, nearest: "the functions path_… and fd_…" },
  { name: /^wasi:io\/poll$/, nearest: "poll_oneoff" },
  { name: /^wasi:io\//, nearest: "fd_read, fd_write and poll_oneoff" },
  { name: /^wasi:random\//, nearest: "random_get" },
  {
    name: /^wasi:sockets\/(?:tcp|tcp-create-socket|types|network|instance-network)$/,
    nearest: "sock_accept, sock_recv and sock_send on what --listen and --connect grant",
  },
  {
    name: /^wasi:http\//,
    nearest: "HTTP spoken by the program itself, over what --listen and --connect grant",
  },
];
