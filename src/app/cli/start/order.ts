import type { Address } from "#core/net";
import type { DirectoryGrant, Limits } from "#core/sys";

/** All that a command line of `noos run` asks for, as plain data: a thread can be sent it. */
export interface RunOrder {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly limits: Partial<Limits>;
  readonly directories: readonly DirectoryGrant[];
  readonly listen: readonly Address[];
  readonly connect: readonly Address[];
  /** Where to write a recording, if anywhere. */
  readonly record: string | undefined;
  readonly isPreemptible: boolean;
  /** Where prepared programs are kept, if anywhere. */
  readonly cacheFolder: string | undefined;
}
