// table: one row per function of the contract
import { type CallTable, type Extension, full } from "#core/kernel";
import { acknowledge, end, self, spawn } from "./children.ts";
import { exitFd, nextExit } from "./notices.ts";

const calls: CallTable = {
  spawn: full({ type: "(i32, i32, i32) -> i32", asks: ["family"], waits: true }, spawn),
  next_exit: full({ type: "(i32, i32, i32) -> i32", asks: ["family"], waits: true }, nextExit),
  exit_fd: full({ type: "(i32) -> i32", asks: [] }, exitFd),
  acknowledge: full({ type: "(i64) -> i32", asks: ["family"] }, acknowledge),
  end: full({ type: "(i64, i64) -> i32", asks: ["family"] }, end),
  self: full({ type: "(i32, i32, i32) -> i32", asks: [] }, self),
};

/** The calls of a program that is a parent. */
export const noosProcess: Extension = { module: "noos:process", calls };
