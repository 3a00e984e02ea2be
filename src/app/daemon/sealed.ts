import { rmSync } from "node:fs";
import { countCrashes, removeCrashes } from "#adapters/node/crashes";
import { openSeal } from "#adapters/node/seal";
import { openStore } from "#adapters/sqlite";
import { lockFolder } from "#adapters/sqlite/lock";
import { type ErrorCode, PlatformError } from "#core/sys";
import { forgetSecrets, secretsIn } from "#pool/control";
import type { Seal, Store } from "#pool/host";
import { type DataFolders, foldersOf } from "./folders.ts";

/** What was sealed with a key that is gone. */
export interface GivenUp {
  /** As `shop/DB_PASSWORD`. */
  readonly secrets: readonly string[];
  readonly crashCount: number;
}

/**
 * The seal of a data folder. Its key is made where nothing has been sealed, and only there: another
 * one would open none of it. Throws as `openSeal`.
 */
export function sealOf({ key, crashes }: DataFolders, store: Store): Seal {
  const secretCount = secretsIn(store).length;
  const crashCount = countCrashes(crashes);
  if (secretCount + crashCount === 0) return openSeal(key, { do: "make" });
  const parts = [counted(secretCount, "secret"), counted(crashCount, "recorded crash")];
  const sealed = parts.filter((part) => part !== "").join(" and ");
  return openSeal(key, { do: "refuse", sealed });
}

function counted(count: number, what: string): string {
  if (count === 0) return "";
  return count === 1 ? `1 ${what}` : `${count} ${what}${what.endsWith("sh") ? "es" : "s"}`;
}

/** Why a key is as good as none. */
const lost: readonly ErrorCode[] = ["STATE_KEY_MISSING", "STATE_DAMAGED", "STATE_EXPOSED"];

/**
 * Where the key is missing, damaged or exposed, forgets what it has sealed, so that a new one can
 * be made; `undefined` where it can be used. Throws `STATE_IN_USE`, and as opening the state does.
 */
export function giveUpKey(dataFolder: string): GivenUp | undefined {
  const folders = foldersOf(dataFolder);
  using opened = new DisposableStack();
  const lock = lockFolder(folders.data);
  opened.defer(() => lock.release());
  const store = openStore(folders.state);
  opened.defer(() => store.close());
  if (isUsable(folders, store)) return undefined;
  // The key goes last: whatever ends this, doing it again does the rest.
  const secrets = forgetSecrets(store).map(({ app, name }) => `${app}/${name}`);
  const crashCount = removeCrashes(folders.crashes);
  rmSync(folders.key, { force: true });
  return { secrets, crashCount };
}

function isUsable(folders: DataFolders, store: Store): boolean {
  try {
    sealOf(folders, store);
    return true;
  } catch (error) {
    if (error instanceof PlatformError && lost.includes(error.code)) return false;
    throw error;
  }
}
