import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { answerName, fdflags, riflags, sdflags } from "#core/personality/wasi-p1/abi";
import { errno } from "#core/sys";
import { type SimulatedConnection, type SimulatedHost, simulatedHost } from "#adapters/sim";
import { Fd, Props, type Puppet, PuppetTheatre } from "#test/puppet";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Vectors of up to three buffers, and where the answers go. */
const at = { vector: 1024, buffer: 65_536, answer: 4096, flags: 4100 } as const;

interface Called {
  /** By name; `waits` for as long as it does. */
  answer: string;
}

class Stage {
  readonly host: SimulatedHost = simulatedHost({ seed: 1 });
  readonly props: Props;
  puppet!: Puppet;

  constructor(options: { readonly sinkRoomBytes?: number } = {}) {
    this.props = new Props(this.host, options);
  }

  async open(): Promise<this> {
    const theatre = new PuppetTheatre(this.host, { pages: 4 });
    this.puppet = await theatre.spawn({ descriptors: () => this.props.descriptors() }).ready();
    return this;
  }

  /** Sets a vector of buffers of these sizes, one behind the other. */
  vector(...sizes: readonly number[]): readonly [number, number] {
    const { memory } = this.puppet.process;
    let address: number = at.buffer;
    for (const [index, size] of sizes.entries()) {
      memory.setU32(at.vector + index * 8, address);
      memory.setU32(at.vector + index * 8 + 4, size);
      address += size;
    }
    return [at.vector, sizes.length];
  }

  put(text: string): void {
    this.puppet.process.memory.bytes(at.buffer, text.length).set(encoder.encode(text));
  }

  got(lengthBytes: number): string | undefined {
    return this.puppet.process.memory.text(at.buffer, lengthBytes);
  }

  /** The number of bytes that the last call says. */
  get count(): number {
    return this.puppet.process.memory.u32(at.answer);
  }

  /** Starts a call, and lets everything run until nothing is left to happen. */
  async call(name: string, ...parameters: readonly (number | bigint)[]): Promise<Called> {
    const called: Called = { answer: "waits" };
    void this.puppet.tell(name, ...parameters).then((outcome) => {
      called.answer = typeof outcome === "number" ? answerName(outcome) : "ended";
    });
    await this.host.time.run();
    return called;
  }

  async flag(fd: number, flags: number): Promise<void> {
    assert.equal((await this.call("fd_fdstat_set_flags", fd, flags)).answer, "ok");
  }

  async peerReads(): Promise<string> {
    const { peer } = this.props;
    let read = "";
    peer.pull(1e6, (result) => (read = result instanceof Uint8Array ? decoder.decode(result) : ""));
    await this.host.time.run();
    return read;
  }
}

const stage = (options: { readonly sinkRoomBytes?: number } = {}): Promise<Stage> =>
  new Stage(options).open();

suite("reading a stream", () => {
  test("waits for bytes, and takes what is there into one buffer after the other", async () => {
    const on = await stage();
    const read = await on.call("fd_read", Fd.input, ...on.vector(2, 0, 3), at.answer);
    assert.equal(read.answer, "waits");
    on.props.source.feed("abcdefg");
    await on.host.time.run();
    assert.deepEqual([read.answer, on.count, on.got(5)], ["ok", 5, "abcde"]);
    await on.call("fd_read", Fd.input, ...on.vector(9), at.answer);
    assert.deepEqual([on.count, on.got(2)], [2, "fg"]);
  });

  test("answers nothing at the end, again and again", async () => {
    const on = await stage();
    on.props.source.end();
    for (let count = 0; count < 2; count++) {
      const read = await on.call("fd_read", Fd.input, ...on.vector(5), at.answer);
      assert.deepEqual([read.answer, on.count], ["ok", 0]);
    }
  });

  test("answers at once when no byte is asked for, and touches nothing", async () => {
    const on = await stage();
    for (const sizes of [[], [0, 0]]) {
      const read = await on.call("fd_read", Fd.input, ...on.vector(...sizes), at.answer);
      assert.equal(read.answer, "ok");
    }
  });

  test("answers EAGAIN instead of waiting when told not to", async () => {
    const on = await stage();
    await on.flag(Fd.input, fdflags.nonblock);
    const first = await on.call("fd_read", Fd.input, ...on.vector(5), at.answer);
    assert.equal(first.answer, "EAGAIN");
    on.props.source.feed("late");
    await on.host.time.run();
    await on.call("fd_read", Fd.input, ...on.vector(5), at.answer);
    assert.deepEqual([on.count, on.got(4)], [4, "late"]);
  });

  test("passes on why the source failed", async () => {
    const on = await stage();
    on.props.source.fail(errno.EIO);
    const read = await on.call("fd_read", Fd.input, ...on.vector(5), at.answer);
    assert.equal(read.answer, "EIO");
  });

  test("counts what was read", async () => {
    const on = await stage();
    on.props.source.feed("12345");
    await on.call("fd_read", Fd.input, ...on.vector(3), at.answer);
    assert.equal(on.puppet.started.usage().readBytes, 3);
  });
});

