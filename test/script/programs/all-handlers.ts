import type { Program } from "noos/guest";

interface Env {
  readonly GREETING?: string;
}

interface Job {
  readonly name: string;
}

export default {
  async fetch(request, env, context): Promise<Response> {
    context.waitUntil(Promise.resolve());
    return new Response(`${env.GREETING ?? "hello"} ${new URL(request.url).pathname}`);
  },
  queue(batch) {
    for (const message of batch.messages) {
      if (message.body.name === "") message.retry({ delaySeconds: 1 });
    }
  },
  schedule({ cron, missed }) {
    console.log(cron, missed);
  },
} satisfies Program<Env, Job>;
