import { parseDirectoryGrant, type DirectoryGrant } from "#core/sys";
import type { Life, ProcessOrder } from "#pool/host";
import { limitNumbers, type ProcessSpec } from "#pool/manifest";
import { assert } from "#core/base";
import type { DesiredApp } from "./desired.ts";

/** What an executor is told to start for one of a spec's processes. */
export function orderOf(
  { manifest, images, base }: DesiredApp,
  spec: ProcessSpec,
  instance: {
    readonly life: Life;
    readonly path: string;
    /** The value of a secret; throws where it has none. */
    readonly secret: (name: string) => string;
  },
): ProcessOrder {
  const { args, uses, limits } = spec;
  const image = images[spec.image];
  assert(image !== undefined, "what is wanted has all its images");
  const texts = new Map(manifest.config.map(({ name, value }) => [name, value]));
  return {
    life: instance.life,
    path: instance.path,
    image,
    args,
    env: Object.fromEntries([
      ...uses.env.map(({ name, value }) => [name, value] as const),
      ...uses.config.map((name) => [name, texts.get(name) ?? ""] as const),
      ...uses.secrets.map((name) => [name, instance.secret(name)] as const),
    ]),
    limits: limitNumbers(limits),
    directories: directoriesOf(spec, base),
    listen: uses.listen,
    connect: uses.connect,
  };
}

export function directoriesOf({ uses }: ProcessSpec, base: string): readonly DirectoryGrant[] {
  return uses.files.map((text) => directoryOf(text, base));
}

function directoryOf(text: string, base: string): DirectoryGrant {
  const grant = parseDirectoryGrant(text);
  assert(grant !== undefined, "a manifest was read with its grants");
  return { ...grant, host: absolute(grant.host, base) };
}

/** A path from a base, without `.` and `..`: what an executor may reach is compared as text. */
function absolute(path: string, base: string): string {
  const names: string[] = [];
  for (const name of `${path.startsWith("/") ? "" : base}/${path}`.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return `/${names.join("/")}`;
}
