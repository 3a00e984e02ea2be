import { PlatformError } from "#core/sys";
import type { DeployRequest } from "#pool/api";
import type { Calendar } from "#pool/host";
import {
  directoryProblems,
  imageField,
  type Manifest,
  manifestBounds,
  type ParsedManifest,
  parseManifest,
} from "#pool/manifest";
import { parseSchedule } from "#pool/schedule";
import type { DesiredApp } from "./desired-app.ts";

/** What there is on the machine of what an app needs. */
export interface Present {
  readonly hasImage: (digest: string) => boolean;
  /** Why a directory cannot be granted, as `which is not there`; `undefined` where it can. */
  readonly whyNoDirectory: (path: string) => string | undefined;
  /** Knows which times there are, and which zones. */
  readonly calendar: Calendar;
}

/**
 * What a deploy wants. Throws `MANIFEST_INVALID` for what the text says and for directories that
 * are not here, `IMAGE_UNKNOWN` for an image that is not: it was not uploaded, or is gone since it
 * was planned.
 */
export function readRequest(
  { manifest: content, file, base, images }: DeployRequest,
  { hasImage, whyNoDirectory, calendar }: Present,
): DesiredApp {
  const parsed = parseManifest({ name: file, content });
  const { manifest } = parsed;
  checkSchedules(parsed, calendar);
  for (const { name, image, isScript } of manifest.processes) {
    const digest = Object.hasOwn(images, image) ? images[image] : undefined;
    if (digest === undefined) {
      throw parsed.errorAt(["processes", name, imageField({ isScript })], {
        found: `"${image}", whose content did not come with it`,
        expected: "an image that was uploaded",
      });
    }
    if (!hasImage(digest)) throw imageUnknown(name, image);
  }
  const problems = directoryProblems(manifest, base, whyNoDirectory);
  if (problems.length > 0) throw parsed.errorOf(problems);
  const used = new Set(manifest.processes.map(({ image }) => image));
  const kept = Object.entries(images).filter(([name]) => used.has(name));
  return { manifest, base, images: Object.fromEntries(kept) };
}

/** Which times there are, and which zones, the calendar of this machine knows. */
function checkSchedules(parsed: ParsedManifest, calendar: Calendar): void {
  for (const { name, schedule } of parsed.manifest.processes) {
    if (schedule === undefined) continue;
    try {
      parseSchedule(schedule, calendar);
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      const field = schedule.cron === undefined ? "every" : "cron";
      throw parsed.errorAt(["processes", name, field], {
        found: error.message.replace(/^cannot read the schedule /, ""),
        expected: "times that come",
      });
    }
  }
}

function imageUnknown(name: string, image: string): PlatformError {
  return new PlatformError(`the image "${image}" of "${name}" is not here`, {
    code: "IMAGE_UNKNOWN",
    hint: "deploy again: it is uploaded first",
  });
}

/** A manifest with another count for one spec. Throws `CHILD_UNKNOWN`, `REQUEST_INVALID`. */
export function readScale(manifest: Manifest, name: string, count: number): Manifest {
  const { countMax } = manifestBounds;
  if (!manifest.processes.some((spec) => spec.name === name)) {
    throw new PlatformError(`"${manifest.app}" has no processes called "${name}"`, {
      code: "CHILD_UNKNOWN",
      hint: `it has ${manifest.processes.map((spec) => spec.name).join(", ")}`,
    });
  }
  if (!Number.isInteger(count) || count < 0 || count > countMax) {
    throw new PlatformError(`cannot run ${count} of "${name}": it goes from 0 to ${countMax}`, {
      code: "REQUEST_INVALID",
      hint: "give a whole number in that range",
    });
  }
  const processes = manifest.processes.map((spec) =>
    spec.name === name ? { ...spec, count } : spec,
  );
  const sum = processes.reduce((all, spec) => all + spec.count, 0);
  if (sum > countMax) {
    throw new PlatformError(`cannot run ${count} of "${name}": the app would have ${sum} in all`, {
      code: "REQUEST_INVALID",
      hint: `an app has at most ${countMax} processes`,
    });
  }
  return { ...manifest, processes };
}
