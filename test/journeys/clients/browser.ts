/** Debian's Chromium without a screen, and what somebody does with it who has a mouse. */
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileOf } from "#tools/toolchain";
import { DevTools } from "./devtools.ts";
import { endsWithTests, scratch } from "./served.ts";

const flags: readonly string[] = [
  "--headless",
  "--remote-debugging-port=0",
  // The sandbox is not for root, and all that is opened here is ours.
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A tab behind another one goes on as if it were in front.
  "--disable-background-timer-throttling",
  "--disable-renderer-backgrounding",
  "--disable-backgrounding-occluded-windows",
  "--ignore-certificate-errors",
];

/** How often a tab is looked at, until it shows what it is to show, and for how long. */
const lookMs = 20;
const looksMax = 500;

export class Browser {
  readonly #tools: DevTools;

  private constructor(tools: DevTools) {
    this.#tools = tools;
  }

  /** One with nothing in its memory, that ends with the tests. */
  static async launch(): Promise<Browser> {
    const profile = `--user-data-dir=${mkdtempSync(join(scratch, "browser-"))}`;
    // What it keeps beside its profile goes there, too; without a locale it opens no file whose
    // name is not ASCII.
    const own = { HOME: scratch, XDG_CONFIG_HOME: scratch, LC_ALL: "C.UTF-8" };
    const env = { ...process.env, ...own };
    const words = [...flags, profile, "about:blank"];
    const child = endsWithTests(spawn(fileOf("browser") ?? "", words, { env }));
    child.stdout.resume();
    const at = Promise.withResolvers<string>();
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (piece: string) => {
      said += piece;
      const url = /^DevTools listening on (ws:\S+)$/m.exec(said)?.[1];
      if (url !== undefined) at.resolve(url);
    });
    child.once("error", at.reject);
    child.once("exit", () => at.reject(new Error(`the browser ended: ${said}`)));
    return new Browser(await DevTools.connect(await at.promise));
  }

  /** A new tab. `answer` is what is typed where its page asks in a dialog. */
  async open(url: string, answer = ""): Promise<Tab> {
    const tools = this.#tools;
    const { targetId } = await tools.send<{ targetId: string }>("Target.createTarget", {
      url: "about:blank",
    });
    const { sessionId } = await tools.send<{ sessionId: string }>("Target.attachToTarget", {
      targetId,
      flatten: true,
    });
    const tab = new Tab(tools, { target: targetId, session: sessionId });
    await tab.begin(url, answer);
    return tab;
  }

  async close(): Promise<void> {
    await this.#tools.send("Browser.close");
    this.#tools.close();
  }
}

interface Evaluated<T> {
  readonly result: { readonly value: T };
  readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
}

/** `{x, y}` of the middle of an element, which is brought into view. */
const middleOf = (selector: string): string => `(() => {
  const element = document.querySelector(${JSON.stringify(selector)});
  element.scrollIntoView({ block: "center" });
  const { x, y, width, height } = element.getBoundingClientRect();
  return { x: x + width / 2, y: y + height / 2 };
})()`;

class Tab {
  readonly #tools: DevTools;
  readonly #target: string;
  readonly #session: string;

  constructor(tools: DevTools, ids: { readonly target: string; readonly session: string }) {
    this.#tools = tools;
    this.#target = ids.target;
    this.#session = ids.session;
  }

  async begin(url: string, answer: string): Promise<void> {
    const dialog = "Page.javascriptDialogOpening";
    this.#tools.on(dialog, this.#session, () => {
      void this.#send("Page.handleJavaScriptDialog", { accept: true, promptText: answer });
    });
    await this.#send("Page.enable");
    await this.go(url);
  }

  async go(url: string): Promise<void> {
    const { errorText } = await this.#send<{ errorText?: string }>("Page.navigate", { url });
    if (errorText !== undefined) throw new Error(`${url}: ${errorText}`);
  }

  /** The value of an expression on the page. */
  async read<T>(expression: string): Promise<T> {
    const params = { expression, returnByValue: true, awaitPromise: true };
    const { result, exceptionDetails } = await this.#send<Evaluated<T>>("Runtime.evaluate", params);
    if (exceptionDetails === undefined) return result.value;
    throw new Error(exceptionDetails.exception?.description ?? "the page threw something");
  }

  async text(selector: string): Promise<string> {
    const element = `document.querySelector(${JSON.stringify(selector)})`;
    return (await this.read<string>(`${element}?.innerText ?? ""`)).trim();
  }

  /** Looks until the text there is like this, and answers it. */
  async shows(selector: string, wanted: RegExp): Promise<string> {
    let text = "";
    for (let looks = 0; looks < looksMax; looks++) {
      // A page that is just being left cannot be read.
      text = await this.text(selector).catch(String);
      if (wanted.test(text)) return text;
      await sleep(lookMs);
    }
    const place = await this.read<string>("location.href");
    throw new Error(`${selector} of ${place} shows ${JSON.stringify(text)}, not ${wanted}`);
  }

  async click(selector: string): Promise<void> {
    const { x, y } = await this.read<{ x: number; y: number }>(middleOf(selector));
    for (const type of ["mousePressed", "mouseReleased"]) {
      const params = { type, x, y, button: "left", clickCount: 1 };
      await this.#send("Input.dispatchMouseEvent", params);
    }
  }

  /** Puts text where the cursor is, once it is in that field, in place of what was there. */
  async type(selector: string, text: string): Promise<void> {
    await this.click(selector);
    await this.read(`document.activeElement.select()`);
    await this.#send("Input.insertText", { text });
  }

  /** Chooses a file of this machine in a field for files. */
  async choose(selector: string, file: string): Promise<void> {
    const { root } = await this.#send<{ root: { nodeId: number } }>("DOM.getDocument");
    const field = { nodeId: root.nodeId, selector };
    const { nodeId } = await this.#send<{ nodeId: number }>("DOM.querySelector", field);
    await this.#send("DOM.setFileInputFiles", { nodeId, files: [file] });
  }

  /** As by the cross on the tab. */
  async close(): Promise<void> {
    await this.#tools.send("Target.closeTarget", { targetId: this.#target });
  }

  #send<T>(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<T> {
    return this.#tools.send(method, params, this.#session);
  }
}
