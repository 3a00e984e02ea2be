import type { Client } from "#app/client";

/** A daemon, as those who ask it know it. */
export type Daemon = Pick<Client, keyof Client>;
