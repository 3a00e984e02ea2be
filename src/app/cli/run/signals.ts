import { exitStatus } from "#app/cli/command";

/** The signals that ask for the end, as a person knows them. */
const askingForEnd = { SIGINT: "Ctrl-C", SIGTERM: "SIGTERM" } as const;

/**
 * Calls `end` at the first signal that asks for the end; at the second, this OS process exits at
 * once. Answers how to stop doing so.
 */
export function onSignal(end: (who: string) => void): () => void {
  let isEnding = false;
  const listener = (signal: NodeJS.Signals): void => {
    if (isEnding) process.exit(exitStatus.interrupted);
    isEnding = true;
    end(askingForEnd[signal as keyof typeof askingForEnd]);
  };
  const names = Object.keys(askingForEnd) as (keyof typeof askingForEnd)[];
  for (const name of names) process.on(name, listener);
  return () => {
    for (const name of names) process.off(name, listener);
  };
}
