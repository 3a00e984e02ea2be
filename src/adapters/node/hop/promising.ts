import type { Fields } from "#core/host/traffic";
import { allowsBody } from "#core/http";

/**
 * The fields of an answer whose body is there, for one that comes bit by bit: a front that has all
 * of a body says itself how long it is, and of another it believes what the fields say. Where no
 * body is sent, what a program says of it counts before what it gives.
 */
export function promising(
  fields: Fields,
  answer: { readonly method: string; readonly status: number; readonly bodyBytes: number },
): Fields {
  const isLength = (at: number): boolean => fields[at - (at % 2)]?.toLowerCase() === lengthName;
  const isSilent = !allowsBody(answer.method, answer.status);
  if (isSilent && fields.some((_, at) => isLength(at))) return fields;
  const others = fields.filter((_, at) => !isLength(at));
  return [...others, lengthName, String(answer.bodyBytes)];
}

const lengthName = "content-length";
