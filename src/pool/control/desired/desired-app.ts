import type { StoreChange, StoreEntry } from "#pool/host";
import type { Manifest } from "#pool/manifest";
import type { Hold } from "./holds.ts";

/** What is wanted of one app: all that brings it back when the daemon does. */
export interface DesiredApp {
  readonly manifest: Manifest;
  /** Relative directories of the manifest start from here. */
  readonly base: string;
  /** The digest of each image, by the name the manifest has for it. */
  readonly images: Readonly<Record<string, string>>;
  /** By name, the specs that serve by what they did before what is wanted was reverted. */
  readonly holds?: Readonly<Record<string, Hold>>;
}

const appPrefix = "app/";
const secretPrefix = "secret/";

/** A secret as it is kept: sealed. */
export interface KeptSecret {
  readonly sealed: string;
  /** ISO 8601. */
  readonly setAt: string;
}

/** Where things are in the store. */
export const keys: Readonly<{
  apps: string;
  app: (name: string) => string;
  secrets: (app?: string) => string;
  secret: (app: string, name: string) => string;
}> = {
  apps: appPrefix,
  app: (name: string): string => `${appPrefix}${name}`,
  secrets: (app?: string): string => (app === undefined ? secretPrefix : `${secretPrefix}${app}/`),
  secret: (app: string, name: string): string => `${secretPrefix}${app}/${name}`,
};

export function encodeDesired(name: string, desired: DesiredApp): StoreChange {
  return { key: keys.app(name), value: JSON.stringify(desired) };
}

export function decodeDesired({ value }: StoreEntry): DesiredApp {
  const desired = JSON.parse(value) as DesiredApp;
  const { manifest } = desired;
  // Builds before queues kept none.
  const queues = (manifest as Partial<Manifest>).queues ?? [];
  return { ...desired, manifest: { ...manifest, queues } };
}

/** App and name of a secret's key. */
export function secretOf(key: string): { readonly app: string; readonly name: string } {
  const [, app = "", name = ""] = key.split("/");
  return { app, name };
}
