/** An entry, or the head, is not as it was written. */
export class DamagedRow extends Error {
  override readonly name = "DamagedRow";
}
