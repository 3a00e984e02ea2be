/**
 * Makes sure that the machine has what the tests need, before they run: `node tools/toolchain.ts`,
 * and `npm test` by itself. Debian packages come through apt when we are root, sources and built
 * programs into the cache folder. What cannot be had is named, with the command that would get it;
 * the tests that need it are skipped, and say so. Every step is bounded in time.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { formatSeconds, runCommand } from "./command.ts";
import { Apt, type Problem, canInstallPackages } from "./toolchain-apt.ts";
import {
  type Need,
  type NeedName,
  howToGet,
  isKnownDebian,
  isPresent,
  needs,
  toolchainFolder,
} from "./toolchain-needs.ts";

export { type NeedName, fileOf, filesOf, toolchainFolder, whyMissing } from "./toolchain-needs.ts";

const npmTimeLimitMs = 120_000;
const npmFlags: readonly string[] = [
  "--no-save",
  "--no-package-lock",
  "--ignore-scripts",
  "--no-audit",
  "--no-fund",
  "--fetch-retries=1",
];

type Kind = Need["origin"]["kind"];

/**
 * Gets what is missing and makes the programs that the tests run. Never throws for something that
 * cannot be had.
 */
export async function prepareToolchain(): Promise<void> {
  await getMissing(needs);
  // Loaded here, because it asks this module for the compilers.
  const { makePrograms } = await import("#test/programs");
  for (const line of await makePrograms()) console.log(`toolchain: ${line}`);
}

/** Gets what is missing of these. Never throws for something that cannot be had. */
export async function getToolchain(names: readonly NeedName[]): Promise<void> {
  await getMissing(needs.filter(({ name }) => names.includes(name)));
}

async function getMissing(wanted: readonly Need[]): Promise<void> {
  const missing = wanted.filter((need) => !isPresent(need));
  if (missing.length === 0) return;
  const startedAt = performance.now();
  console.log(`toolchain: getting ${missing.map(({ about }) => about).join(", ")}`);
  await mkdir(toolchainFolder, { recursive: true });
  await Promise.all([getThroughApt(missing), getThroughNpm(missing)]);
  const still = missing.filter((need) => !isPresent(need));
  const time = formatSeconds(performance.now() - startedAt);
  console.log(`toolchain: ${missing.length - still.length} of ${missing.length} in ${time}`);
  for (const need of still) {
    console.log(`toolchain: no ${need.about}; what needs it is left out (${howToGet(need)})`);
  }
}

async function getThroughApt(missing: readonly Need[]): Promise<void> {
  const packages = missing.flatMap(({ origin }) =>
    origin.kind === "packages" ? origin.packages : [],
  );
  const sources = missing.flatMap(({ origin }) =>
    origin.kind === "source" ? [origin.sourcePackage] : [],
  );
  if (packages.length + sources.length === 0) return;
  if (!isKnownDebian()) {
    report("packages", "only those of Debian 12 (bookworm) are known");
    return;
  }
  const apt = new Apt();
  try {
    const problem = await apt.open();
    if (problem !== undefined) {
      report("packages", problem);
      return;
    }
    await installPackages(apt, packages);
    if (sources.length > 0) {
      report("source", await apt.fetchSources(sources, join(toolchainFolder, "sources")));
    }
  } finally {
    await apt.close();
  }
}

async function installPackages(apt: Apt, packages: readonly string[]): Promise<void> {
  if (packages.length === 0) return;
  if (!canInstallPackages()) {
    report("packages", "only root can install them");
    return;
  }
  report("packages", await apt.install([...new Set(packages)]));
}

async function getThroughNpm(missing: readonly Need[]): Promise<void> {
  for (const { origin } of missing) {
    if (origin.kind !== "npm") continue;
    const folder = join(toolchainFolder, origin.folder);
    await mkdir(folder, { recursive: true });
    const argv = [
      "npm",
      "install",
      "--prefix",
      folder,
      ...npmFlags,
      ...origin.npmPackages,
    ] as const;
    const result = await runCommand(argv, { timeLimitMs: npmTimeLimitMs });
    const [problem] = result.output.split("\n").filter((line) => line.startsWith("npm error "));
    report("npm", result.status === 0 ? undefined : (problem ?? result.output.trim()));
  }
}

function report(kind: Kind, problem: Problem): void {
  if (problem !== undefined) console.log(`toolchain: ${kind}: ${problem}`);
}

// Not awaited: what it loads on the way imports this module and would wait for it.
if (import.meta.main) void prepareToolchain();
