import { errno, type Errno } from "#core/sys";

/** Bounds of paths and names, in bytes of UTF-8, as Linux has them. */
export const pathLimits = { pathBytesMax: 4095, nameBytesMax: 255, linksMax: 40 } as const;

/** Why `path` cannot be walked at all, or `undefined` when it can. */
export function checkPath(path: string): Errno | undefined {
  if (path === "") return errno.ENOENT;
  if (isLongerThan(path, pathLimits.pathBytesMax)) return errno.ENAMETOOLONG;
  if (path.includes("\0")) return errno.EINVAL;
  if (!path.isWellFormed()) return errno.EILSEQ;
  return undefined;
}

/** Whether `name` is over the limit of a single component. */
export function isNameTooLong(name: string): boolean {
  return isLongerThan(name, pathLimits.nameBytesMax);
}

/** Whether `path` is only names with single slashes between them: nothing to skip or go back on. */
export function isPlain(path: string): boolean {
  return !/(?:^|\/)\.{0,2}(?:\/|$)/u.test(path);
}

// A UTF-16 unit is at most three bytes, so most texts need not be looked at.
function isLongerThan(text: string, bytesMax: number): boolean {
  if (text.length * 3 <= bytesMax) return false;
  if (text.length > bytesMax) return true;
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    // Each half of a surrogate pair stands for two of the pair's four bytes.
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff)) bytes += 2;
    else bytes += 3;
  }
  return bytes > bytesMax;
}
