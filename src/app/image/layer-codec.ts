import { ByteReader, ByteWriter, MalformedBytes } from "#core/base";
import type { LayerEntry } from "#core/vfs/layer";

/** In the order of their numbers in the encoded form, which may only grow. */
const kinds: readonly LayerEntry["kind"][] = ["directory", "regular", "symlink", "hardlink"];

/** A layer as bytes, whatever it came from: a recording holds its layers so. */
export function encodeLayer(entries: readonly LayerEntry[]): Uint8Array {
  const writer = new ByteWriter();
  writer.unsigned(entries.length);
  for (const entry of entries) {
    writer.u8(kinds.indexOf(entry.kind));
    writer.text(entry.path);
    if (entry.kind !== "hardlink") writer.unsigned64(entry.modifiedNs);
    if (entry.kind === "regular") writer.bytes(entry.bytes);
    if (entry.kind === "symlink" || entry.kind === "hardlink") writer.text(entry.target);
  }
  return writer.toBytes();
}

/** Throws `MalformedBytes` for bytes that are not what `encodeLayer` wrote. */
export function decodeLayer(bytes: Uint8Array): readonly LayerEntry[] {
  const reader = new ByteReader(bytes);
  const entries: LayerEntry[] = [];
  for (let left = reader.unsigned(); left > 0; left--) entries.push(decodeEntry(reader));
  return entries;
}

function decodeEntry(reader: ByteReader): LayerEntry {
  const kind = kinds[reader.u8()];
  const path = reader.text();
  switch (kind) {
    case "directory":
      return { kind, path, modifiedNs: reader.unsigned64() };
    case "regular":
      return { kind, path, modifiedNs: reader.unsigned64(), bytes: reader.bytes() };
    case "symlink":
      return { kind, path, modifiedNs: reader.unsigned64(), target: reader.text() };
    case "hardlink":
      return { kind, path, target: reader.text() };
    default:
      throw new MalformedBytes("layer: an entry of an unknown kind", reader.offset);
  }
}
