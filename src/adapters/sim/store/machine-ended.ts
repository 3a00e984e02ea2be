/** The machine ended in the middle of a write: whoever held the store is gone too. */
export class MachineEnded extends Error {
  override readonly name = "MachineEnded";
}
