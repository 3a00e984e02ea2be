import { PlatformError } from "#core/sys";

const digestShape = /^sha256:([0-9a-f]{64})$/;
const nameShape = /^[0-9a-f]{64}$/;

/** What begins so is no image yet. */
export const draftPrefix = ".draft-";

/** The name of the file with this digest: of digits and letters only, whatever was asked for. */
export function fileName(digest: string): string {
  const [, name] = digestShape.exec(digest) ?? [];
  if (name !== undefined) return name;
  throw new PlatformError(`"${digest.slice(0, 100)}" is no digest of an image`, {
    code: "REQUEST_INVALID",
    hint: "write it as sha256: and 64 hexadecimal digits in small letters",
  });
}

/** The digest of the file with this name, if it is an image. */
export function digestNamed(name: string): string | undefined {
  return nameShape.test(name) ? digestOf(name) : undefined;
}

export function digestOf(hex: string): string {
  return `sha256:${hex}`;
}
