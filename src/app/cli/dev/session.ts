import type { Daemon } from "#app/cli/ask";
import {
  checkSecrets,
  deployRequest,
  type ManifestFile,
  readManifestFile,
  uploadImages,
} from "#app/cli/app-file";
import { problemText, type Terminal } from "#app/cli/command";
import { printable } from "#core/base";
import { PlatformError } from "#core/sys";
import type { DeployRequest } from "#pool/api";
import { type Build, Builds } from "./builds.ts";

/** What is asked of a daemon to have an app follow its sources. */
type DeployDaemon = Pick<Daemon, "deploy" | "hasImage" | "putImage" | "secrets">;

/** An app, deployed as its sources are, and again when they have changed. */
export class Session {
  readonly #daemon: DeployDaemon;
  readonly #operand: string;
  readonly #terminal: Terminal;
  readonly #builds: Builds;
  #file: ManifestFile | undefined = undefined;
  #app: string | undefined = undefined;
  #deployed: DeployRequest | undefined = undefined;
  /** What has changed, and was not built for want of an app file that can be read. */
  #changed = new Set<string>();
  /** What is wrong at the moment, as it was shown. */
  #shown: ReadonlySet<string> = new Set();
  #isRefused = false;

  /** The app of `operand`; if it is one `toStay`, it is there when nobody works on it any more. */
  constructor(
    daemon: DeployDaemon,
    terminal: Terminal,
    { operand, toStay }: { readonly operand: string; readonly toStay: ReadonlySet<string> },
  ) {
    this.#daemon = daemon;
    this.#operand = operand;
    this.#terminal = terminal;
    this.#builds = new Builds(toStay);
  }

  /** The app file as it was read last; `undefined` before it could be read. */
  get file(): ManifestFile | undefined {
    return this.#file;
  }

  /** The app that was deployed, if any was. */
  get app(): string | undefined {
    return this.#app;
  }

  /** What it is made of, as absolute paths; the app file itself is not among them. */
  get madeOf(): readonly string[] {
    return this.#builds.madeOf;
  }

  /** Whether all of it is as it should be. */
  get isSound(): boolean {
    return !this.#isRefused && this.#builds.areAllSound;
  }

  /** Has the app follow what changed. What is wrong is shown, and mended by a later change. */
  async follow(changed: ReadonlySet<string>): Promise<void> {
    const beganMs = performance.now();
    const problems: PlatformError[] = [];
    this.#isRefused = false;
    this.#changed = this.#changed.union(changed);
    try {
      const file = readManifestFile(this.#operand);
      this.#file = file;
      const builds = await this.#builds.update(file, this.#changed);
      this.#changed.clear();
      problems.push(...builds.flatMap(({ problem }) => problem ?? []));
      await this.#deploy(file, builds, beganMs);
    } catch (problem) {
      if (!(problem instanceof PlatformError)) throw problem;
      this.#isRefused = true;
      problems.push(problem);
    }
    this.#show(problems);
  }

  async #deploy(file: ManifestFile, builds: readonly Build[], beganMs: number): Promise<void> {
    const images = builds.map(({ image }) => image);
    const request = deployRequest(file, images);
    if (JSON.stringify(request) === JSON.stringify(this.#deployed)) return;
    await checkSecrets(this.#daemon, file.manifest);
    await uploadImages(this.#daemon, file, { images, progress: silent });
    const { revision } = await this.#daemon.deploy(request);
    const before = this.#deployed;
    this.#deployed = request;
    this.#app = file.manifest.app;
    const made = builds.filter(({ image: { name, digest }, problem }) => {
      return problem === undefined && before?.images[name] !== digest;
    });
    const names = made.map(({ image }) => image.name).join(", ");
    // What stands in for a mistake is deployed too; who made it is told of the mistake.
    if (names === "" && builds.some(({ problem }) => problem !== undefined)) return;
    const took = `${Math.round(performance.now() - beganMs)} ms`;
    this.#say(`deployed ${names === "" ? file.name : names} in ${took}, revision ${revision}`);
  }

  /** Each problem when it comes up, and once that there is none any more. */
  #show(problems: readonly PlatformError[]): void {
    const texts = new Set(problems.map(problemText));
    for (const text of texts) if (!this.#shown.has(text)) this.#terminal.err(text);
    if (texts.size === 0 && this.#shown.size > 0) this.#say("mended");
    this.#shown = texts;
  }

  #say(line: string): void {
    this.#terminal.err(`noos: ${printable(line)}\n`);
  }
}

const silent = { show: () => undefined, say: () => undefined };
