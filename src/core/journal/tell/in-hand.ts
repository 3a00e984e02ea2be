import type { OpenObject, Process } from "#core/kernel";
import { formatBytes } from "#core/sys";

const descriptorsShownMax = 64;

/** What a process holds right now, a line each: its memory, and each of its first descriptors. */
export function inHand(process: Process): string[] {
  const lines = [`memory  ${formatBytes(process.memoryBytes)}`];
  for (const [fd, descriptor] of process.descriptors.entries()) {
    if (lines.length > descriptorsShownMax) {
      lines.push("and more descriptors");
      break;
    }
    const name = descriptor.grantedAs === undefined ? "" : `  ${descriptor.grantedAs}`;
    lines.push(`fd ${fd}  ${describe(descriptor.object, descriptor.position)}${name}`);
  }
  return lines;
}

function describe(object: OpenObject, position: number): string {
  switch (object.kind) {
    case "file":
      return object.file.kind === "regular" ? `file at byte ${position}` : "device";
    case "directory":
      return "directory";
    case "input":
      return `input, ${object.stream.readBytes} bytes read`;
    case "output":
      return "output";
    case "pipe-reader":
    case "pipe-writer":
      return `pipe, ${object.pipe.availableBytes} bytes in it`;
    case "socket":
      return `socket, ${object.socket.input.readBytes} bytes read`;
    case "listener":
      return "listener";
    case "notices":
      return "notices of its family";
  }
}