suite("writing a stream", () => {
  test("takes all buffers in order", async () => {
    const on = await stage();
    on.put("abcdef");
    const written = await on.call("fd_write", Fd.output, ...on.vector(1, 0, 5), at.answer);
    assert.deepEqual([written.answer, on.count, on.props.sink.text], ["ok", 6, "abcdef"]);
    assert.equal(on.puppet.started.usage().writtenBytes, 6);
  });

  test("writes what stands where its answer will go", async () => {
    const on = await stage();
    const { memory } = on.puppet.process;
    memory.bytes(at.answer, 4).set(encoder.encode("here"));
    memory.setU32(at.vector, at.answer);
    memory.setU32(at.vector + 4, 4);
    await on.call("fd_write", Fd.output, at.vector, 1, at.answer);
    assert.deepEqual([on.props.sink.text, on.count], ["here", 4]);
  });

  test("waits until its last byte has a place, however slow the sink", async () => {
    const on = await stage({ sinkRoomBytes: 10 });
    const size = 150_000;
    const { memory } = on.puppet.process;
    for (let index = 0; index < size; index++) memory.setU8(at.buffer + index, index % 251);
    const sent = memory.bytes(at.buffer, size).slice();
    const written = await on.call("fd_write", Fd.output, ...on.vector(size), at.answer);
    assert.equal(written.answer, "waits");
    for (let given = 10; written.answer === "waits"; given += 7_000) {
      assert.ok(given <= size + 7_000);
      on.props.sink.drain(7_000);
      await on.host.time.run();
    }
    assert.deepEqual([written.answer, on.count], ["ok", size]);
    on.props.sink.drain(Infinity);
    await on.host.time.run();
    assert.equal(Buffer.compare(on.props.sink.bytes, sent), 0);
  });

  test("takes what there is room for when told not to wait, and then answers EAGAIN", async () => {
    const on = await stage({ sinkRoomBytes: 0 });
    await on.flag(Fd.output, fdflags.nonblock);
    const written = await on.call("fd_write", Fd.output, ...on.vector(100_000), at.answer);
    assert.deepEqual([written.answer, on.count], ["ok", 65_536]);
    const again = await on.call("fd_write", Fd.output, ...on.vector(1), at.answer);
    assert.equal(again.answer, "EAGAIN");
  });

  test("answers EPIPE for ever once nobody takes anything more", async () => {
    const on = await stage();
    on.props.sink.fail(errno.EPIPE);
    await on.host.time.run();
    await on.call("fd_write", Fd.output, ...on.vector(5), at.answer);
    for (let count = 0; count < 2; count++) {
      const written = await on.call("fd_write", Fd.output, ...on.vector(5), at.answer);
      assert.equal(written.answer, "EPIPE");
    }
  });

  test("is answered when the sink fails while it waits", async () => {
    const on = await stage({ sinkRoomBytes: 0 });
    const written = await on.call("fd_write", Fd.output, ...on.vector(100_000), at.answer);
    assert.equal(written.answer, "waits");
    on.props.sink.fail(errno.EPIPE);
    await on.host.time.run();
    assert.deepEqual([written.answer, on.count], ["ok", 65_536]);
  });
});

