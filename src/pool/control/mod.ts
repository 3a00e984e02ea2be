/**
 * What is wanted of a machine, and how it comes about: apps, their trees, their processes.
 *
 * Knows: desired state and how it is kept, which executor a process goes to, what follows when one
 * ends or an executor is lost, what is told of it all. Nothing of HTTP, disks or OS processes.
 * Must hold: a change is durable before it is acted on; whatever happens, what is wanted is there
 * or on its way; nothing of an older life has an effect; all orders of one step go out together.
 * Never imports: adapters, Node.
 * Start reading at `control.ts`, then `apps.ts` and `app.ts`.
 */
export { Control, type ControlPorts } from "./control.ts";
export { forgetSecrets, secretsIn } from "#pool/control/desired";
