import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { call, send, upServing } from "./callers.ts";
import { count, deploy, eventsUntil, until } from "./daemon.ts";

const limitMib = 480;
const names = Array.from({ length: 24 }, (_, index) => `w${index}`);

/** Where a control group may be made: of version 2, or of version 1. */
const [root = "", limitFile = ""] = existsSync("/sys/fs/cgroup/cgroup.controllers")
  ? ["/sys/fs/cgroup", "memory.max"]
  : ["/sys/fs/cgroup/memory", "memory.limit_in_bytes"];

/** Enters a group of its own, by the number of the OS process, with so much memory. */
const inControlGroup =
  `g=${root}/noos-$$ && mkdir $g && echo ${limitMib * 1024 * 1024} > $g/${limitFile} && ` +
  "echo $$ > $g/cgroup.procs";

/** Why there can be none here, if there cannot. */
function whyNot(): string | false {
  try {
    const leave = `echo $$ > ${root}/cgroup.procs && rmdir $g`;
    execFileSync("sh", ["-c", `${inControlGroup} && ${leave}`], { stdio: "pipe" });
    return false;
  } catch {
    return "no control group with a limit of memory can be made here";
  }
}

/** Each of these holds 32 MiB once it was asked to, and stays for an hour if it may. */
const manifest = `app: a\nprocesses:\n${names
  .map((name) => {
    const serve = `{ routes: [${name}.test/], idle: 1h..2h }`;
    return `  ${name}: { image: http/torture, serve: ${serve}, memory: 64MiB }\n`;
  })
  .join("")}`;

suite("torture: memory that runs out", { skip: whyNot() }, () => {
  test("ends the idlest, nobody who has a call, and the executor lives", async (context) => {
    const daemon = await upServing(context, {
      by: ["sh", "-c", `${inControlGroup} && exec "$0" "$@"`],
      words: ["--executors", "1"],
    });
    const { client, port } = daemon;
    await deploy(client, manifest);
    const [pid] = await daemon.executorPids();
    // One has a call all the time, and is older than all others.
    await call(port, "/hoard", { host: "w0.test" });
    const sleeping = send(port, "/sleep", { host: "w0.test" });
    sleeping.on("error", () => undefined).end();
    // All together would hold 768 MiB: as fast as they answer, and who was ended comes again.
    for (const name of [...names.slice(1), ...names.slice(1)]) {
      const answer = await call(port, "/hoard", { host: `${name}.test` });
      assert.deepEqual([answer.status, answer.text], [200, "fine"], name);
    }
    const relieved = await eventsUntil(
      client,
      (all) => count(all, "instances-relieved", "a/w1") > 0,
    );
    assert.equal(count(relieved, "instances-relieved", "a/w0"), 0);
    assert.deepEqual(await daemon.executorPids(), [pid]);
    const [, ...views] = await client.processes("a");
    const busy = views.find(({ path }) => path === "a/w0");
    assert.deepEqual([busy?.serving?.ready, busy?.serving?.inFlight], [1, 1]);
    sleeping.destroy();
    await daemon.kill();
    const group = join(root, `noos-${daemon.child.pid}`);
    await until(() => readFileSync(join(group, "cgroup.procs"), "utf8") === "");
    rmdirSync(group);
  });
});
