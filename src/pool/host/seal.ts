/** Keeps texts from whoever can read the store. */
export interface Seal {
  /**
   * The sealed text, as text; no two are alike. `label` is what it is for, and is sealed with it.
   */
  seal(text: string, label: string): string;
  /** Throws `SECRET_UNREADABLE` if it was changed, or sealed with another key or label. */
  open(sealed: string, label: string): string;
}
