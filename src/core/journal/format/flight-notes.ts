import { flag, texts, unsigned, type ValueCodec } from "./values.ts";

/** What a flight recorder says of what it wrote. */
export interface FlightNotes {
  /** Whether every entry since the start is there, whole: only then can it be replayed. */
  readonly isWhole: boolean;
  /** What came before the first entry and is not there any more. */
  readonly missingEntries: number;
  readonly missingCalls: number;
  /** Whether the memory's sum was taken at the end. */
  readonly isSummed: boolean;
  /** What the process had in hand at its end, line by line. */
  readonly inHand: readonly string[];
}

/** The payload of a flight frame. */
export const flightNotes: ValueCodec<FlightNotes> = {
  write: (writer, notes) => {
    flag.write(writer, notes.isWhole);
    unsigned.write(writer, notes.missingEntries);
    unsigned.write(writer, notes.missingCalls);
    flag.write(writer, notes.isSummed);
    texts.write(writer, notes.inHand);
  },
  read: (reader) => ({
    isWhole: flag.read(reader),
    missingEntries: unsigned.read(reader),
    missingCalls: unsigned.read(reader),
    isSummed: flag.read(reader),
    inHand: texts.read(reader),
  }),
};
