/**
 * Debian packages and Debian sources, through apt. The system's own list of archives is read, never
 * changed: what it lacks (backports, sources) is derived from it into a list of our own, which
 * lives in the cache folder for as long as it is needed.
 */
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CommandResult, runCommand } from "./command.ts";
import { toolchainFolder } from "./toolchain-needs.ts";

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
const suite = "bookworm";
const second = 1000;

/** One line of the system's list of archives; everything wanted is in the component `main`. */
interface Archive {
  readonly url: string;
  readonly release: string;
}

/** A word on what went wrong; undefined if all went well. */
export type Problem = string | undefined;

export function canInstallPackages(): boolean {
  return process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
}

export class Apt {
  readonly #folder: string = join(toolchainFolder, "apt");

  /** Reads the archives' indexes. Everything else expects that this went well. */
  async open(): Promise<Problem> {
    const archives = await readArchives();
    if (typeof archives === "string") return archives;
    await mkdir(join(this.#folder, "lists", "partial"), { recursive: true });
    await writeFile(join(this.#folder, "sources.list"), formatArchives(archives));
    return problemOf(await this.#run(["update"], 120 * second));
  }

  async install(packages: readonly string[]): Promise<Problem> {
    const args = ["install", "--yes", "--no-install-recommends", ...packages];
    return problemOf(await this.#run(args, 300 * second));
  }

  /** Puts the archives of source packages into `folder`; apt checks them against signed indexes. */
  async fetchSources(packages: readonly string[], folder: string): Promise<Problem> {
    await mkdir(folder, { recursive: true });
    const args = ["source", "--download-only", ...packages];
    return problemOf(await this.#run(args, 120 * second, folder));
  }

  /** Removes the indexes, which are large and soon out of date. */
  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #run(args: readonly string[], timeLimitMs: number, cwd?: string): Promise<CommandResult> {
    const options: Readonly<Record<string, string>> = {
      "Dir::Etc::SourceList": join(this.#folder, "sources.list"),
      "Dir::Etc::SourceParts": "/dev/null",
      "Dir::State::Lists": join(this.#folder, "lists"),
      // Kept in memory: on disk they are the system's, and made from the system's list.
      "Dir::Cache::pkgcache": "",
      "Dir::Cache::srcpkgcache": "",
      // The user that apt downloads as may not be allowed into a home folder.
      "APT::Sandbox::User": "root",
      "Acquire::Retries": "2",
      "Acquire::http::Timeout": "20",
      "Acquire::Languages": "none",
      "DPkg::Lock::Timeout": "60",
    };
    const flags = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
    return runCommand(["apt-get", "-qq", ...flags, ...args], {
      env: { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C.UTF-8" },
      timeLimitMs,
      ...(cwd === undefined ? {} : { cwd }),
    });
  }
}

async function readArchives(): Promise<readonly Archive[] | string> {
  // What an update would fetch is known from the list alone, when there are no indexes yet as well.
  const listed = await runCommand(["apt-get", "--print-uris", "update"], {
    timeLimitMs: 20 * second,
  });
  if (listed.status !== 0) return `the list of archives cannot be read: ${lastLines(listed)}`;
  const archives = parseArchives(listed.output);
  const isKnown = archives.some(({ release }) => release === suite);
  return isKnown ? archives : `no archive of Debian ${suite} is configured`;
}

/** Lines of `'URL/dists/RELEASE/InRelease' FILE SIZE`. */
export function parseArchives(listing: string): readonly Archive[] {
  return [...listing.matchAll(/^'(\S+)\/dists\/(\S+)\/InRelease'/gm)]
    .map(([, url = "", release = ""]) => ({ url, release }))
    .filter(({ release }) => release.startsWith(suite));
}

/** The same archives, and of the main one its backports and its sources. */
export function formatArchives(archives: readonly Archive[]): string {
  const line = (kind: string, { url, release }: Archive): string =>
    `${kind} [signed-by=${keyring}] ${url} ${release} main\n`;
  const main = archives.filter(({ release }) => release === suite);
  return [
    ...archives.map((archive) => line("deb", archive)),
    ...main.map((archive) => line("deb", { ...archive, release: `${suite}-backports` })),
    ...main.map((archive) => line("deb-src", archive)),
  ].join("");
}

function problemOf(result: CommandResult): Problem {
  return result.status === 0 ? undefined : lastLines(result);
}

function lastLines({ output }: CommandResult): string {
  const lines = output.trim().split("\n");
  return lines.slice(-3).join(" / ");
}
