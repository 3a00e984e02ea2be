import { suite, test } from "node:test";
import { checkRun, chooseRunner, obtain, programs } from "#test/programs";

// Programs that others wrote, unmodified, each through our command.
const runner = chooseRunner("noos");

for (const program of programs) {
  // Making a program may take a minute, once; suites are collected before tests are timed.
  suite(program.about, async () => {
    const obtained = await obtain(program);
    const skip = "missing" in obtained ? obtained.missing : false;
    for (const run of program.runs) {
      test(run.title, { skip }, async () => {
        if ("file" in obtained) await checkRun(obtained.file, run, runner);
      });
    }
  });
}
