import { setTimeout as sleep } from "node:timers/promises";
import { type Daemon, jsonValue, readOperands, withDaemon } from "#app/cli/ask";
import type { ParsedArguments, Terminal } from "#app/cli/command";
import {
  checkSecrets,
  deployRequest,
  identifyImages,
  type ImageSource,
  type ManifestFile,
  readManifestFile,
  uploadImages,
} from "#app/cli/app-file";
import { awaitRenewals, readCanary } from "#app/cli/deploy/renewal";
import { printable } from "#core/base";
import type { DeployAnswer, DeployRequest } from "#pool/api";
import { directoryProblems } from "#pool/manifest";
import { printLines } from "./print-lines.ts";
import { Progress } from "./progress.ts";
import { type Ending, reportEnding } from "./report.ts";
import { awaitUp, failedBefore } from "./await-up.ts";

/** `noos deploy [DIR|FILE]`. */
export async function deploy(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const [operand = "."] = readOperands(parsed, { command: "deploy", names: ["DIR|FILE?"] });
  const file = readManifestFile(operand);
  const isJson = parsed.flags.has("json");
  const isAwaited = !parsed.flags.has("no-wait");
  const canary = readCanary(parsed);
  const deploying = { isJson, isAwaited, canary, terminal };
  return withDaemon(parsed, (daemon) =>
    parsed.flags.has("promote")
      ? promote(daemon, file, terminal)
      : deployFile(daemon, file, deploying),
  );
}

/** Throws what `deploy` would for what is wrong with an app on this machine, without a daemon. */
export async function checkApp(operand: string): Promise<void> {
  const file = readManifestFile(operand);
  await identifyImages(file);
  const { whyNoDirectory } = await import("#adapters/node/directory");
  const problems = directoryProblems(file.manifest, file.base, whyNoDirectory);
  if (problems.length > 0) throw file.errorOf(problems);
}

interface Deploying {
  readonly isJson: boolean;
  readonly isAwaited: boolean;
  readonly canary: DeployRequest["canary"];
  readonly terminal: Terminal;
}

async function promote(
  daemon: Daemon,
  { manifest: { app } }: ManifestFile,
  terminal: Terminal,
): Promise<number> {
  await daemon.promote(app);
  terminal.out(`${printable(app)}: its new builds have all calls now\n`);
  return 0;
}

/** Makes an app what its file says, and waits until it is. */
async function deployFile(
  daemon: Daemon,
  file: ManifestFile,
  { isJson, isAwaited, canary, terminal }: Deploying,
): Promise<number> {
  using progress = new Progress(terminal);
  // Before anything is uploaded: what is refused is refused as a whole.
  await checkSecrets(daemon, file.manifest);
  const images = await identifyImages(file);
  await checkDirectories(daemon, file, images);
  await uploadImages(daemon, file, { images, progress });
  const { app } = file.manifest;
  const before = isAwaited ? await failedBefore(daemon, app) : undefined;
  const answer = await daemon.deploy(deployRequest(file, images, canary));
  if (!isJson) printLines(answer.plan.text, terminal);
  const waiting = { progress, nowMs: () => performance.now(), wait: sleep };
  const ending: Ending =
    before === undefined
      ? { kind: "begun" }
      : await awaitAll(daemon, answer, { app, before, ...waiting });
  progress.clear();
  if (isJson) terminal.out(jsonValue({ ...answer, ending }));
  return reportEnding(app, ending, { isJson, terminal });
}

/** Until the app is up, and its new builds serve or do not. */
async function awaitAll(
  daemon: Daemon,
  { revision }: DeployAnswer,
  { app, ...waiting }: Parameters<typeof awaitUp>[2] & { readonly app: string },
): Promise<Ending> {
  const ending = await awaitUp(daemon, app, waiting);
  if (ending.kind !== "up") return ending;
  const renewals = await awaitRenewals(daemon, app, { revision, ...waiting });
  const reverted = renewals.filter(({ renewal }) => renewal.state === "reverted");
  return reverted.length === 0 ? { ...ending, renewals } : { kind: "reverted", renewals: reverted };
}

/** A plan is refused for directories that are not there: only the daemon knows its machine's. */
async function checkDirectories(
  daemon: Pick<Daemon, "plan">,
  file: ManifestFile,
  images: readonly ImageSource[],
): Promise<void> {
  const isAny = file.manifest.processes.some(({ uses }) => uses.files.length > 0);
  if (isAny) await daemon.plan(deployRequest(file, images));
}
