import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type ApiBounds, type ApiPorts, type ApiServer, serveApi } from "#app/api";
import { ScriptedManagement } from "./scripted-management.ts";

export interface Served {
  readonly management: ScriptedManagement;
  readonly images: Map<string, Uint8Array>;
  /** Of crashes, by their names. */
  readonly recordings: Map<string, Uint8Array>;
  readonly server: ApiServer;
  /** As `connect` takes it. */
  readonly at: string;
  /** Of the Unix socket; empty where it is TCP. */
  readonly path: string;
  readonly folder: string;
  /** How often it was to end, and what it met that was a bug. */
  readonly seen: { downs: number; failures: unknown[] };
}

/** The path of a socket may have some hundred bytes, and no more. */
const scratchRoot = tmpdir().length <= 60 ? tmpdir() : "/tmp";

/** Serves a scripted daemon in a folder of its own, until the test is over. */
export async function serveScripted(
  context: TestContext,
  { bounds = {}, token }: { readonly bounds?: Partial<ApiBounds>; readonly token?: string } = {},
): Promise<Served> {
  const folder = mkdtempSync(join(scratchRoot, "noos-api-"));
  const management = new ScriptedManagement();
  const images = new Map<string, Uint8Array>();
  const recordings = new Map<string, Uint8Array>([["shop-worker.1-3", Buffer.from("recording")]]);
  const seen: Served["seen"] = { downs: 0, failures: [] };
  const ports: ApiPorts = {
    management,
    images: {
      has: (digest) => images.has(digest),
      async put(digest, bytes) {
        const chunks = await Array.fromAsync(bytes);
        images.set(digest, Buffer.concat(chunks));
      },
    },
    crashes: {
      async open(id) {
        const bytes = recordings.get(id);
        if (bytes === undefined) return undefined;
        const parts = [bytes.subarray(0, 6), bytes.subarray(6)];
        return { sizeBytes: bytes.length, bytes: ReadableStream.from(parts) };
      },
    },
    down: () => (seen.downs += 1),
    failed: (error) => seen.failures.push(error),
  };
  const path = token === undefined ? join(folder, "noos.sock") : "";
  const address =
    token === undefined
      ? ({ kind: "unix", path } as const)
      : ({ kind: "tcp", host: "127.0.0.1", port: 0, token } as const);
  const server = await serveApi(ports, address, { closeMs: 1, ...bounds });
  context.after(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const at = token === undefined ? `unix:${path}` : `127.0.0.1:${server.port}`;
  return { management, images, recordings, server, at, path, folder, seen };
}
