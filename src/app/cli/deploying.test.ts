import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { suite, test, type TestContext } from "node:test";
import { packImage } from "#app/image";
import { PlatformError } from "#core/sys";
import type { ProcessView, StatusView } from "#pool/api";
import { type Served, serveScripted } from "#test/management";
import { scriptedTerminal } from "#test/terminal";
import { ensureBuilt } from "#tools/build";
import { dispatch } from "./dispatch.ts";

const moduleBytes = Buffer.from("\0asm\u0001\0\0\0");

const manifest = `app: shop
processes:
  worker: { image: ./worker.wasm, count: 2, uses: { secrets: [DB_PASSWORD] } }
  api: { image: ./api }
`;

const files = {
  "noos.yaml": manifest,
  "worker.wasm": moduleBytes,
  "api/program.wasm": moduleBytes,
  "api/root/index.html": "<p>",
};

interface Said {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

interface Stage extends Served {
  /** Where the app's file is. */
  readonly app: string;
  readonly noos: (...words: readonly string[]) => Promise<Said>;
}

/** An app in a folder, before a daemon that a test scripts. */
async function stage(
  context: TestContext,
  content: Readonly<Record<string, string | Uint8Array>> = files,
): Promise<Stage> {
  const served = await serveScripted(context);
  const app = mkdtempSync(join(tmpdir(), "noos-deploy-"));
  context.after(() => rmSync(app, { recursive: true }));
  for (const [name, bytes] of Object.entries(content)) {
    mkdirSync(dirname(join(app, name)), { recursive: true });
    writeFileSync(join(app, name), bytes);
  }
  served.management.answers.status = running(served.management.answers.status);
  const noos: Stage["noos"] = async (...words) => {
    const terminal = scriptedTerminal();
    const status = await dispatch([...words, "--at", served.at], terminal);
    return { status, ...terminal.written };
  };
  return { ...served, app, noos };
}

function running(status: StatusView): StatusView {
  const [app] = status.apps;
  assert.ok(app);
  return { ...status, apps: [{ ...app, wanted: 3, running: 3, waiting: 0 }] };
}

function digest(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

suite("noos deploy", () => {
  test("uploads what the daemon lacks, deploys, and waits until it is up", async (context) => {
    const { noos, app, management, images } = await stage(context);
    const said = await noos("deploy", app);
    assert.equal(said.status, 0, said.err);
    assert.match(said.out, /^\+ worker ×3\nshop is up after \d.*; processes running: 3\n$/);
    assert.equal(said.err, "uploaded ./worker.wasm, 8 B\nuploaded ./api, 3.5 KiB\n");
    const packed = await packImage(join(app, "api"));
    assert.deepEqual(new Set(images.keys()), new Set([digest(moduleBytes), digest(packed)]));
    const [, request] = management.asked.find(([name]) => name === "deploy") ?? [];
    assert.deepEqual(request, {
      manifest,
      file: join(app, "noos.yaml"),
      base: app,
      images: { "./worker.wasm": digest(moduleBytes), "./api": digest(packed) },
    });
  });

  test("builds a script, which is the same image where it was built before", async (context) => {
    await ensureBuilt();
    const web = `export default { fetch: () => new Response("x") };`;
    const yaml = "app: shop\nprocesses: { web: { source: ./web.ts, serve: / } }\n";
    const { noos, app, images } = await stage(context, { "noos.yaml": yaml, "web.ts": web });
    const said = await noos("deploy", app);
    assert.equal(said.status, 0, said.err);
    assert.match(said.err, /^uploaded \.\/web\.ts, [\d.]+ MiB\n$/);
    const terminal = scriptedTerminal();
    const words = ["build", join(app, "web.ts"), "-o", join(app, "web"), "--json"];
    assert.equal(await dispatch(words, terminal), 0, terminal.written.err);
    const packed = await packImage(join(app, "web"));
    assert.deepEqual([...images.keys()], [digest(packed)]);
    assert.equal(JSON.parse(terminal.written.out).digest, digest(packed));
  });

  test("uploads nothing that is there", async (context) => {
    const { noos, app } = await stage(context);
    await noos("deploy", "--no-wait", app);
    const again = await noos("deploy", "--no-wait", join(app, "noos.yaml"));
    assert.equal(again.status, 0);
    assert.equal(again.err, "");
  });

  test("does not wait on request", async (context) => {
    const { noos, app, management } = await stage(context);
    const { out, status } = await noos("deploy", "--no-wait", app);
    assert.equal(status, 0);
    assert.match(out, /\nshop is deployed; noos ps shop says how it stands\n$/);
    assert.ok(!management.asked.some(([name]) => name === "status"));
  });

  test("tells a program all of it as JSON", async (context) => {
    const { noos, app, management } = await stage(context);
    const { out } = await noos("deploy", "--json", app);
    const { plan, revision, ending } = JSON.parse(out);
    assert.deepEqual(plan, management.answers.plan);
    assert.deepEqual([revision, ending.kind, ending.running], [8, "up", 3]);
  });

  const ends = [
    [{ lastEnd: "exited(1)" }, "noos output shop/worker.2"],
    [{ lastEnd: "refused(no d)", lastEndHint: "create d" }, "create d"],
  ] as const;
  for (const [end, next] of ends) {
    test(`says what does not stay up (${end.lastEnd}), and answers 1`, async (context) => {
      const { noos, app, management } = await stage(context);
      const status = management.answers.status;
      let restarts = 0;
      // Each look finds it waiting, once more restarted.
      Object.defineProperty(management.answers, "processes", {
        get: (): readonly ProcessView[] => {
          restarts += 1;
          const path = "shop/worker.2";
          const view = { path, kind: "process", state: "waiting", restarts } as const;
          return [{ ...view, ...end }];
        },
      });
      const [shop] = status.apps;
      assert.ok(shop);
      management.answers.status = { ...status, apps: [{ ...shop, running: 2, waiting: 1 }] };
      const said = await noos("deploy", app);
      assert.equal(said.status, 1);
      assert.equal(
        said.err.slice(said.err.indexOf("noos:")),
        [
          `noos: "shop" is deployed, and does not stay up:`,
          `      shop/worker.2: ${end.lastEnd}, restarted 3 times`,
          `      next: ${next}`,
          "",
        ].join("\n"),
      );
    });
  }

  test("says what ended with a failure and is not started again", async (context) => {
    const { noos, app, management } = await stage(context);
    const { status } = management.answers;
    const [shop] = status.apps;
    assert.ok(shop);
    management.answers.status = { ...status, apps: [{ ...shop, failed: 2 }] };
    const failed = {
      kind: "process",
      state: "done",
      hasFailed: true,
      lastEnd: "exited(3)",
    } as const;
    const migrate = { ...failed, path: "shop/migrate", restarts: 1 };
    let looks = 0;
    Object.defineProperty(management.answers, "processes", {
      get: (): readonly ProcessView[] => {
        looks += 1;
        // One that failed before is none of this deploy's doing, unless it ran again.
        const before = { ...migrate, restarts: looks === 1 ? 0 : 1 };
        return [before, { ...failed, path: "shop/old", restarts: 4 }];
      },
    });
    const said = await noos("deploy", app);
    assert.equal(said.status, 1);
    assert.equal(
      said.err.slice(said.err.indexOf("noos:")),
      [
        `noos: "shop" is deployed, and does not stay up:`,
        "      shop/migrate: exited(3), restarted 1 times, not started again",
        "      next: noos output shop/migrate",
        "",
      ].join("\n"),
    );
  });

  test("says when somebody removed it meanwhile", async (context) => {
    const { noos, app, management } = await stage(context);
    management.answers.status = { ...management.answers.status, apps: [] };
    const { err, status } = await noos("deploy", app);
    assert.equal(status, 1);
    assert.match(err, /"shop" was removed while it was being deployed/);
  });
});

suite("noos deploy refuses", () => {
  test("secrets without a value, before anything is uploaded", async (context) => {
    const { noos, app, management, images } = await stage(context);
    management.answers.secrets = [];
    const { err, status } = await noos("deploy", app);
    assert.equal(status, 120);
    assert.equal(
      err,
      `noos: cannot deploy "shop": the secret DB_PASSWORD has no value\n` +
        "      next: noos secret set shop DB_PASSWORD\n",
    );
    assert.equal(images.size, 0);
    assert.deepEqual(management.asked, [["secrets", "shop"]]);
  });

  test("images that are not there or are none, all at their places", async (context) => {
    const { "noos.yaml": yaml } = files;
    const { noos, app } = await stage(context, { "noos.yaml": yaml, "worker.wasm": "text" });
    const { err, status } = await noos("deploy", app);
    assert.equal(status, 120);
    const lines = err.split("\n");
    const place = join(app, "noos.yaml");
    const wanted = "expected a .wasm file, or an image: a directory or a tar";
    assert.deepEqual(
      lines.filter((line) => line.includes("found")),
      [
        `${place}:3:20: processes.worker.image: found "./worker.wasm", ` +
          `which is neither a module nor an image, ${wanted}`,
        `${place}:4:17: processes.api.image: found "./api", which is not there, ${wanted}`,
      ],
    );
    assert.match(err, /\n {5}\| {20}\^{13}\n|\^{13}/);
    assert.match(err, /\n {6}next: mend "/);
  });

  test("a script that is not there, and one with a mistake, in a frame", async (context) => {
    await ensureBuilt();
    const yaml = "app: shop\nprocesses: { web: { source: ./web.ts, serve: / } }\n";
    const { noos, app, images } = await stage(context, { "noos.yaml": yaml });
    const missing = await noos("deploy", app);
    assert.equal(missing.status, 120);
    assert.match(
      missing.err,
      /:2:29: processes\.web\.source: found ".\/web\.ts", which is not there, expected a script/,
    );
    writeFileSync(join(app, "web.ts"), "const one = 1;\nconst two: number = ;\n");
    const wrong = await noos("deploy", app);
    assert.equal(wrong.status, 122);
    assert.match(wrong.err, /web\.ts:2:21\n.*\n +2 \| const two: number = ;\n +\| +\^\n/);
    assert.equal(images.size, 0);
  });

  const wrong: readonly (readonly [title: string, image: string, why: RegExp])[] = [
    ["an empty file", "empty.wasm", /which is empty/],
    ["a directory without a program", "root", /holds no program\.wasm/],
  ];
  for (const [title, image, why] of wrong) {
    test(`${title} as an image`, async (context) => {
      const { noos, app } = await stage(context, {
        "noos.yaml": `app: shop\nprocesses: { w: { image: ${image} } }\n`,
        "empty.wasm": "",
        "root/root/file": "",
      });
      const { err, status } = await noos("deploy", app);
      assert.equal(status, 120);
      assert.match(err, why);
    });
  }

  test("an image that goes while it is deployed, at its place", async (context) => {
    const { noos, app, management } = await stage(context);
    // Asked for secrets, after the manifest was read: as late as a test can tell.
    Object.defineProperty(management.answers, "secrets", {
      get() {
        rmSync(join(app, "worker.wasm"));
        return [{ app: "shop", name: "DB_PASSWORD", setAt: "" }];
      },
    });
    const { err, status } = await noos("deploy", app);
    assert.equal(status, 120);
    assert.match(
      err,
      /:3:20: processes\.worker\.image: found "\.\/worker\.wasm", which is not there/,
    );
  });

  test("a manifest that is wrong, with all that is wrong", async (context) => {
    const { noos, app } = await stage(context, {
      "noos.yaml": "app: shop\nprocesses: { w: { imgae: w.wasm, count: many } }\n",
    });
    for (const command of ["deploy", "plan"]) {
      const { err, status } = await noos(command, app);
      assert.equal(status, 120);
      assert.match(err, /"imgae".*did you mean "image"\?\n +2 \| .*\n +\| +\^+\n/);
      assert.match(err, /found "many"/);
    }
  });

  test("directories that are not there, before anything is uploaded", async (context) => {
    const text = manifest.replace(
      "processes:",
      "processes:\n  files: { image: ./worker.wasm, uses: { files: [/srv] } }",
    );
    const { noos, app, management, images } = await stage(context, { ...files, "noos.yaml": text });
    const { parseManifest } = await import("#pool/manifest");
    const parsed = parseManifest({ name: "noos.yaml", content: text });
    const words = { found: "what is not there", expected: "a directory" };
    const path = ["processes", "files", "uses", "files", 0];
    management.refusals.set("plan", parsed.errorOf([{ path, ...words }]));
    const { err, status } = await noos("deploy", app);
    assert.equal(status, 120);
    assert.match(err, /noos\.yaml:\d+:\d+: processes\.files\.uses\.files\[0\]: found what is not/);
    assert.equal(images.size, 0);
  });

  test("what a daemon of another version finds wrong, with its places", async (context) => {
    const { noos, app, management } = await stage(context);
    const { parseManifest } = await import("#pool/manifest");
    const parsed = parseManifest({ name: "noos.yaml", content: manifest });
    const words = { found: "a field", expected: "none" };
    management.refusals.set("deploy", parsed.errorAt(["processes", "api"], words));
    const { err, status } = await noos("deploy", app);
    assert.equal(status, 120);
    assert.match(err, /noos\.yaml:4:3: processes\.api: found a field, expected none\n +4 \| /);
  });

  test("what the daemon refuses", async (context) => {
    const { noos, app, management } = await stage(context);
    const options = { code: "STATE_NOT_WRITABLE", hint: "make room" } as const;
    management.refusals.set("deploy", new PlatformError("the disk is full", options));
    const { err, status } = await noos("deploy", app);
    assert.equal(status, 122);
    assert.match(err, /noos: the disk is full\n +next: make room\n$/);
  });

  for (const [title, path] of [
    ["a directory without an app file", "api"],
    ["what is not there", "nowhere"],
  ] as const) {
    test(title, async (context) => {
      const { noos, app } = await stage(context);
      const { err, status } = await noos("deploy", join(app, path));
      assert.equal(status, 120);
      assert.match(err, /cannot deploy ".*": there is no such file\n +next: noos deploy DIR/);
    });
  }
});

suite("noos plan", () => {
  test("shows what a deploy would change, and uploads nothing", async (context) => {
    const { noos, app, management, images } = await stage(context);
    const { out, status } = await noos("plan", app);
    assert.equal(status, 0);
    assert.equal(out, "+ worker ×3\n");
    assert.equal(images.size, 0);
    assert.deepEqual(
      management.asked.map(([name]) => name),
      ["plan", "secrets"],
    );
  });

  test("says that a deploy would be refused for want of a secret", async (context) => {
    const { noos, app, management } = await stage(context);
    management.answers.secrets = [];
    const { out, err, status } = await noos("plan", app);
    assert.equal(status, 0);
    assert.equal(out, "+ worker ×3\n");
    assert.equal(
      err,
      "noos: a deploy would be refused: the secret DB_PASSWORD has no value\n" +
        "      next: noos secret set shop DB_PASSWORD\n",
    );
  });

  test("tells a program all of it as JSON", async (context) => {
    const { noos, app, management } = await stage(context);
    const { out } = await noos("plan", "--json", app);
    assert.deepEqual(JSON.parse(out), management.answers.plan);
  });
});
