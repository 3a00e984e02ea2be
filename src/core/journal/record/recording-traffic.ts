import type { Entry, PortNumbers } from "#core/journal/format";
import type { ByteSink, ByteSource } from "#core/host";
import type {
  Closing,
  Fields,
  IncomingRequest,
  Inlet,
  Message,
  MessageChannel,
  OutgoingRequest,
  Outlet,
  RequestHead,
  ResponseHead,
} from "#core/host/traffic";
import { Errno } from "#core/sys";

type Note = (entry: Entry) => void;

/** What the traffic of a process shares with its other ports. */
export interface TrafficRecording {
  readonly numbers: PortNumbers;
  readonly note: Note;
  source(direct: ByteSource, port: number): ByteSource;
  sink(direct: ByteSink, port: number): ByteSink;
}

/** Notes the requests that come, each as a port of its own. */
export class RecordedInlet implements Inlet {
  readonly take?: () => IncomingRequest | undefined;
  readonly #direct: Inlet;
  readonly #recording: TrafficRecording;

  constructor(direct: Inlet, recording: TrafficRecording) {
    this.#direct = direct;
    this.#recording = recording;
    if (direct.take === undefined) return;
    this.take = () => {
      const request = direct.take?.();
      return request && this.#arrived(request, true);
    };
  }

  next(answer: (request: IncomingRequest | "end") => void): void {
    this.#direct.next((request) => {
      if (request !== "end") return answer(this.#arrived(request, false));
      this.#recording.note({ kind: "drained" });
      answer(request);
    });
  }

  close(): void {
    this.#direct.close();
  }

  #arrived(request: IncomingRequest, isTaken: boolean): IncomingRequest {
    const { numbers, note } = this.#recording;
    const port = numbers.next();
    const { head, isUpgrade } = request;
    const hasBody = request.body !== undefined;
    note({ kind: "requested", port, isTaken, head, hasBody, isUpgrade });
    return new RecordedRequest(request, port, this.#recording);
  }
}

class RecordedRequest implements IncomingRequest {
  readonly head: RequestHead;
  readonly body: ByteSource | undefined;
  readonly isUpgrade: boolean;
  readonly #direct: IncomingRequest;
  readonly #port: number;
  readonly #recording: TrafficRecording;

  constructor(direct: IncomingRequest, port: number, recording: TrafficRecording) {
    this.head = direct.head;
    this.body = direct.body && recording.source(direct.body, port);
    this.isUpgrade = direct.isUpgrade;
    this.#direct = direct;
    this.#port = port;
    this.#recording = recording;
  }

  respond(head: ResponseHead, body: Uint8Array): void {
    this.#recording.note({ kind: "responded", port: this.#port, head, body });
    this.#direct.respond(head, body);
  }

  begin(head: ResponseHead): ByteSink {
    this.#recording.note({ kind: "responded", port: this.#port, head, body: undefined });
    return this.#recording.sink(this.#direct.begin(head), this.#port);
  }

  accept(fields: Fields): MessageChannel {
    this.#recording.note({ kind: "upgraded", port: this.#port, fields });
    return new RecordedChannel(this.#direct.accept(fields), this.#port, this.#recording.note);
  }

  abandon(why: string): void {
    this.#recording.note({ kind: "dropped", port: this.#port });
    this.#direct.abandon(why);
  }

  whenGone(callback: () => void): void {
    this.#direct.whenGone(() => {
      this.#recording.note({ kind: "gone", port: this.#port });
      callback();
    });
  }
}

class RecordedChannel implements MessageChannel {
  readonly #direct: MessageChannel;
  readonly #port: number;
  readonly #note: Note;

  constructor(direct: MessageChannel, port: number, note: Note) {
    this.#direct = direct;
    this.#port = port;
    this.#note = note;
  }

  receive(answer: (result: Message | Closing | Errno) => void): void {
    this.#direct.receive((result) => {
      this.#note({ kind: "received", port: this.#port, result });
      answer(result);
    });
  }

  send(message: Message, answer: (failed: Errno | undefined) => void): void {
    this.#note({ kind: "sent", port: this.#port, message });
    this.#direct.send(message, (failed) => {
      this.#note({ kind: "pushed", port: this.#port, failed });
      answer(failed);
    });
  }

  close(code: number, reason: string): void {
    this.#note({ kind: "sent", port: this.#port, message: { kind: "closed", code, reason } });
    this.#direct.close(code, reason);
  }
}

/** Notes the requests a process makes, each as a port of its own. */
export class RecordedOutlet implements Outlet {
  readonly #direct: Outlet;
  readonly #recording: TrafficRecording;

  constructor(direct: Outlet, recording: TrafficRecording) {
    this.#direct = direct;
    this.#recording = recording;
  }

  request(
    head: RequestHead,
    options: { readonly hasBody: boolean; readonly deadlineNs: number },
  ): OutgoingRequest | Errno {
    const { numbers, note } = this.#recording;
    const port = numbers.next();
    const request = this.#direct.request(head, options);
    const failed = request instanceof Errno ? request : undefined;
    note({ kind: "calling", port, head, ...options, failed });
    return request instanceof Errno ? request : new RecordedCall(request, port, this.#recording);
  }
}

class RecordedCall implements OutgoingRequest {
  readonly body: ByteSink | undefined;
  readonly #direct: OutgoingRequest;
  readonly #port: number;
  readonly #recording: TrafficRecording;

  constructor(direct: OutgoingRequest, port: number, recording: TrafficRecording) {
    this.body = direct.body && recording.sink(direct.body, port);
    this.#direct = direct;
    this.#port = port;
    this.#recording = recording;
  }

  whenAnswered(answer: (result: ResponseHead | Errno) => void): void {
    this.#direct.whenAnswered((result) => {
      this.#recording.note({ kind: "replied", port: this.#port, result });
      answer(result);
    });
  }

  get response(): ByteSource {
    return this.#recording.source(this.#direct.response, this.#port);
  }

  cancel(): void {
    this.#recording.note({ kind: "dropped", port: this.#port });
    this.#direct.cancel();
  }
}
