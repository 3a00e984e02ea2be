// table: one row per function of WASI preview 1 that is supported with a difference
/** What a program can do about the difference. */
export const callFixes: Readonly<Record<string, string>> = {
  fd_advise: "nothing to change: advice never alters what a program does",
  fd_allocate: "expect ENOSPC of fd_write as well",
  fd_fdstat_set_flags: "give DSYNC, RSYNC and SYNC when the file is opened",
  path_link: "copy the file where the answer is EXDEV; name a symbolic link's target itself",
  path_rename: "copy and remove where the answer is EXDEV",
  path_symlink: "give targets relative to the link",
  poll_oneoff: "wait on the monotonic clock instead of a CPU-time clock",
  proc_raise: "end with proc_exit, or with a trap",
};

/** What functions of preview 0, which some programs still import, take or give otherwise. */
export const preview0Differences: Readonly<Record<string, string>> = {
  fd_filestat_get: "preview 0 has the status of a file in 56 bytes, preview 1 in 64",
  fd_seek: "preview 0 numbers the ways to seek otherwise: current 0, end 1, set 2",
  path_filestat_get: "preview 0 has the status of a file in 56 bytes, preview 1 in 64",
  poll_oneoff: "preview 0 has subscriptions of 56 bytes, preview 1 of 48",
};