suite("pipe of a process", () => {
  test("carries what is written at one end to the other, and ends with its writer", async () => {
    const on = await stage();
    on.put("through");
    await on.call("fd_write", Fd.pipeWriter, ...on.vector(7), at.answer);
    on.put("       ");
    await on.call("fd_read", Fd.pipeReader, ...on.vector(9), at.answer);
    assert.deepEqual([on.count, on.got(7)], [7, "through"]);
    await on.call("fd_close", Fd.pipeWriter);
    const end = await on.call("fd_read", Fd.pipeReader, ...on.vector(9), at.answer);
    assert.deepEqual([end.answer, on.count], ["ok", 0]);
  });

  test("answers EPIPE once its reader is gone", async () => {
    const on = await stage();
    await on.call("fd_close", Fd.pipeReader);
    const written = await on.call("fd_write", Fd.pipeWriter, ...on.vector(1), at.answer);
    assert.equal(written.answer, "EPIPE");
    assert.equal(on.puppet.started.usage().writtenBytes, 0);
  });

  test("makes a writer wait that fills it", async () => {
    const on = await stage();
    const written = await on.call("fd_write", Fd.pipeWriter, ...on.vector(1500), at.answer);
    assert.equal(written.answer, "waits");
    on.props.pipe.read(new Uint8Array(600));
    await on.host.time.run();
    assert.deepEqual([written.answer, on.count], ["ok", 1500]);
  });
});

/** What the peer sends, at once. */
function send(peer: SimulatedConnection, text: string): void {
  peer.tryPush(encoder.encode(text));
}

suite("socket of a process", () => {
  const receive = (on: Stage, flags: number, ...sizes: readonly number[]): Promise<Called> =>
    on.call("sock_recv", Fd.socket, ...on.vector(...sizes), flags, at.answer, at.flags);

  test("receives and sends, as reading and writing do", async () => {
    const on = await stage();
    send(on.props.peer, "question");
    const received = await receive(on, 0, 3, 9);
    assert.deepEqual([received.answer, on.count, on.got(8)], ["ok", 8, "question"]);
    assert.equal(on.puppet.process.memory.u16(at.flags), 0);
    on.put("answer");
    await on.call("sock_send", Fd.socket, ...on.vector(6), 0, at.answer);
    assert.deepEqual([on.count, await on.peerReads()], [6, "answer"]);
  });

  test("lets bytes be looked at, which stay there and are not counted", async () => {
    const on = await stage();
    send(on.props.peer, "look");
    await receive(on, riflags.peek, 2);
    assert.deepEqual([on.count, on.got(2)], [2, "lo"]);
    await receive(on, 0, 9);
    assert.deepEqual([on.count, on.got(4)], [4, "look"]);
    assert.equal(on.puppet.started.usage().readBytes, 4);
  });

  test("waits for all that was asked for when told to", async () => {
    const on = await stage();
    send(on.props.peer, "half");
    const received = await receive(on, riflags.waitall, 5, 3);
    assert.equal(received.answer, "waits");
    send(on.props.peer, "rest and more");
    await on.host.time.run();
    assert.deepEqual([received.answer, on.count, on.got(8)], ["ok", 8, "halfrest"]);
  });

  test("hands over what it has when told to wait for all and not to wait", async () => {
    const on = await stage();
    await on.flag(Fd.socket, fdflags.nonblock);
    assert.equal((await receive(on, riflags.waitall, 8)).answer, "EAGAIN");
    send(on.props.peer, "half");
    await on.host.time.run();
    const received = await receive(on, riflags.waitall, 8);
    assert.deepEqual([received.answer, on.count, on.got(4)], ["ok", 4, "half"]);
  });

  test("stops waiting for all where the stream ends", async () => {
    const on = await stage();
    send(on.props.peer, "all");
    on.props.peer.close();
    const received = await receive(on, riflags.waitall, 8);
    assert.deepEqual([received.answer, on.count], ["ok", 3]);
    assert.deepEqual([(await receive(on, 0, 8)).answer, on.count], ["ok", 0]);
  });

  test("reads on after it shut its writing, which answers EPIPE then", async () => {
    const on = await stage();
    on.put("last");
    await on.call("sock_send", Fd.socket, ...on.vector(4), 0, at.answer);
    await on.call("sock_shutdown", Fd.socket, sdflags.wr);
    const sent = await on.call("sock_send", Fd.socket, ...on.vector(4), 0, at.answer);
    assert.equal(sent.answer, "EPIPE");
    assert.equal(await on.peerReads(), "last");
    send(on.props.peer, "reply");
    await receive(on, 0, 9);
    assert.deepEqual([on.count, on.got(5)], [5, "reply"]);
  });

  test("is at its end once its reading was shut", async () => {
    const on = await stage();
    send(on.props.peer, "unread");
    await on.call("sock_shutdown", Fd.socket, sdflags.rd);
    assert.deepEqual([(await receive(on, 0, 9)).answer, on.count], ["ok", 0]);
  });

  test("refuses flags nobody knows", async () => {
    const on = await stage();
    assert.equal((await receive(on, 4, 9)).answer, "EINVAL");
    const sent = await on.call("sock_send", Fd.socket, ...on.vector(4), 1, at.answer);
    assert.equal(sent.answer, "EINVAL");
    for (const how of [0, 4, 7, -1]) {
      assert.equal((await on.call("sock_shutdown", Fd.socket, how)).answer, "EINVAL");
    }
  });

  test("tells a reset to reader and writer", async () => {
    const on = await stage();
    on.props.peer.reset();
    assert.equal((await receive(on, 0, 9)).answer, "ECONNRESET");
    await on.call("sock_send", Fd.socket, ...on.vector(4), 0, at.answer);
    const sent = await on.call("sock_send", Fd.socket, ...on.vector(4), 0, at.answer);
    assert.equal(sent.answer, "ECONNRESET");
  });

  test("delivers what was written before it was closed", async () => {
    const on = await stage();
    on.put("bye");
    await on.call("sock_send", Fd.socket, ...on.vector(3), 0, at.answer);
    await on.call("fd_close", Fd.socket);
    assert.equal(await on.peerReads(), "bye");
  });
});

