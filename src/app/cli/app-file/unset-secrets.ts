import type { Daemon } from "#app/cli/ask";
import { PlatformError } from "#core/sys";
import type { Manifest } from "#pool/manifest";

/** Why a deploy is refused as a whole, and what to type. */
export interface Unset {
  readonly why: string;
  readonly hint: string;
}

/** Throws `SECRET_UNSET` for secrets that an app uses and that have no value yet. */
export async function checkSecrets(
  daemon: Pick<Daemon, "secrets">,
  manifest: Manifest,
): Promise<void> {
  const unset = await findUnset(daemon, manifest);
  if (unset === undefined) return;
  const { why, hint } = unset;
  throw new PlatformError(`cannot deploy "${manifest.app}": ${why}`, {
    code: "SECRET_UNSET",
    hint,
  });
}

/** Looks for secrets that an app uses and that have no value yet. */
export async function findUnset(
  daemon: Pick<Daemon, "secrets">,
  { app, processes }: Manifest,
): Promise<Unset | undefined> {
  const used = new Set(processes.flatMap(({ uses }) => uses.secrets));
  if (used.size === 0) return undefined;
  const set = new Set((await daemon.secrets(app)).map(({ name }) => name));
  const missing = [...used].filter((name) => !set.has(name));
  if (missing.length === 0) return undefined;
  const [noun, verb] = missing.length === 1 ? ["secret", "has"] : ["secrets", "have"];
  return {
    why: `the ${noun} ${missing.join(", ")} ${verb} no value`,
    hint: `noos secret set ${app} ${missing[0]}`,
  };
}
