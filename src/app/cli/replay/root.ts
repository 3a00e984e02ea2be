import { decodeLayer, imageRoot } from "#app/cli/image";
import type { Recording } from "#core/journal/format";
import type { RootMaker } from "#core/system";

/** The root a recorded process had, made of the layers that the recording holds. */
export function rootOf(recording: Recording): RootMaker | undefined {
  if (!recording.header.launch.hasRoot) return undefined;
  const layers = recording.attachments.filter(({ name }) => name.startsWith("layer "));
  return imageRoot(layers.map(({ bytes }) => decodeLayer(bytes)));
}
