import { HttpFront } from "#adapters/node/http";
import type { Servings } from "./servings.ts";

/** A place where requests come in, which the daemon has bound and this OS process inherits. */
export interface Door {
  readonly fd: number;
}

/** Lets requests in. Rejects with `LISTEN_FAILED`. */
export async function openDoors(
  doors: readonly Door[],
  servings: Pick<Servings, "arrive">,
): Promise<void> {
  for (const { fd } of doors) {
    await HttpFront.listen(
      { kind: "inherited", fd },
      { arrived: (request) => servings.arrive(request) },
    );
  }
}
