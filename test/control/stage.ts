import assert from "node:assert/strict";
import type { ExecutorOrder } from "#pool/host";
import type { PostAnswer, Summons, SummonsOutcome } from "#pool/host/summons";
import { Scene, second } from "./scene.ts";

type Kind<Name extends ExecutorOrder["kind"]> = ExecutorOrder & { readonly kind: Name };

/** A control whose executors do what a test says with messages and runs. */
export class Stage extends Scene {
  async settleAll(ns: number = 0.01 * second): Promise<this> {
    await this.host.time.runFor(ns);
    return this;
  }

  /** Orders of one kind since the last look at them. */
  orders<Name extends ExecutorOrder["kind"]>(kind: Name): readonly Kind<Name>[] {
    const { orders } = this.executor;
    const found = orders.filter((order): order is Kind<Name> => order.kind === kind);
    const others = orders.filter((order) => order.kind !== kind);
    orders.splice(0, orders.length, ...others);
    return found;
  }

  summons(): readonly Summons[] {
    return this.orders("summon").flatMap(({ summons }) => summons);
  }

  /** A process has room for so many messages. */
  room(path: string, most: number): void {
    const { executor, life } = this.at(path);
    executor.say({ kind: "room", life, most });
  }

  answer(path: string, summons: readonly Summons[], outcome: SummonsOutcome): void {
    const { executor, life } = this.at(path);
    executor.say({
      kind: "summoned",
      life,
      ends: summons.map(({ number }) => ({ number, outcome })),
    });
  }

  send(
    body: string,
    more: { readonly key?: string; readonly delay?: string } = {},
  ): Promise<number> {
    return this.host.time.until(
      this.control.sendMessage("shop", "jobs", { body: Buffer.from(body), ...more }),
    );
  }

  async counts(): Promise<readonly number[]> {
    const [view] = await this.host.time.until(this.control.queues("shop"));
    assert.ok(view !== undefined);
    const { ready, held, delayed, leased, dead } = view;
    return [ready, held, delayed, leased, dead];
  }

  post(method: string, fields: readonly string[], body = "x", queue = "shop/jobs"): void {
    const post = { queue, method, fields, body: Buffer.from(body) };
    this.executor.say({ kind: "post", request: 1, post });
  }

  async posted(): Promise<PostAnswer | undefined> {
    await this.settleAll();
    const [order] = this.orders("posted");
    assert.ok(order !== undefined, "it is answered");
    return order.answer;
  }
}

/** A stage on which an app is deployed. */
export async function stageWith(
  texts: Parameters<Scene["deploy"]>[0],
  { scripts = new Map(), seed = 1 }: Partial<Pick<Scene, "scripts">> & { seed?: number } = {},
): Promise<Stage> {
  const stage = new Stage({ seed });
  for (const [name, script] of scripts) stage.scripts.set(name, script);
  await stage.settleAll();
  stage.deploy(texts);
  await stage.settleAll();
  stage.take();
  return stage;
}

/** What messages say. */
export function bodies(summons: readonly Summons[]): readonly string[] {
  return summons.map(({ body }) => Buffer.from(body).toString());
}

/** A header field of a message. */
export function field({ fields }: Summons, name: string): string | undefined {
  const at = fields.indexOf(name);
  return at < 0 ? undefined : fields[at + 1];
}
