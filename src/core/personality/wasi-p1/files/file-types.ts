import type { OpenObject } from "#core/kernel";
import type { FileKind } from "#core/host";
import { filetype } from "#core/personality/wasi-p1/abi";

/** The contract's file type of a file-system object. */
export function typeOf(kind: FileKind): number {
  return filetype[kind];
}

/** The contract's file type of an open object. */
export function objectType(object: OpenObject): number {
  switch (object.kind) {
    case "file":
      return typeOf(object.file.kind);
    case "directory":
      return filetype.directory;
    case "socket":
    case "listener":
      return filetype.socket;
    case "input":
    case "output":
      return object.isTerminal ? filetype.character : filetype.unknown;
    case "pipe-reader":
    case "pipe-writer":
    case "notices":
      return filetype.unknown;
  }
}
