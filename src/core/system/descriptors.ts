import { assert } from "#core/base";
import type { GrantedPorts } from "#core/host/granted";
import { Descriptor, type Launch } from "#core/kernel";
import { ListeningSocket, Socket } from "#core/net";
import { rightsOfKind } from "#core/personality/wasi-p1";
import { InputStream, OutputStream } from "#core/stream";
import { type Directory, type Mount, mountAt } from "#core/vfs";
import { devices } from "#core/vfs/devices";
import { namesDirectory } from "#core/vfs/names";
import { outsideDirectory } from "#core/vfs/outside";

/**
 * The descriptors a process starts with, in the order of their numbers: stdin, stdout, stderr,
 * then (as wasmtime numbers them) granted listeners and connections, then directories. Programs
 * that have files at all expect `/dev/null` and its like, so devices come with them: in the root,
 * or beside the granted directories. So does `/net`, where a process may call anybody.
 */
export function initialDescriptors(
  launch: Launch,
  ports: GrantedPorts,
  root: Directory | undefined,
): Descriptor[] {
  return [
    ...standardStreams(launch, ports),
    ...launch.listeners.map((name, index) => listener(ports, index, name)),
    ...launch.connections.map((name, index) => connection(ports, index, name)),
    ...directories(launch, ports, root),
  ];
}

function standardStreams(launch: Launch, ports: GrantedPorts): Descriptor[] {
  const input = rightsOfKind("input");
  const output = rightsOfKind("output");
  const isTerminal = (index: number): boolean => launch.terminals[index] ?? false;
  const stdin = new InputStream(ports.stdin);
  const stdout = new OutputStream(ports.stdout);
  const stderr = new OutputStream(ports.stderr);
  return [
    new Descriptor({ kind: "input", stream: stdin, isTerminal: isTerminal(0) }, input),
    new Descriptor({ kind: "output", stream: stdout, isTerminal: isTerminal(1) }, output),
    new Descriptor({ kind: "output", stream: stderr, isTerminal: isTerminal(2) }, output),
  ];
}

function listener(ports: GrantedPorts, index: number, name: string): Descriptor {
  const port = granted(ports.listeners[index]);
  const object = { kind: "listener", listener: new ListeningSocket(port) } as const;
  return new Descriptor(object, rightsOfKind("listener"), name);
}

function connection(ports: GrantedPorts, index: number, name: string): Descriptor {
  const socket = new Socket(granted(ports.connections[index]));
  return new Descriptor({ kind: "socket", socket }, rightsOfKind("socket"), name);
}

function directories(
  launch: Launch,
  ports: GrantedPorts,
  root: Directory | undefined,
): Descriptor[] {
  const outside = launch.directories.map((directory, index) => ({
    path: directory.guest,
    directory: outsideDirectory(granted(ports.directories[index])),
  }));
  const device: Mount = { path: "/dev", directory: devices(ports.outside.entropy) };
  const net = netOf(launch, ports);
  if (root !== undefined) {
    return [granting({ path: "/", directory: mountAt(root, [device, ...outside, ...net]) })];
  }
  const mounts = [...outside, ...net];
  return mounts.length === 0 ? [] : [...mounts, device].map((mount) => granting(mount));
}

/** Those that it may call, as connections. */
function netOf({ names }: Launch, { outlet }: GrantedPorts): readonly Mount[] {
  if (names.length === 0) return [];
  return [{ path: "/net", directory: namesDirectory(names, granted(outlet)) }];
}

function granting(mount: Mount): Descriptor {
  const object = { kind: "directory", directory: mount.directory } as const;
  return new Descriptor(object, rightsOfKind("directory"), mount.path);
}

function granted<T>(port: T | undefined): T {
  assert(port !== undefined, "there is a port for each grant of a launch");
  return port;
}
