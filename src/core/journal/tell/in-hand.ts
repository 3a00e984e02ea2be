import { printable } from "#core/base";
import type { OpenObject, Process } from "#core/kernel";
import { formatBytes } from "#core/sys";

const descriptorsShownMax = 64;
const linesMax = 128;

/** What a process holds right now, a line each: memory, its first descriptors and requests. */
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
  for (const exchange of process.exchanges.all()) {
    if (lines.length > linesMax) {
      lines.push("and more requests");
      break;
    }
    lines.push(`request ${exchange.number}  ${describeExchange(exchange)}`);
  }
  return lines;
}

type Exchange = NonNullable<ReturnType<Process["exchanges"]["find"]>>;

function describeExchange(exchange: Exchange): string {
  if (exchange.kind === "outgoing") return "made by it";
  const { method, target } = exchange.request.head;
  return printable(`${method} ${target}`);
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
