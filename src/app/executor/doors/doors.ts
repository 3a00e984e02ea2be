import { type CertificateFiles, Certificates } from "#adapters/node/certificate";
import { HttpFront } from "#adapters/node/http";
import { HopFront } from "#adapters/node/hop";
import type { IncomingRequest } from "#core/host/traffic";
import { PlatformError } from "#core/sys";
import { tellSparingly } from "./answers-unsent.ts";

/** A place where requests come in, which the daemon has bound and this OS process inherits. */
export interface Door {
  readonly fd: number;
  /** With them it speaks TLS, and nothing else. One at least. */
  readonly certificates?: readonly CertificateFiles[];
}

export interface DoorPorts {
  readonly arrived: (request: IncomingRequest) => void;
  /** What another executor handed on, by the key of who serves it. */
  readonly handedOn: (request: IncomingRequest, key: string) => void;
  /** A sentence for the operator. */
  readonly say: (sentence: string) => void;
}

/** Lets requests in. Rejects with `LISTEN_FAILED`. */
export async function openDoors(
  doors: readonly Door[],
  { arrived, say }: Pick<DoorPorts, "arrived" | "say">,
): Promise<void> {
  const failed = tellSparingly(say);
  for (const { fd, certificates } of doors) {
    await HttpFront.listen(
      { kind: "inherited", fd },
      {
        arrived,
        failed,
        ...(certificates === undefined ? {} : { certificates: watched(certificates) }),
      },
    );
  }
}

/** Where other executors reach this one; without, it does all but answer for them. */
export async function openHopFront(
  socket: string,
  { handedOn, say }: Pick<DoorPorts, "handedOn" | "say">,
): Promise<{ readonly socket?: string }> {
  try {
    await HopFront.listen(socket, { arrived: handedOn });
    return { socket };
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    say(`other executors cannot reach this one: ${error.message}`);
    return {};
  }
}

/** What is wrong with them the daemon tells; for requests in the clear we go on in any case. */
function watched(files: readonly CertificateFiles[]): Certificates {
  const certificates = new Certificates(files, { isPatient: true });
  certificates.watch();
  return certificates;
}
