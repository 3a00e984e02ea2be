/**
 * The house, from the inside out: what each folder of `src` may import. A row may name only rows
 * above it, so a cycle cannot be written down; a row or a name that nothing uses fails the test.
 * Adding a name here is an architectural decision: say why in the commit.
 */
export type Layer = readonly [folder: string, mayImport: readonly string[]];

export const layers: readonly Layer[] = [
  ["core/base", []],
  ["core/sys", []],
  ["core/host", ["core/sys"]],
  ["core/stream", ["core/base", "core/sys", "core/host"]],
  ["core/machine/wasm", ["core/base", "core/sys"]],
  ["core/machine/instrument", ["core/base", "core/sys", "core/machine/wasm"]],
  [
    "core/machine",
    ["core/base", "core/sys", "core/host", "core/machine/wasm", "core/machine/instrument"],
  ],
  ["core/vfs", ["core/sys", "core/host"]],
  ["core/vfs/devices", ["core/sys", "core/host", "core/vfs"]],
  ["core/vfs/memory", ["core/base", "core/sys", "core/vfs"]],
  ["core/vfs/outside", ["core/base", "core/sys", "core/host", "core/vfs"]],
  ["core/net", ["core/sys", "core/host", "core/stream"]],
  [
    "core/kernel",
    ["core/base", "core/sys", "core/host", "core/stream", "core/machine", "core/vfs", "core/net"],
  ],
  [
    "core/personality/wasi-p1",
    ["core/sys", "core/host", "core/stream", "core/vfs", "core/net", "core/kernel"],
  ],
  [
    "core/system",
    [
      "core/base",
      "core/sys",
      "core/host",
      "core/stream",
      "core/machine",
      "core/vfs",
      "core/vfs/devices",
      "core/vfs/outside",
      "core/net",
      "core/kernel",
      "core/personality/wasi-p1",
    ],
  ],
  ["adapters/node/blobs", ["core/host"]],
  ["adapters/node/failure", ["core/sys"]],
  ["adapters/node/directory", ["core/sys", "core/host", "adapters/node/failure"]],
  ["adapters/node/socket", ["core/base", "core/sys", "core/host", "adapters/node/failure"]],
  ["adapters/node/stream", ["core/base", "core/sys", "core/host", "adapters/node/failure"]],
  ["adapters/node/watchdog", ["core/host"]],
  [
    "adapters/node",
    [
      "core/host",
      "adapters/node/blobs",
      "adapters/node/socket",
      "adapters/node/stream",
      "adapters/node/watchdog",
    ],
  ],
  ["adapters/node/watchdog-thread", ["adapters/node/watchdog"]],
  ["adapters/sim", ["core/base", "core/sys", "core/host"]],
];
