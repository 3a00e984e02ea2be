/** The number of a process in one kernel; made only by its process table, never used twice. */
export type Pid = number & { readonly pid: unique symbol };
