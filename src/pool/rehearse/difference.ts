/** One place of an answer at which two of them differ. */
export interface Difference {
  /**
   * `answer` where there is none, `status`, `header content-type`, `body`, `body line 3`, or a
   * place in JSON: `$.items[2].price`.
   */
  readonly place: string;
  readonly before: string;
  readonly after: string;
}

/** What is shown of a value at the most. */
const shownMax = 100;

/** What stands where one of two has nothing. */
export const nothing = "(nothing)";

export function shorten(text: string): string {
  return text.length > shownMax ? `${text.slice(0, shownMax - 1)}…` : text;
}

/** Whether a place is another one, or something in it. */
export function isWithin(place: string, other: string): boolean {
  if (place === other || other === "body") return place === other || isOfBody(place);
  return place.startsWith(other) && /^[.[]/.test(place.slice(other.length));
}

function isOfBody(place: string): boolean {
  return place.startsWith("body") || place.startsWith("$");
}

/** The same place in each item of a list: which one it is differs from answer to answer. */
export function anyItem(place: string): string {
  return place.startsWith("$") ? place.replaceAll(/\[\d+\]/g, "[*]") : place;
}
