import { resolve, sep } from "node:path";
import {
  type ImageSource,
  imagesOf,
  type ManifestFile,
  sourceOf,
  type WantedImage,
} from "#app/cli/app-file";
import { problemText } from "#app/cli/command";
import { ScriptUnsound } from "#app/script";
import { PlatformError } from "#core/sys";
import { standInFor } from "./stand-in.ts";

/** An image of the app as it is now, or what stands in for it and why. */
export interface Build {
  readonly image: ImageSource;
  readonly problem: PlatformError | undefined;
  /** Whether whoever asks is told what goes wrong in it. */
  readonly tellsErrors: boolean;
}

/** The images of an app, each made anew only when something it is made of has changed. */
export class Builds {
  readonly #toStay: ReadonlySet<string>;
  readonly #known = new Map<string, Build>();

  /** Apps of these names stay as they were built last: they tell nobody of their errors. */
  constructor(toStay: ReadonlySet<string>) {
    this.#toStay = toStay;
  }

  /** What the images are made of, as absolute paths. */
  get madeOf(): readonly string[] {
    return [...this.#known.values()].flatMap(({ image }) => image.madeOf);
  }

  get areAllSound(): boolean {
    return [...this.#known.values()].every(({ problem }) => problem === undefined);
  }

  /** All images of an app, after these paths have changed. */
  async update(file: ManifestFile, changed: ReadonlySet<string>): Promise<readonly Build[]> {
    const builds: Build[] = [];
    for (const wanted of imagesOf(file.manifest)) {
      const known = this.#known.get(wanted.image);
      const tellsErrors = !this.#toStay.has(file.manifest.app) && isServing(file, wanted);
      const isAlike = known?.problem === undefined && known?.tellsErrors === tellsErrors;
      const isFresh = isAlike && !isTouched(known, changed);
      builds.push(isFresh ? known : await make(file, wanted, { known, tellsErrors }));
    }
    this.#known.clear();
    for (const build of builds) this.#known.set(build.image.name, build);
    return builds;
  }
}

function isTouched({ image }: Build, changed: ReadonlySet<string>): boolean {
  const isIn = (path: string): boolean =>
    image.madeOf.some((part) => part === path || path.startsWith(part + sep));
  return [...changed].some(isIn);
}

async function make(
  file: ManifestFile,
  wanted: WantedImage,
  { known, tellsErrors }: { readonly known: Build | undefined; readonly tellsErrors: boolean },
): Promise<Build> {
  try {
    const image = await sourceOf(file, wanted, { tellsErrors });
    return { image, problem: undefined, tellsErrors };
  } catch (problem) {
    if (!(problem instanceof PlatformError)) throw problem;
    const madeOf = [resolve(file.base, wanted.image), ...partsOf(problem, known)];
    const image = isServing(file, wanted) ? undefined : known?.image;
    const why = problemText(problem);
    const source = { ...(image ?? (await standInFor(wanted.image, why))), madeOf };
    return { image: source, problem, tellsErrors };
  }
}

/**
 * Whoever asks it is told what is wrong; of any other, what was sound goes on. So does what is
 * summoned without anybody who asks: messages would use up their attempts on a mistake.
 */
function isServing({ manifest }: ManifestFile, { image }: WantedImage): boolean {
  return manifest.processes.some(({ serve, consume, schedule, image: its }) => {
    const isSummoned = consume !== undefined || schedule !== undefined;
    return its === image && serve !== undefined && (!isSummoned || serve.routes.length > 0);
  });
}

/** Of a script what was looked at; of anything else what it was made of when it was sound. */
function partsOf(problem: PlatformError, known: Build | undefined): readonly string[] {
  return problem instanceof ScriptUnsound ? problem.sources : (known?.image.madeOf ?? []);
}
