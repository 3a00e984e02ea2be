import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { connect } from "#app/client";
import { openApiDocument } from "#pool/api";
import { ask, openRaw, ScriptedManagement, sendRaw, serveScripted } from "#test/management";
import type { ApiPorts } from "./ports.ts";
import { type ApiAddress, type ApiServer, serveApi } from "./server.ts";

function ports(): ApiPorts {
  return {
    management: new ScriptedManagement(),
    images: { has: () => false, put: async () => undefined },
    crashes: { open: async () => undefined },
    down: () => undefined,
    failed: () => undefined,
  };
}

function serve(address: ApiAddress): Promise<ApiServer> {
  return serveApi(ports(), address, { closeMs: 1 });
}

suite("server: where it listens", () => {
  // The path of a socket may have some hundred bytes, and no more.
  const folder = mkdtempSync(join(tmpdir().length <= 60 ? tmpdir() : "/tmp", "noos-listen-"));
  after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "noos.sock");
  const unix = { kind: "unix", path } as const;
  const loopback = { kind: "tcp", host: "127.0.0.1" } as const;
  const token = "0123456789abcdef";

  test("is a socket for its owner alone, which goes when it closes", async () => {
    const server = await serve(unix);
    const { mode } = statSync(path);
    assert.equal(mode & 0o777, 0o600);
    await server.close();
    assert.equal(statSync(path, { throwIfNoEntry: false }), undefined);
  });

  test("may be where a daemon that is gone has left its socket", async () => {
    const dead = join(folder, "dead.sock");
    const killed = `() => process.kill(process.pid, "SIGKILL")`;
    const code = `require("node:net").createServer().listen("${dead}", ${killed})`;
    spawnSync(process.execPath, ["-e", code]);
    assert.ok(statSync(dead).isSocket());
    const server = await serve({ kind: "unix", path: dead });
    assert.equal((await connect({ at: dead }).status()).pid, 4711);
    await server.close();
  });

  test("is not taken from somebody who listens there, nor is a file removed", async () => {
    const server = await serve(unix);
    await assert.rejects(serve(unix), { code: "LISTEN_FAILED", message: /somebody listens there/ });
    assert.equal((await connect({ at: path }).status()).pid, 4711);
    await server.close();
    writeFileSync(path, "mine");
    await assert.rejects(serve(unix), { code: "LISTEN_FAILED", message: /no socket/ });
    assert.ok(statSync(path).isFile());
    rmSync(path);
  });

  for (const [why, address, message] of [
    ["a folder that is not there", join(folder, "no", "noos.sock"), /its directory is not there/],
    ["a name that is too long", join(folder, "x".repeat(120)), /longer than 103 bytes/],
  ] as const) {
    test(`is not ${why}`, async () => {
      const listening = serve({ kind: "unix", path: address });
      await assert.rejects(listening, { code: "LISTEN_FAILED", message });
    });
  }

  test("is not a port that somebody has", async () => {
    const server = await serve({ ...loopback, port: 0, token });
    const again = serve({ ...loopback, port: server.port ?? 0, token });
    await assert.rejects(again, { code: "LISTEN_FAILED", message: /somebody listens there/ });
    await server.close();
  });

  test("is not TCP with a token that can be guessed", async () => {
    await assert.rejects(serve({ ...loopback, port: 0, token: "short" }), { code: "USAGE" });
  });

  test("is left in time, also by those who follow events and those who say nothing", async (t) => {
    const served = await serveScripted(t);
    const events = connect({ at: served.at }).events({ reconnectMs: 1 });
    const next = events.next();
    while (served.management.followers === 0) await new Promise(setImmediate);
    const silent = openRaw(served);
    await new Promise((resolve) => silent.once("connect", resolve));
    await served.server.close();
    await assert.rejects(next, { code: "DAEMON_UNREACHABLE" });
  });
});

suite("server: what it answers", () => {
  test("has a type and a length, and is not to be kept", async (t) => {
    const { head, body } = await sendRaw(await serveScripted(t), ask("GET /v1/status"));
    assert.match(head, /^content-type: application\/json$/m);
    assert.match(head, new RegExp(`^content-length: ${body.length}$`, "m"));
    assert.match(head, /^cache-control: no-store$/m);
  });

  test("as metrics is Prometheus' text", async (t) => {
    const { head, body } = await sendRaw(await serveScripted(t), ask("GET /metrics"));
    assert.match(head, /^content-type: text\/plain; version=0\.0\.4/m);
    assert.match(body, /^noos_process_ends_total\{app="shop",spec="worker",reason="trapped"\} 1$/m);
  });

  test("as its description is the document of the protocol", async (t) => {
    const { body } = await sendRaw(await serveScripted(t), ask("GET /v1/openapi.json"));
    assert.deepEqual(JSON.parse(body), JSON.parse(JSON.stringify(openApiDocument())));
  });

  test("never has the value of a secret, whatever was set", async (t) => {
    const served = await serveScripted(t);
    const client = connect({ at: served.at });
    await client.setSecret("shop", "KEY", "hunter2");
    const text = JSON.stringify([await client.secrets(), await client.status()]);
    assert.doesNotMatch(text, /hunter2/);
    const { status } = await sendRaw(served, ask("GET /v1/apps/shop/secrets/KEY"));
    assert.equal(status, 405);
  });
});
