/** Makes what no two requests share. */
export interface IdSource {
  /** So many bytes of chance, as two small hexadecimal digits each. */
  hex(bytes: number): string;
}

const requestIdForm = /^[A-Za-z0-9._~:/+=@-]{1,128}$/;
const traceparentForm = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;

/** Whether a client's own id can go on: it is put into answers, logs and file names of others. */
export function isRequestId(text: string): boolean {
  return requestIdForm.test(text);
}

/** Whether `text` is a `traceparent` of the W3C's recommendation, of any version. */
export function isTraceparent(text: string): boolean {
  const [, version, trace, parent, more] = traceparentForm.exec(text) ?? [];
  if (version === undefined || version === "ff") return false;
  if (version === "00" && more !== undefined) return false;
  return !/^0+$/.test(trace ?? "0") && !/^0+$/.test(parent ?? "0");
}
