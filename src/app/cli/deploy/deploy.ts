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
  return withDaemon(parsed, (daemon) => deployFile(daemon, file, { isJson, isAwaited, terminal }));
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
  readonly terminal: Terminal;
}

/** Makes an app what its file says, and waits until it is. */
async function deployFile(
  daemon: Daemon,
  file: ManifestFile,
  { isJson, isAwaited, terminal }: Deploying,
): Promise<number> {
  using progress = new Progress(terminal);
  // Before anything is uploaded: what is refused is refused as a whole.
  await checkSecrets(daemon, file.manifest);
  const images = await identifyImages(file);
  await checkDirectories(daemon, file, images);
  await uploadImages(daemon, file, { images, progress });
  const { app } = file.manifest;
  const before = isAwaited ? await failedBefore(daemon, app) : undefined;
  const answer = await daemon.deploy(deployRequest(file, images));
  if (!isJson) printLines(answer.plan.text, terminal);
  const waiting = { progress, nowMs: () => performance.now(), wait: sleep };
  const ending: Ending =
    before === undefined ? { kind: "begun" } : await awaitUp(daemon, app, { before, ...waiting });
  progress.clear();
  if (isJson) terminal.out(jsonValue({ ...answer, ending }));
  return reportEnding(app, ending, { isJson, terminal });
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
