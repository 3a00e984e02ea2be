/**
 * Grading a program: how well what it asks for is supported here, and how to fix the rest.
 *
 * Knows: what imports, exports and features mean for running a program; what other platforms'
 * imports look like and how programs that have them are built for WASI instead.
 * Must hold: it is given the contracts and limits to grade against, as data; whatever a program
 * declares, it gets a report; what is called supported runs.
 * Never imports: a personality, the kernel; it reads programs and runs none.
 * Start reading at `grade.ts`, then `report.ts`; the knowledge is in the tables of `known/`.
 */
export { callTable, callTablePage } from "./call-table-page.ts";
export type { Contract, ContractCall, Ground } from "./contract.ts";
export { formatReport } from "./format.ts";
export { gradeProgram } from "./grade.ts";
export type { Level, Report, Row, RowKind } from "./report.ts";
export { noosHttpContract, noosProcessContract, wasiP1Contracts } from "./provided.ts";
