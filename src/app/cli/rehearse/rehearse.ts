import {
  deployRequest,
  identifyImages,
  identifyNamed,
  readManifestFile,
  uploadImages,
  uploadNamed,
} from "#app/cli/app-file";
import { type Daemon, findPath, jsonValue, readOperands, withDaemon } from "#app/cli/ask";
import type { ParsedArguments, Terminal } from "#app/cli/command";
import { PlatformError } from "#core/sys";
import type { RehearsalRequest } from "#pool/api";
import { reportRehearsal, statusOf } from "./report.ts";

/** `noos rehearse PATH [IMAGE]`. */
export async function rehearse(parsed: ParsedArguments, terminal: Terminal): Promise<number> {
  const names = ["PATH", "IMAGE?"];
  const [typed = "", image] = readOperands(parsed, { command: "rehearse", names });
  const [app] = parsed.flags.get("app") ?? [];
  if (image !== undefined && app !== undefined) throw twoBuilds(image);
  return withDaemon(parsed, async (daemon) => {
    const { path, spec } = await findServing(daemon, typed);
    const progress = {
      show: () => undefined,
      say: (text: string) => terminal.err(`${text}\n`),
    };
    const request =
      image === undefined
        ? await requestOfApp(daemon, { app: app ?? ".", spec, progress })
        : await requestOfImage(daemon, { image, progress });
    const report = await daemon.rehearse(path, request);
    if (parsed.flags.has("json")) terminal.out(jsonValue({ path, ...report }));
    else reportRehearsal(path, report, terminal);
    return statusOf(report);
  });
}

function twoBuilds(image: string): PlatformError {
  return new PlatformError(`cannot rehearse with "${image}" and with an app file at a time`, {
    code: "USAGE",
    hint: "noos rehearse PATH IMAGE, or noos rehearse PATH --app DIR",
  });
}

type Progress = Parameters<typeof uploadNamed>[1]["progress"];

async function findServing(
  daemon: Daemon,
  typed: string,
): Promise<{ readonly path: string; readonly spec: string }> {
  const views = (await daemon.processes()).filter(({ serving }) => serving !== undefined);
  const paths = views.map(({ path }) => path);
  const path = findPath(paths, { typed, deed: "rehearse", what: "process that serves" });
  return { path, spec: views.find((view) => view.path === path)?.spec ?? "" };
}

async function requestOfImage(
  daemon: Daemon,
  { image, progress }: { readonly image: string; readonly progress: Progress },
): Promise<RehearsalRequest> {
  const source = await identifyNamed(image);
  await uploadNamed(daemon, { images: [source], progress });
  return { image: source.digest };
}

/** All images are made, as for a deploy; of them only the one that is rehearsed is uploaded. */
async function requestOfApp(
  daemon: Daemon,
  {
    app,
    spec,
    progress,
  }: { readonly app: string; readonly spec: string; readonly progress: Progress },
): Promise<RehearsalRequest> {
  const file = readManifestFile(app);
  const images = await identifyImages(file);
  const wanted = file.manifest.processes.find(({ name }) => name === spec)?.image;
  const needed = images.filter(({ name }) => name === wanted);
  await uploadImages(daemon, file, { images: needed, progress });
  return { app: deployRequest(file, images) };
}
