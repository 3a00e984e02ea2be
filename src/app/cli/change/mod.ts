/**
 * Commands that change what a daemon does: end, restart, scale, rm, secret, down.
 *
 * Knows: what each needs to be told, and what a person is told when it is done.
 * Must hold: nothing is ended on a guess: a name means one thing, or is refused. The value of a
 * secret is never an operand, which other processes of the machine could read, nor is it shown.
 * Never imports: how things are shown.
 * Start reading at `end.ts`.
 */
export { down } from "./down.ts";
export { end, restart } from "./end.ts";
export { remove } from "./remove.ts";
export { scale } from "./scale.ts";
export { secret } from "./secret.ts";
