/** Keeps texts from whoever can read the store. */
export interface Seal {
  /** As text, never twice the same. `label` is what it is for, and is sealed with it. */
  seal(text: string, label: string): string;
  /** Throws `SECRET_UNREADABLE`: another key, another label, or something was changed. */
  open(sealed: string, label: string): string;
}
