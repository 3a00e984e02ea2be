// table: one row per function of WASI preview 1
/** What the contract's text says of a function, and what to do where support is partial. */
export interface FunctionRow {
  /** As a description of an import writes it. */
  readonly type: string;
  /** For functions that are supported with a difference. */
  readonly fix?: string;
}

/** The 46 functions of WASI preview 1, as the contract's text declares them. */
export const wasiP1Functions: Readonly<Record<string, FunctionRow>> = {
  args_get: { type: "(i32, i32) -> i32" },
  args_sizes_get: { type: "(i32, i32) -> i32" },
  environ_get: { type: "(i32, i32) -> i32" },
  environ_sizes_get: { type: "(i32, i32) -> i32" },
  clock_res_get: { type: "(i32, i32) -> i32" },
  clock_time_get: { type: "(i32, i64, i32) -> i32" },
  fd_advise: {
    type: "(i32, i64, i64, i32) -> i32",
    fix: "nothing to change: advice never alters what a program does",
  },
  fd_allocate: {
    type: "(i32, i64, i64) -> i32",
    fix: "expect ENOSPC of fd_write as well",
  },
  fd_close: { type: "(i32) -> i32" },
  fd_datasync: { type: "(i32) -> i32" },
  fd_fdstat_get: { type: "(i32, i32) -> i32" },
  fd_fdstat_set_flags: {
    type: "(i32, i32) -> i32",
    fix: "give DSYNC, RSYNC and SYNC when the file is opened",
  },
  fd_fdstat_set_rights: { type: "(i32, i64, i64) -> i32" },
  fd_filestat_get: { type: "(i32, i32) -> i32" },
  fd_filestat_set_size: { type: "(i32, i64) -> i32" },
  fd_filestat_set_times: { type: "(i32, i64, i64, i32) -> i32" },
  fd_pread: { type: "(i32, i32, i32, i64, i32) -> i32" },
  fd_prestat_get: { type: "(i32, i32) -> i32" },
  fd_prestat_dir_name: { type: "(i32, i32, i32) -> i32" },
  fd_pwrite: { type: "(i32, i32, i32, i64, i32) -> i32" },
  fd_read: { type: "(i32, i32, i32, i32) -> i32" },
  fd_readdir: { type: "(i32, i32, i32, i64, i32) -> i32" },
  fd_renumber: { type: "(i32, i32) -> i32" },
  fd_seek: { type: "(i32, i64, i32, i32) -> i32" },
  fd_sync: { type: "(i32) -> i32" },
  fd_tell: { type: "(i32, i32) -> i32" },
  fd_write: { type: "(i32, i32, i32, i32) -> i32" },
  path_create_directory: { type: "(i32, i32, i32) -> i32" },
  path_filestat_get: { type: "(i32, i32, i32, i32, i32) -> i32" },
  path_filestat_set_times: { type: "(i32, i32, i32, i32, i64, i64, i32) -> i32" },
  path_link: {
    type: "(i32, i32, i32, i32, i32, i32, i32) -> i32",
    fix: "copy the file where the answer is EXDEV; name a symbolic link's target itself",
  },
  path_open: { type: "(i32, i32, i32, i32, i32, i64, i64, i32, i32) -> i32" },
  path_readlink: { type: "(i32, i32, i32, i32, i32, i32) -> i32" },
  path_remove_directory: { type: "(i32, i32, i32) -> i32" },
  path_rename: {
    type: "(i32, i32, i32, i32, i32, i32) -> i32",
    fix: "copy and remove where the answer is EXDEV",
  },
  path_symlink: {
    type: "(i32, i32, i32, i32, i32) -> i32",
    fix: "give targets relative to the link",
  },
  path_unlink_file: { type: "(i32, i32, i32) -> i32" },
  poll_oneoff: {
    type: "(i32, i32, i32, i32) -> i32",
    fix: "wait on the monotonic clock instead of a CPU-time clock",
  },
  proc_exit: { type: "(i32) -> ()" },
  proc_raise: { type: "(i32) -> i32", fix: "end with proc_exit, or with a trap" },
  sched_yield: { type: "() -> i32" },
  random_get: { type: "(i32, i32) -> i32" },
  sock_accept: { type: "(i32, i32, i32) -> i32" },
  sock_recv: { type: "(i32, i32, i32, i32, i32, i32) -> i32" },
  sock_send: { type: "(i32, i32, i32, i32, i32) -> i32" },
  sock_shutdown: { type: "(i32, i32) -> i32" },
};
