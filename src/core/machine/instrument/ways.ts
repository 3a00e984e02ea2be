/** So far below zero that counting up through the longest body stays below zero. */
const unreached = -(2 ** 30);
/** In place of a depth: no loop was entered since the last check. */
const noLoop = 2 ** 30;

/** What may be entered besides a plain block. */
export type BlockKind = "block" | "loop" | "if" | "try";

/** A block of code that was entered. One object for each depth, used again and again. */
export class Block {
  kind: BlockKind = "block";
  /** Of a loop: whether some way round it passes no other check, so that its head must. */
  needsCheck = false;
  /** Of a loop: for the caller, what it noted for the head. */
  headEdit = -1;
  /** The state where the block begins. */
  startGap: number = unreached;
  startLoop: number = noLoop;
  /** The states of all branches to its end, joined. */
  endGap: number = unreached;
  endLoop: number = noLoop;
}

/**
 * Two facts about all the ways through a function that lead to one place in its code, each the
 * worst of them: the *gap*, how many instructions ran since the last check of the flag, and the
 * *loop*, the depth of the outermost loop entered since then. A branch back to that loop, or to
 * one within it, has passed no check on its way round.
 *
 * It is told of the code in order, once. Ways that meet are joined; back ways need no second pass,
 * because all they can change is whether their loop checks at its head.
 */
export class Ways {
  readonly #blocks: Block[] = [];
  readonly #gapMax: number;
  #depth = 0;
  #gap = 0;
  #loop = noLoop;

  constructor(gapMax: number) {
    this.#gapMax = gapMax;
  }

  /** Starts a function, in the block that is its body. */
  start(): void {
    this.#depth = 0;
    this.#gap = 0;
    this.#loop = noLoop;
    this.enter("block");
  }

  get depth(): number {
    return this.#depth;
  }

  /** Whether some way here has too many instructions behind it since the last check. */
  get isOverdue(): boolean {
    return this.#gap >= this.#gapMax;
  }

  get isReached(): boolean {
    return this.#gap >= 0;
  }

  /** Instructions run here, without a check. */
  run(count: number): void {
    this.#gap += count;
  }

  /** The flag is checked here on every way. */
  check(): void {
    if (!this.isReached) return;
    this.#gap = 0;
    this.#loop = noLoop;
  }

  enter(kind: BlockKind): Block {
    const block = (this.#blocks[this.#depth] ??= new Block());
    block.kind = kind;
    block.needsCheck = false;
    block.headEdit = -1;
    block.startGap = this.#gap;
    block.startLoop = this.#loop;
    block.endGap = unreached;
    block.endLoop = noLoop;
    if (kind === "loop" && this.isReached) this.#loop = Math.min(this.#loop, this.#depth);
    this.#depth += 1;
    return block;
  }

  /** Some ways go to `label`, counted from the innermost block out; false if there is none. */
  branch(label: number): boolean {
    const depth = this.#depth - 1 - label;
    if (depth < 0) return false;
    const block = this.#blocks[depth] as Block;
    if (block.kind === "loop") block.needsCheck ||= this.#loop <= depth;
    else this.#joinEnd(block);
    return true;
  }

  /**
   * Some ways go to `label` from anywhere in what is entered next. What ran there by then is not
   * known, so they count as overdue; the checks it passes are not counted on.
   */
  branchFromWithin(label: number): boolean {
    const gap = this.#gap;
    if (this.isReached) this.#gap = Math.max(gap, this.#gapMax);
    const found = this.branch(label);
    this.#gap = gap;
    return found;
  }

  /** No way leads on from here. */
  stop(): void {
    this.#gap = unreached;
    this.#loop = noLoop;
  }

  /** The other arm of an `if` begins; false if no `if` is open. */
  otherwise(): boolean {
    const block = this.#innermost();
    if (block?.kind !== "if") return false;
    this.#joinEnd(block);
    block.kind = "block";
    this.#gap = block.startGap;
    this.#loop = block.startLoop;
    return true;
  }

  /** A handler of a `try` begins, reached from anywhere in it; false if no `try` is open. */
  handler(): boolean {
    const block = this.#innermost();
    if (block?.kind !== "try") return false;
    this.#joinEnd(block);
    this.#gap = block.startGap < 0 ? unreached : this.#gapMax;
    this.#loop = block.startLoop;
    return true;
  }

  /** The innermost block ends; undefined if none is open. */
  leave(): Block | undefined {
    const block = this.#innermost();
    if (block === undefined) return undefined;
    this.#depth -= 1;
    if (block.kind === "if") {
      // Without an `else`, the ways on which the condition was false come here straight away.
      block.endGap = Math.max(block.endGap, block.startGap);
      block.endLoop = Math.min(block.endLoop, block.startLoop);
    }
    // Whoever falls out of a loop that checks at its head has passed that check.
    if (block.needsCheck && this.isReached) this.#loop = noLoop;
    this.#gap = Math.max(this.#gap, block.endGap);
    this.#loop = Math.min(this.#loop, block.endLoop);
    return block;
  }

  #innermost(): Block | undefined {
    return this.#depth === 0 ? undefined : this.#blocks[this.#depth - 1];
  }

  #joinEnd(block: Block): void {
    block.endGap = Math.max(block.endGap, this.#gap);
    block.endLoop = Math.min(block.endLoop, this.#loop);
  }
}
