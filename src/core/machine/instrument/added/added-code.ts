import type { WasmModule } from "#core/machine/wasm";
import { unsupported } from "#core/machine/wasm/binary";
import type { Instructions } from "#core/machine/wasm/code";
import type { Check } from "./check.ts";
import {
  allocateType,
  chargeArrayBody,
  chargeArrayType,
  chargeBody,
  type ChargeIndices,
  chargeType,
} from "./charges.ts";
import { ObjectSizes } from "./object-sizes.ts";
import { type Bytes, call, constant, functionType, Op } from "./ops.ts";
import { rangeBody } from "./range-body.ts";
import { type RangeOperation, RangeOperations } from "./range-operation.ts";

/** A module that works on more than so many pairs of ranges is no program. */
const functionsMax = 1000;

/** Where what is added stands in the index spaces of the module as it will be. */
export interface AddedIndices {
  readonly firstType: number;
  readonly firstFunction: number;
  /** Undefined for a module that makes no objects. */
  readonly charges: ChargeIndices | undefined;
}

interface AddedFunction {
  readonly type: number;
  readonly body: Bytes;
}

/**
 * What is added to a module, as it turns out to be needed: functions, their types, and the code
 * that calls them in place of an instruction, or before one.
 */
export class AddedCode {
  readonly types: Bytes[] = [];
  readonly functions: AddedFunction[] = [];
  /** Code to be written where an edit names it by its place here. */
  readonly snippets: Uint8Array[] = [];
  readonly #indices: AddedIndices;
  readonly #check: Bytes;
  readonly #operations: RangeOperations;
  readonly #sizes: ObjectSizes;
  readonly #known = new Map<string, number>();

  constructor(module: WasmModule, check: Check, indices: AddedIndices) {
    this.#indices = indices;
    this.#check = [...check.bytes];
    this.#operations = new RangeOperations(module);
    this.#sizes = new ObjectSizes(module);
  }

  /**
   * A call that does what the instruction does, piece by piece. Undefined where it is short, which
   * is known of a constant length, or of a kind that cannot be divided.
   */
  rangeCall(instructions: Instructions): number | undefined {
    const operation = this.#operations.read(instructions);
    if (operation === undefined) return undefined;
    if ((instructions.constantBefore() ?? Infinity) <= operation.perPiece) return undefined;
    return this.#snippet(`range ${operation.instruction.join()}`, () =>
      call(this.#rangeFunction(operation, instructions.at)),
    );
  }

  /** Code that pays for the object the instruction makes; undefined if nothing is paid here. */
  charge(instructions: Instructions): number | undefined {
    const { charges } = this.#indices;
    if (charges === undefined) return undefined;
    const { flow } = instructions;
    if (flow === "allocate-many") return this.#chargeArray(instructions, charges);
    const bytes =
      flow === "throw"
        ? this.#sizes.exception(instructions.numbers(1)[0] ?? 0)
        : this.#sizes.made(instructions);
    return this.#snippet(`charge ${bytes}`, () => [
      ...constant(Op.i32Const, bytes),
      ...call(this.#function("charge", chargeType, () => chargeBody(charges))),
    ]);
  }

  /** The index of a function type, which is added if need be. */
  typeIndex(type: Bytes): number {
    const known = this.types.findIndex((each) => each.join() === type.join());
    if (known >= 0) return this.#indices.firstType + known;
    this.types.push(type);
    return this.#indices.firstType + this.types.length - 1;
  }

  /** The types of the functions the kernel provides. */
  get yieldType(): number {
    return this.typeIndex(functionType([], []));
  }

  get allocateType(): number {
    return this.typeIndex(allocateType);
  }

  #chargeArray(instructions: Instructions, charges: ChargeIndices): number {
    const [type = 0] = instructions.numbers(1);
    const elementBytes = this.#sizes.element(type)?.sizeBytes ?? 8;
    return this.#snippet(`charge array ${elementBytes}`, () => [
      ...constant(Op.i32Const, elementBytes),
      ...call(this.#function("charge array", chargeArrayType, () => chargeArrayBody(charges))),
    ]);
  }

  #rangeFunction(operation: RangeOperation, at: number): number {
    if (this.functions.length >= functionsMax) {
      throw unsupported(`it works on more than ${functionsMax} different pairs of ranges`, at);
    }
    const type = functionType(operation.parameters, []);
    return this.#add(type, rangeBody(operation, this.#check));
  }

  #function(name: string, type: Bytes, body: () => Bytes): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const index = this.#add(type, body());
    this.#known.set(name, index);
    return index;
  }

  #add(type: Bytes, body: Bytes): number {
    this.functions.push({ type: this.typeIndex(type), body });
    return this.#indices.firstFunction + this.functions.length - 1;
  }

  #snippet(key: string, make: () => Bytes): number {
    return this.#known.getOrInsertComputed(key, () => {
      this.snippets.push(Uint8Array.from(make()));
      return this.snippets.length - 1;
    });
  }
}
