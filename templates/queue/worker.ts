import { isJob } from "./job.ts";

/** A message of the queue; `noos/guest` of the package `noos` has types for all of it. */
interface Message {
  readonly id: string;
  readonly body: unknown;
  /** 1 the first time. */
  readonly attempts: number;
  retry(options?: { readonly delaySeconds?: number }): void;
}

async function send({ body }: Message): Promise<void> {
  if (!isJob(body)) throw new TypeError("that is no job");
  // What takes its time stands here: a mail, an image, a call to somebody else.
  await new Promise((resolve) => setTimeout(resolve, 10));
  console.log(`to ${body.to}: ${body.text}`);
}

/** Each job may come twice, for it comes at least once: do it so that twice is as good. */
export default {
  async queue({ messages }: { readonly messages: readonly Message[] }): Promise<void> {
    for (const message of messages) {
      try {
        await send(message);
      } catch (error) {
        console.error(`job ${message.id}, attempt ${message.attempts}:`, error);
        message.retry();
      }
    }
  },
};
