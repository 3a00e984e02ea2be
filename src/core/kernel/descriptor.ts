import type { Kin } from "#core/kin";
import type { ListeningSocket, Socket } from "#core/net";
import type { InputStream, OutputStream, Pipe } from "#core/stream";
import type { Directory, OpenFile } from "#core/vfs";
import type { Closable } from "./descriptor-table.ts";

/** What a descriptor stands for. */
export type OpenObject =
  | { readonly kind: "file"; readonly file: OpenFile }
  | { readonly kind: "directory"; readonly directory: Directory }
  | { readonly kind: "input"; readonly stream: InputStream; readonly isTerminal: boolean }
  | { readonly kind: "output"; readonly stream: OutputStream; readonly isTerminal: boolean }
  | { readonly kind: "pipe-reader"; readonly pipe: Pipe }
  | { readonly kind: "pipe-writer"; readonly pipe: Pipe }
  | { readonly kind: "socket"; readonly socket: Socket }
  | { readonly kind: "listener"; readonly listener: ListeningSocket }
  /** Readable when a notice of the process's family waits. */
  | { readonly kind: "notices"; readonly kin: Kin };

/** What may be done through a descriptor: a bit mask in the terms of the process's personality. */
export interface Rights {
  readonly base: number;
  readonly inheriting: number;
}

/** An open object, where its reader stands, and what may be done through it. */
export class Descriptor implements Closable {
  readonly object: OpenObject;
  /** The guest's name of a granted directory or listener, if it was there from the start. */
  readonly grantedAs: string | undefined;
  rights: Rights;
  /** Bytes from the start of a file. */
  position = 0;
  isAppending = false;
  /** Undefined as long as the guest has neither chosen nor asked; calls wait then. */
  isNonBlocking: boolean | undefined = undefined;
  /** Each write is on the outside disk before it answers. */
  isSynchronous = false;

  constructor(object: OpenObject, rights: Rights, grantedAs?: string) {
    this.object = object;
    this.rights = rights;
    this.grantedAs = grantedAs;
  }

  close(): void {
    const { object } = this;
    switch (object.kind) {
      case "file":
        return object.file.close();
      case "directory":
        return object.directory.release();
      case "input":
      case "output":
        return object.stream.close();
      case "pipe-reader":
        return object.pipe.closeReader();
      case "pipe-writer":
        return object.pipe.closeWriter();
      case "socket":
        return object.socket.close();
      case "listener":
        return object.listener.close();
      case "notices":
        // The notices are the process's own, and stay.
        return undefined;
    }
  }
}
