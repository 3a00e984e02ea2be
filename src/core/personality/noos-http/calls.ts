// table: one row per function of the contract
import { type CallTable, type Extension, full } from "#core/kernel";
import { accept, leave, receive, send } from "./messages.ts";
import { course, dutyNames } from "./course.ts";
import { close, finish, read, write } from "./bodies.ts";
import { head, pass, request, respond } from "./heads-of-exchanges.ts";
import { cancelTimer, timer } from "./timers.ts";

const calls: CallTable = {
  head: full({ type: "(i32, i32, i32, i32) -> i32", asks: ["traffic"], waits: true }, head),
  read: full({ type: "(i32, i32, i32, i32) -> i32", asks: ["traffic"], waits: true }, read),
  respond: full({ type: "(i32, i32, i32, i32, i32, i32) -> i32", asks: ["traffic"] }, respond),
  write: full({ type: "(i32, i32, i32, i32) -> i32", asks: ["traffic"], waits: true }, write),
  finish: full({ type: "(i32) -> i32", asks: ["traffic"] }, finish),
  close: full({ type: "(i32) -> i32", asks: ["traffic"] }, close),
  request: full({ type: "(i32, i32, i32, i64, i32) -> i32", asks: ["traffic"] }, request),
  accept: full({ type: "(i32, i32, i32) -> i32", asks: ["traffic"] }, accept),
  receive: full({ type: "(i32, i32, i32, i32) -> i32", asks: ["traffic"], waits: true }, receive),
  send: full({ type: "(i32, i32, i32, i32) -> i32", asks: ["traffic"], waits: true }, send),
  leave: full({ type: "(i32, i32, i32, i32) -> i32", asks: ["traffic"] }, leave),
  timer: full({ type: "(i32, i64) -> i32", asks: ["timers"] }, timer),
  cancel_timer: full({ type: "(i32) -> i32", asks: [] }, cancelTimer),
  pass: full({ type: "(i32, i32, i32, i32) -> i32", asks: ["traffic"] }, pass),
};

/** The calls of a program that serves, and what it is called for. */
export const noosHttp: Extension = { module: "noos:http", calls, duties: dutyNames, course };
