import { type Bytes, constant, emptyBlock, get, join, Op, set, Type } from "./ops.ts";
import type { Place, RangeOperation } from "./range-operation.ts";

/** No segment is larger: a module is not. */
const segmentMax = 0x7fff_ffff;

/** Behind the parameters: what the function keeps as it goes, all i64. */
const localCount = 3;

/**
 * The body of a function that does `operation`, piece by piece where it is long, with a check
 * before each piece. In words:
 *
 *     check; if (n <= perPiece) { the operation; return }
 *     if (a reference is null, or a range leads outside) { the operation, which traps; return }
 *     the operation with no length at the ends of its segments, which traps if they lead outside
 *     do { check; the operation on the next piece } while (some are left)
 *
 * What the guest could see between two pieces is nothing: no code of its own runs then, and what
 * is large enough does not become smaller. A copy to a higher place goes from the end to the start,
 * so that it reads no piece which it has written.
 */
export function rangeBody(operation: RangeOperation, check: Bytes): Bytes {
  return new RangeBody(operation, check).bytes();
}

class RangeBody {
  readonly #operation: RangeOperation;
  readonly #check: Bytes;
  /** Locals: how much is to do, how much is done, and the size of the next piece. */
  readonly #total: number;
  readonly #done: number;
  readonly #piece: number;

  constructor(operation: RangeOperation, check: Bytes) {
    this.#operation = operation;
    this.#check = check;
    this.#total = operation.parameters.length;
    this.#done = this.#total + 1;
    this.#piece = this.#total + 2;
  }

  bytes(): Bytes {
    const body = [
      ...this.#check,
      ...this.#wide(this.#operation.parameters.length - 1),
      ...set(this.#total),
      ...get(this.#total),
      ...constant(Op.i64Const, this.#operation.perPiece),
      Op.i64LeU,
      ...this.#wholeIf(),
      ...this.#leadsOutside(),
      ...this.#wholeIf(),
      ...this.#probeSegments(),
      ...this.#pieces(),
      Op.end,
    ];
    return [1, localCount, Type.i64, ...body];
  }

  /** Does the whole operation and returns, if the condition on the stack holds. */
  #wholeIf(): Bytes {
    const parameters = this.#operation.parameters.flatMap((_, index) => get(index));
    const whole = [...parameters, ...this.#operation.instruction];
    return [Op.if, emptyBlock, ...whole, Op.return, Op.end];
  }

  /** Pushes whether the operation traps, as far as that can be known without doing it. */
  #leadsOutside(): Bytes {
    const { references, places } = this.#operation;
    const nulls = references.map((index) => [...get(index), Op.refIsNull]);
    const ranges = places.map((place) => this.#rangeLeadsOutside(place));
    const isNull = nulls.length === 0 ? [] : [...nulls.flat(), ...orAll(nulls.length)];
    const isOutside = [...ranges.flat(), ...orAll(ranges.length)];
    if (nulls.length === 0) return isOutside;
    // A null array has no length to be asked for.
    return [...isNull, Op.if, Type.i32, ...constant(Op.i32Const, 1), 0x05, ...isOutside, Op.end];
  }

  #rangeLeadsOutside({ parameter, step, size }: Place): Bytes {
    if (size === undefined) {
      // Whatever goes beyond a module's size is outside, and both numbers are below 2³².
      return [...this.#endOf(parameter, step), ...constant(Op.i64Const, segmentMax), Op.i64GtU];
    }
    // Written so that no sum is formed which might not fit.
    return join(
      [...this.#wide(parameter), ...size, Op.i64GtU],
      [...get(this.#total), ...size, ...this.#wide(parameter), Op.i64Sub, Op.i64GtU],
      [Op.i32Or],
    );
  }

  #endOf(parameter: number, step: number): Bytes {
    const length = [...get(this.#total), ...constant(Op.i64Const, step), Op.i64Mul];
    return [...this.#wide(parameter), ...length, Op.i64Add];
  }

  #probeSegments(): Bytes {
    const { parameters, places, instruction } = this.#operation;
    if (places.every(({ size }) => size !== undefined)) return [];
    const last = parameters.length - 1;
    const operands = parameters.flatMap((_, index) => {
      const place = places.find(({ parameter }) => parameter === index);
      if (index === last) return constant(Op.i32Const, 0);
      if (place === undefined || place.size !== undefined) return get(index);
      return [...this.#endOf(index, place.step), Op.i32WrapI64];
    });
    return [...operands, ...instruction];
  }

  #pieces(): Bytes {
    const { parameters, instruction } = this.#operation;
    const operands = parameters.flatMap((_, index) => this.#operandOfPiece(index));
    return join(
      [Op.loop, emptyBlock],
      this.#check,
      this.#choosePiece(),
      operands,
      instruction,
      [...get(this.#done), ...get(this.#piece), Op.i64Add, ...set(this.#done)],
      [...get(this.#done), ...get(this.#total), Op.i64LtU, Op.brIf, 0],
      [Op.end],
    );
  }

  /** The smaller one of what is left and the largest piece. */
  #choosePiece(): Bytes {
    const left = [...get(this.#total), ...get(this.#done), Op.i64Sub];
    const most = constant(Op.i64Const, this.#operation.perPiece);
    return [...left, ...most, ...left, ...most, Op.i64LtU, Op.select, ...set(this.#piece)];
  }

  #operandOfPiece(index: number): Bytes {
    const { parameters, places } = this.#operation;
    const narrow = (parameters[index] as Bytes)[0] === Type.i32 ? [Op.i32WrapI64] : [];
    if (index === parameters.length - 1) return [...get(this.#piece), ...narrow];
    const place = places.find(({ parameter }) => parameter === index);
    if (place === undefined) return get(index);
    const moved = [...this.#offsetOfPiece(), ...constant(Op.i64Const, place.step), Op.i64Mul];
    return [...this.#wide(index), ...moved, Op.i64Add, ...narrow];
  }

  /** Pushes how far into the range the piece begins. */
  #offsetOfPiece(): Bytes {
    const [to, from] = this.#operation.places;
    const fromStart = get(this.#done);
    if (to === undefined || from?.size === undefined) return fromStart;
    const fromEnd = [
      ...get(this.#total),
      ...get(this.#done),
      Op.i64Sub,
      ...get(this.#piece),
      Op.i64Sub,
    ];
    const isUpwards = [...this.#wide(to.parameter), ...this.#wide(from.parameter), Op.i64GtU];
    return [...fromEnd, ...fromStart, ...isUpwards, Op.select];
  }

  /** Pushes a parameter that is a number, as an i64. */
  #wide(index: number): Bytes {
    const isNarrow = (this.#operation.parameters[index] as Bytes)[0] === Type.i32;
    return [...get(index), ...(isNarrow ? [Op.i64ExtendI32U] : [])];
  }
}

function orAll(count: number): Bytes {
  return Array.from({ length: count - 1 }, () => Op.i32Or);
}
