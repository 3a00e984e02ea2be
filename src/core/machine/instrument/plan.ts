import { unreachable } from "#core/base";
import type { AddedCode } from "#core/machine/instrument/added";
import { malformed, moduleLimits, unsupported } from "#core/machine/wasm/binary";
import { type FunctionBody, Instructions } from "#core/machine/wasm/code";
import { Edit, EditList, snippetEdit } from "./edits.ts";
import { type Block, type BlockKind, Ways } from "./ways.ts";

/**
 * A function runs at most so many instructions of its own between two checks of the flag, calls of
 * leaves counted in. It bounds how long a straight line of code, or the return through a deep
 * recursion, keeps others waiting.
 */
export const instructionsBetweenChecksMax = 1024;

/** What a call of an unknown function runs at most without a check, being that of a leaf. */
const unknownCalleeInstructions = 128;

/** What paying for an object runs, where the credit suffices. */
const chargeInstructions = 8;

/** What a planner must know of the module around the function. */
export interface PlanContext {
  /** Function indices below this are imports. */
  readonly importedFunctions: number;
  /** Of the defined functions: what `findLeaves` answers. */
  readonly leaves: Uint8Array;
  /** Whether a memory is shared, so that waiting on it would block the thread. */
  readonly hasSharedMemory: boolean;
  /** By how much function indices move up that are no imports of the guest. */
  readonly indexShift: number;
  /** Where calls of added functions come from. */
  readonly added: Pick<AddedCode, "rangeCall" | "charge">;
}

/**
 * Decides what to change in a function, in one pass over its code: where it checks the flag,
 * where it pays for objects, which instructions added functions take the place of, and which
 * function indices move up because more functions are imported.
 */
export class BodyPlanner {
  readonly #context: PlanContext;
  readonly #instructions: Instructions;
  readonly #ways = new Ways(instructionsBetweenChecksMax);
  readonly #edits = new EditList();

  constructor(bytes: Uint8Array, context: PlanContext) {
    this.#instructions = new Instructions(bytes);
    this.#context = context;
  }

  /** The edits of one body, valid until the next call. */
  plan(body: FunctionBody, options: { readonly isLeaf: boolean }): EditList {
    const instructions = this.#instructions;
    const ways = this.#ways;
    this.#edits.clear();
    instructions.reset(body.code, body.to);
    ways.start();
    if (!options.isLeaf) this.#check(body.code);
    while (instructions.step()) {
      ways.run(1);
      if (instructions.functionIndex >= 0) this.#moveFunctionIndex();
      if (instructions.flow !== "plain") this.#follow();
      if (ways.depth === 0) break;
      if (ways.isOverdue) this.#check(instructions.next);
    }
    if (ways.depth !== 0) throw malformed("a function has no end", body.to);
    if (instructions.next !== body.to) {
      throw malformed("code goes on behind the end of a function", instructions.next);
    }
    return this.#edits;
  }

  #check(at: number): void {
    const last = this.#edits.count - 1;
    const isThere =
      last >= 0 && this.#edits.from(last) === at && this.#edits.value(last) === Edit.check;
    if (!isThere) this.#edits.add(at, at, Edit.check);
    this.#ways.check();
  }

  #moveFunctionIndex(): void {
    const { functionIndex, functionIndexAt, next } = this.#instructions;
    const { importedFunctions, leaves } = this.#context;
    if (functionIndex < importedFunctions) return;
    if (functionIndex >= importedFunctions + leaves.length) {
      throw malformed(`there is no function ${functionIndex}`, this.#instructions.at);
    }
    this.#edits.add(functionIndexAt, next, functionIndex + this.#context.indexShift);
  }

  /** The instruction moves control, or takes its time. */
  #follow(): void {
    const ways = this.#ways;
    switch (this.#instructions.flow) {
      case "plain":
        break;
      case "block":
      case "if":
      case "try":
        this.#enter(this.#instructions.flow);
        break;
      case "loop":
        this.#enterLoop();
        break;
      case "try-table":
        this.#branchFromWithin();
        this.#enter("block");
        break;
      case "else":
        this.#expect(ways.otherwise(), "an else has no if");
        break;
      case "catch":
        this.#expect(ways.handler(), "a catch has no try");
        break;
      case "end":
      case "delegate":
        this.#leave();
        break;
      case "br":
        this.#branch();
        ways.stop();
        break;
      case "br-if":
        this.#branch();
        break;
      case "throw":
        this.#charge();
        ways.stop();
        break;
      case "stop":
      case "tail-call":
        ways.stop();
        break;
      case "call":
        this.#call();
        break;
      case "call-any":
        ways.run(unknownCalleeInstructions);
        break;
      case "allocate":
        this.#charge();
        break;
      case "allocate-many":
        if (ways.isReached) this.#check(this.#instructions.at);
        this.#charge();
        break;
      case "range":
        this.#divide();
        break;
      case "bulk":
        if (ways.isReached) this.#check(this.#instructions.at);
        break;
      case "wait":
        this.#refuseWait();
        break;
      default:
        unreachable(this.#instructions.flow);
    }
  }

  #enter(kind: BlockKind): Block {
    if (this.#ways.depth >= moduleLimits.nesting) {
      throw unsupported(
        `blocks are nested deeper than ${moduleLimits.nesting}`,
        this.#instructions.at,
      );
    }
    return this.#ways.enter(kind);
  }

  /** Whether the head must check is known at the loop's end: room for it is kept till then. */
  #enterLoop(): void {
    const { next } = this.#instructions;
    const block = this.#enter("loop");
    block.headEdit = this.#edits.add(next, next, Edit.nothing);
    if (!this.#ways.isOverdue) return;
    block.needsCheck = true;
    this.#ways.check();
  }

  #leave(): void {
    const block = this.#ways.leave();
    if (block?.needsCheck === true) this.#edits.set(block.headEdit, Edit.check);
  }

  #branch(): void {
    for (const label of this.#instructions.labels) {
      this.#expect(this.#ways.branch(label), "a label leads nowhere");
    }
  }

  #branchFromWithin(): void {
    for (const label of this.#instructions.labels) {
      this.#expect(this.#ways.branchFromWithin(label), "a label leads nowhere");
    }
  }

  #call(): void {
    const { importedFunctions, leaves } = this.#context;
    const callee = this.#instructions.functionIndex - importedFunctions;
    if (callee < 0) return;
    const leafInstructions = leaves[callee] as number;
    if (leafInstructions > 0) this.#ways.run(leafInstructions);
    else this.#ways.check();
  }

  /** Code that is not reached is not changed: operands are of any type there. */
  #charge(): void {
    const { at } = this.#instructions;
    const snippet = this.#ways.isReached
      ? this.#context.added.charge(this.#instructions)
      : undefined;
    if (snippet === undefined) return;
    this.#edits.add(at, at, snippetEdit(snippet));
    this.#ways.run(chargeInstructions);
  }

  #divide(): void {
    const { at, next } = this.#instructions;
    if (!this.#ways.isReached) return;
    const snippet = this.#context.added.rangeCall(this.#instructions);
    if (snippet === undefined) return this.#check(at);
    this.#edits.add(at, next, snippetEdit(snippet));
    this.#ways.check();
  }

  #refuseWait(): void {
    if (!this.#context.hasSharedMemory) return;
    throw unsupported(
      "waiting on shared memory would stop every process of the executor",
      this.#instructions.at,
    );
  }

  #expect(holds: boolean, otherwise: string): void {
    if (!holds) throw malformed(otherwise, this.#instructions.at);
  }
}
