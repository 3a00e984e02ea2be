import type { Descriptor, OpenObject, Rights } from "#core/kernel";
import { errno, type Errno } from "#core/sys";
import { rights } from "#core/personality/wasi-p1/abi";

const all = 2 ** 30 - 1;

/** What can be done with a file at all. */
const fileRights =
  rights.fdDatasync |
  rights.fdRead |
  rights.fdSeek |
  rights.fdFdstatSetFlags |
  rights.fdSync |
  rights.fdTell |
  rights.fdWrite |
  rights.fdAdvise |
  rights.fdAllocate |
  rights.fdFilestatGet |
  rights.fdFilestatSetSize |
  rights.fdFilestatSetTimes |
  rights.pollFdReadwrite;

const directoryRights =
  rights.fdFdstatSetFlags |
  rights.fdSync |
  rights.fdAdvise |
  rights.pathCreateDirectory |
  rights.pathCreateFile |
  rights.pathLinkSource |
  rights.pathLinkTarget |
  rights.pathOpen |
  rights.fdReaddir |
  rights.pathReadlink |
  rights.pathRenameSource |
  rights.pathRenameTarget |
  rights.pathFilestatGet |
  rights.pathFilestatSetSize |
  rights.pathFilestatSetTimes |
  rights.fdFilestatGet |
  rights.fdFilestatSetTimes |
  rights.pathSymlink |
  rights.pathRemoveDirectory |
  rights.pathUnlinkFile |
  rights.pollFdReadwrite;

const streamRights =
  rights.fdFdstatSetFlags | rights.fdFilestatGet | rights.pollFdReadwrite | rights.fdSync;
const inputRights = streamRights | rights.fdRead;
const outputRights = streamRights | rights.fdWrite | rights.fdDatasync;
const socketRights = inputRights | outputRights | rights.sockShutdown;
const listenerRights =
  rights.fdFdstatSetFlags | rights.fdFilestatGet | rights.pollFdReadwrite | rights.sockAccept;

const noticesRights = rights.fdFdstatSetFlags | rights.fdFilestatGet | rights.pollFdReadwrite;

const ofInput: Rights = { base: inputRights, inheriting: 0 };
const ofOutput: Rights = { base: outputRights, inheriting: 0 };

/** Everything that can be done, by kind of object; thousands of descriptors share these. */
const ofKind: Readonly<Record<OpenObject["kind"], Rights>> = {
  file: { base: fileRights, inheriting: 0 },
  directory: { base: directoryRights, inheriting: directoryRights | fileRights },
  input: ofInput,
  "pipe-reader": ofInput,
  output: ofOutput,
  "pipe-writer": ofOutput,
  socket: { base: socketRights, inheriting: 0 },
  listener: { base: listenerRights, inheriting: socketRights },
  notices: { base: noticesRights, inheriting: 0 },
};

/** Everything that can be done with an object of this kind. */
export function rightsOfKind(kind: OpenObject["kind"]): Rights {
  return ofKind[kind];
}

/** A rights mask as a guest passes it; bits the contract does not know are dropped. */
export function rightsMask(value: bigint): number {
  return Number(BigInt.asUintN(30, value)) & all;
}

/**
 * EBADF for a missing right to read or write, as POSIX answers for the wrong open mode;
 * ENOTCAPABLE for any other missing right.
 */
export function requireRight(descriptor: Descriptor, right: number): Errno | undefined {
  if ((descriptor.rights.base & right) === right) return undefined;
  return right === rights.fdRead || right === rights.fdWrite ? errno.EBADF : errno.ENOTCAPABLE;
}
