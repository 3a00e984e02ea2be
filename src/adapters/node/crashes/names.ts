/** A name that leads nowhere else. */
const idShape = /^[a-z0-9][a-z0-9-]{0,99}$/;

export function isCrashId(text: string): boolean {
  return idShape.test(text);
}

const sealed = ".sealed";
const notes = ".json";
const draftStart = ".draft-";

/** What the files of a crash are called: the recording while it is written, then, and its notes. */
export function draftOf(id: string): string {
  return `${draftStart}${id}`;
}

export function recordingOf(id: string): string {
  return id + sealed;
}

export function notesOf(id: string): string {
  return id + notes;
}

export function isRecording(name: string): boolean {
  return name.endsWith(sealed);
}

export function isNotes(name: string): boolean {
  return name.endsWith(notes);
}

/** Of the names in the folder: what was begun, or of what nothing was noted. */
export function leftoversIn(names: readonly string[]): readonly string[] {
  const all = new Set(names);
  const isLeft = (name: string): boolean =>
    name.startsWith(draftStart) ||
    (name.endsWith(sealed) && !all.has(notesOf(name.slice(0, -sealed.length))));
  return names.filter(isLeft);
}
