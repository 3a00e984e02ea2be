import type { RootMaker } from "#core/system";
import { Quota } from "#core/vfs";
import { type LayerEntry, layerTree } from "#core/vfs/layer";
import { MemoryTree } from "#core/vfs/memory";
import { Overlay } from "#core/vfs/overlay";

/** The numbers that tell what is of the image from what the process has written. */
const layerDevice = 1n;
const memoryDevice = 2n;

/**
 * The root of a process that runs an image: its layers, the lowest first, under memory that takes
 * what the process writes, as much as `file-bytes` allows. Throws `IMAGE_MALFORMED`.
 */
export function imageRoot(layers: readonly (readonly LayerEntry[])[]): RootMaker {
  const lower = layerTree(layers, layerDevice);
  return (ports, limits) => {
    const upper = new MemoryTree({
      quota: new Quota(limits["file-bytes"]),
      now: () => ports.outside.clock.realtimeNs(),
      device: memoryDevice,
    });
    // The process releases its root at its end.
    return new Overlay({ lowers: [lower], upper }).root.retain();
  };
}