suite("listening socket of a process", () => {
  test("waits for a connection and gives it a number", async () => {
    const on = await stage();
    const accepted = await on.call("sock_accept", Fd.listener, 0, at.answer);
    assert.equal(accepted.answer, "waits");
    const peer = on.host.network.dialNow(on.props.address);
    assert.ok("pull" in peer);
    await on.host.time.run();
    assert.deepEqual([accepted.answer, on.count], ["ok", 10]);
    send(peer, "hi");
    await on.call("fd_read", on.count, ...on.vector(9), at.answer);
    assert.equal(on.got(2), "hi");
  });

  test("gives connections that do not wait when asked for", async () => {
    const on = await stage();
    on.host.network.dialNow(on.props.address);
    await on.call("sock_accept", Fd.listener, fdflags.nonblock, at.answer);
    const read = await on.call("fd_read", on.count, ...on.vector(9), at.answer);
    assert.equal(read.answer, "EAGAIN");
  });

  test("answers EAGAIN when told not to wait, EINVAL for flags that mean nothing", async () => {
    const on = await stage();
    await on.flag(Fd.listener, fdflags.nonblock);
    assert.equal((await on.call("sock_accept", Fd.listener, 0, at.answer)).answer, "EAGAIN");
    const odd = await on.call("sock_accept", Fd.listener, fdflags.append, at.answer);
    assert.equal(odd.answer, "EINVAL");
  });

  test("does not wait once the program has asked and been told so", async () => {
    const on = await stage();
    const { memory } = on.puppet.process;
    await on.call("fd_fdstat_get", Fd.listener, at.answer);
    assert.equal(memory.u16(at.answer + 2), fdflags.nonblock);
    assert.equal((await on.call("sock_accept", Fd.listener, 0, at.answer)).answer, "EAGAIN");
  });

  test("waits when the program chose that, also after it asked", async () => {
    const on = await stage();
    const { memory } = on.puppet.process;
    await on.flag(Fd.listener, 0);
    await on.call("fd_fdstat_get", Fd.listener, at.answer);
    assert.equal(memory.u16(at.answer + 2), 0);
    assert.equal((await on.call("sock_accept", Fd.listener, 0, at.answer)).answer, "waits");
  });

  test("takes no connection that could get no number", async () => {
    const host = simulatedHost({ seed: 1 });
    const props = new Props(host);
    const puppet = await new PuppetTheatre(host)
      .spawn({ descriptors: () => props.descriptors(), limits: { descriptors: 10 } })
      .ready();
    host.network.dialNow(props.address);
    assert.equal(
      answerName((await puppet.do("sock_accept", Fd.listener, 0, 64)) as number),
      "EMFILE",
    );
    await puppet.do("fd_close", Fd.file);
    assert.equal(await puppet.do("sock_accept", Fd.listener, 0, 64), 0);
    assert.equal(puppet.process.memory.u32(64), Fd.file);
  });

  test("keeps nothing of connections that came and went", async () => {
    const on = await stage();
    const { outputs } = on.puppet.process;
    const before = outputs.openCount;
    for (let count = 0; count < 50; count++) {
      on.host.network.dialNow(on.props.address);
      await on.call("sock_accept", Fd.listener, 0, at.answer);
      assert.equal(on.count, 10);
      await on.call("fd_close", 10);
    }
    await on.host.time.run();
    assert.equal(outputs.openCount, before);
  });
});
