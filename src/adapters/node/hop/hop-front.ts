import { createServer, type Server, type Socket } from "node:net";
import { NumberTable } from "#core/base/collections";
import type { IncomingRequest } from "#core/host/traffic";
import { listenOn } from "#adapters/node/socket";
import { ArrivedRequest } from "./arrived-request.ts";
import type { Frame } from "./frames.ts";
import { readRequestText } from "./head-text.ts";
import { Link } from "./link.ts";

export interface HopFrontOptions {
  /** Called with each request, and the key of whom it is for, inside the turn in which it came. */
  arrived(request: IncomingRequest, key: string): void;
}

/** Takes the requests that other executors of this machine hand on. */
export class HopFront {
  readonly #options: HopFrontOptions;
  readonly #server: Server;
  readonly #links = new Set<Link>();

  /** Listens at a path where nothing is yet. Throws `LISTEN_FAILED`. */
  static async listen(path: string, options: HopFrontOptions): Promise<HopFront> {
    const server = createServer();
    await listenOn(server, { kind: "unix", path });
    return new HopFront(server, options);
  }

  private constructor(server: Server, options: HopFrontOptions) {
    this.#server = server;
    this.#options = options;
    server.on("connection", (socket) => this.#connected(socket));
    // A connection that could not be accepted does not end the front.
    server.on("error", () => undefined);
  }

  /** Takes no more, and lets go of what there is. */
  close(): void {
    this.#server.close();
    for (const link of this.#links) link.close();
  }

  #connected(socket: Socket): void {
    const requests = new NumberTable<ArrivedRequest>();
    const link = new Link(socket, {
      heard: (frame) => {
        if (frame.kind === "request") this.#arrived(frame, { link, requests });
        else requests.get(frame.number)?.heard(frame);
      },
      gone: () => {
        this.#links.delete(link);
        for (const request of requests.values()) request.leave();
      },
    });
    this.#links.add(link);
    // Whoever never hears this knows that nothing it said was read.
    link.greet();
  }

  #arrived(
    { number, text }: Frame,
    over: { readonly link: Link; readonly requests: NumberTable<ArrivedRequest> },
  ): void {
    const { link, requests } = over;
    const handed = readRequestText(text);
    if (handed === undefined) {
      const bytes = Buffer.from("its head is not well formed");
      return link.send("abandon", number, { bytes });
    }
    const request = new ArrivedRequest(handed, {
      link,
      number,
      over: () => requests.delete(number),
    });
    requests.set(number, request);
    this.#options.arrived(request, handed.key);
  }
}
