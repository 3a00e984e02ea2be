// table: one row per snippet
/**
 * Snippets of the web's API: each answers something that JSON can say. A test runs them here and on
 * Node, and compares.
 */
const hex = (bytes: ArrayBuffer | Uint8Array): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Name and message may differ; what kind of error it is may not. */
const thrown = async (deed: () => unknown): Promise<string> => {
  try {
    await deed();
  } catch (error) {
    return error instanceof DOMException ? `DOMException ${error.name}` : (error as Error).name;
  }
  return "nothing";
};

/** What came of it, or which error. */
const outcome = async (deed: () => unknown): Promise<unknown> => {
  let answer: unknown;
  const failed = await thrown(async () => (answer = await deed()));
  return failed === "nothing" ? answer : failed;
};

async function all<T>(stream: ReadableStream<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

/** What comes out of a stream that is given bytes, in pieces of a size. */
async function through(
  bytes: Uint8Array,
  { readable, writable }: CompressionStream | DecompressionStream,
  size: number = bytes.length,
): Promise<Uint8Array> {
  const writer = writable.getWriter();
  const write = async (): Promise<void> => {
    for (let at = 0; at < bytes.length; at += size) await writer.write(bytes.slice(at, at + size));
    await writer.close();
  };
  const [out] = await Promise.all([new Response(readable).bytes(), write()]);
  return out;
}

type Case = () => unknown;

export const cases: Readonly<Record<string, Case>> = {
  // --- headers
  "headers: names are lower case, sorted, joined": () => {
    const headers = new Headers([
      ["B", "1"],
      ["a", "2"],
      ["b", "3"],
    ]);
    headers.append("Set-Cookie", "x=1");
    headers.append("set-cookie", "y=2");
    return [
      [...headers],
      headers.get("B"),
      headers.getSetCookie(),
      headers.has("c"),
      headers.get("c"),
    ];
  },
  "headers: set, delete, forEach, keys, values": () => {
    const headers = new Headers({ x: " 1 ", y: "2" });
    headers.set("x", "3");
    headers.delete("Y");
    const seen: unknown[] = [];
    headers.forEach((value, name) => seen.push([name, value]));
    return [seen, [...headers.keys()], [...headers.values()]];
  },
  "headers: what is not well formed": async () => [
    await thrown(() => new Headers([["a b", "1"]])),
    await thrown(() => new Headers({ a: "1\n2" })),
    await thrown(() => new Headers([["a"] as unknown as [string, string]])),
    await thrown(() => new Headers().append("", "1")),
    await thrown(() => new Headers({ a: "\u0100" })),
  ],
  // --- requests
  "request: defaults": () => {
    const request = new Request("http://example.com/a/../b?x=1#y");
    const { method, url, redirect, bodyUsed, body, credentials, cache } = request;
    return [method, url, redirect, bodyUsed, body, credentials, cache, request.signal.aborted];
  },
  "request: body and type": async () => {
    const request = new Request("http://x/", { method: "post", body: "é" });
    const copy = request.clone();
    const text = await request.text();
    return [
      request.method,
      request.headers.get("content-type"),
      text,
      request.bodyUsed,
      copy.bodyUsed,
      await copy.text(),
    ];
  },
  "request: of a request": async () => {
    const first = new Request("http://x/", { method: "PUT", body: "1", headers: { a: "b" } });
    const second = new Request(first, { headers: { c: "d" } });
    return [
      second.method,
      [...second.headers].filter(([n]) => n !== "content-type"),
      await second.text(),
      first.bodyUsed,
    ];
  },
  "request: what cannot be": async () => [
    await thrown(() => new Request("not a url")),
    await thrown(() => new Request("http://x/", { method: "GET", body: "1" })),
    await thrown(() => new Request("http://x/", { method: "TRACE" })),
    await thrown(() => new Request("http://x/", { method: "a b" })),
    await thrown(() => new Request("http://user:pass@x/")),
  ],
  "request: json, bytes, arrayBuffer, blob": async () => {
    const make = () =>
      new Request("http://x/", {
        method: "POST",
        body: '{"a":1}',
        headers: { "content-type": "application/json" },
      });
    const blob = await make().blob();
    return [
      await make().json(),
      hex(await make().arrayBuffer()),
      blob.type,
      blob.size,
      await thrown(() => new Request("http://x/", { method: "POST", body: "{" }).json()),
    ];
  },
  "request: used twice": async () => {
    const request = new Request("http://x/", { method: "POST", body: "1" });
    await request.text();
    return [await thrown(() => request.text()), await thrown(() => request.clone())];
  },
  // --- responses
  "response: defaults": async () => {
    const response = new Response();
    const { status, ok, statusText, type, url, redirected, body } = response;
    return [status, ok, statusText, type, url, redirected, body, await response.text()];
  },
  "response: types of bodies": async () => {
    const bodies: (BodyInit | null)[] = [
      "text",
      new Uint8Array([65, 66]),
      new URLSearchParams({ a: "1 2" }),
      new Blob(["b"], { type: "x/y" }),
      null,
    ];
    return Promise.all(
      bodies.map(async (body) => {
        const response = new Response(body);
        return [response.headers.get("content-type"), await response.text()];
      }),
    );
  },
  "response: json, redirect, error": async () => {
    const json = Response.json({ a: [1] }, { status: 201, headers: { x: "y" } });
    const redirect = Response.redirect("http://x/y", 303);
    return [
      json.status,
      json.headers.get("content-type"),
      await json.text(),
      redirect.status,
      redirect.headers.get("location"),
      Response.error().type,
      Response.error().status,
    ];
  },
  "response: what cannot be": async () => [
    await thrown(() => new Response("", { status: 99 })),
    await thrown(() => new Response("", { status: 600 })),
    await thrown(() => new Response("x", { status: 204 })),
    await thrown(() => Response.redirect("http://x/", 200)),
    await thrown(() => Response.json(undefined)),
  ],
  "response: clone divides a stream": async () => {
    const response = new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(bytesOf("a"));
          controller.enqueue(bytesOf("b"));
          controller.close();
        },
      }),
    );
    const copy = response.clone();
    return [await response.text(), await copy.text()];
  },
  "response: body is a stream of bytes": async () => {
    const response = new Response("abc");
    const pieces = await all(response.body as unknown as ReadableStream<Uint8Array>);
    return [pieces.map(hex), response.bodyUsed];
  },
  // --- forms, blobs
  "form: entries": () => {
    const form = new FormData();
    form.append("a", "1");
    form.append("a", "2");
    form.append("f", new Blob(["x"], { type: "t/p" }), "n.txt");
    form.set("b", "3");
    const file = form.get("f") as File;
    form.delete("none");
    return [form.getAll("a"), form.has("f"), file.name, file.type, file.size, [...form.keys()]];
  },
  "form: round trip": async () => {
    const form = new FormData();
    form.append("text", "a\nb");
    form.append('quo"te', "ü");
    form.append("file", new File(["con\r\ntent"], "näme.bin", { type: "a/b" }));
    const back = await new Response(form).formData();
    const file = back.get("file") as File;
    return [back.get("text"), back.get('quo"te'), file.name, file.type, await file.text()];
  },
  "form: urlencoded, and what is none": async () => {
    const back = await new Response(new URLSearchParams("a=1&b=%20")).formData();
    return [[...back.entries()], await thrown(() => new Response("x").formData())];
  },
  "blob: slice, text, stream": async () => {
    const blob = new Blob(["hello ", bytesOf("world"), new Blob(["!"])], { type: "A/B" });
    const cut = blob.slice(-6, -1, "c/d");
    return [
      blob.size,
      blob.type,
      await cut.text(),
      cut.type,
      await all(blob.stream() as unknown as ReadableStream<Uint8Array>).then((p) =>
        p.map(hex).join(""),
      ),
    ];
  },
  // --- URLs
  "url: parts": () => {
    const url = new URL("../c?q=1#h", "http://user:p%20w@EXAMPLE.com:8080/a/b/");
    url.searchParams.append("z", "ä b");
    const { href, origin, host, pathname, search, hash, username, password, port } = url;
    return [
      href,
      origin,
      host,
      pathname,
      search,
      hash,
      username,
      password,
      port,
      URL.canParse("x:"),
      URL.canParse("/"),
    ];
  },
  "url: unicode hosts, setters": () => {
    const url = new URL("https://bücher.example/ü?ü#ü");
    url.port = "443";
    url.protocol = "http";
    url.hash = "";
    return [url.href, JSON.stringify(url)];
  },
  "url: what is none": () => thrown(() => new URL("http://[::1")),
  searchParams: () => {
    const params = new URLSearchParams([
      ["b", "2"],
      ["a", "1"],
      ["b", "3"],
    ]);
    params.sort();
    params.delete("b", "2");
    return [
      String(params),
      params.getAll("b"),
      params.has("a", "1"),
      params.size,
      [...new URLSearchParams("?x=1&x=2&y")],
      [...new URLSearchParams({ q: "+&" })].join(),
    ];
  },
  urlPattern: () => {
    const pattern = new URLPattern({ pathname: "/users/:id/*" });
    const found = pattern.exec("https://x/users/7/posts/1");
    return [
      pattern.test("https://x/users/7"),
      found?.pathname.groups,
      new URLPattern("/a", "http://x").test("http://x/a"),
    ];
  },
  // --- text
  "text: encode, decode": () => {
    const target = new Uint8Array(4);
    return [
      hex(bytesOf("aé€😀")),
      new TextEncoder().encodeInto("a€€", target),
      hex(target),
      new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0xff])),
      new TextDecoder("utf-16le").decode(new Uint8Array([0x61, 0, 0x3d, 0xd8, 0, 0xde])),
    ];
  },
  "text: decode in pieces, fatal": async () => {
    const decoder = new TextDecoder();
    const text =
      decoder.decode(new Uint8Array([0xe2, 0x82]), { stream: true }) +
      decoder.decode(new Uint8Array([0xac]));
    return [
      text,
      decoder.encoding,
      decoder.fatal,
      decoder.ignoreBOM,
      await thrown(() => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([0xff]))),
      await thrown(() => new TextDecoder("nope")),
    ];
  },
  "text: lone surrogates": () => hex(bytesOf("\ud800a")),
  base64: async () => [
    btoa("ab\xff"),
    atob(" YWL/ "),
    await thrown(() => btoa("€")),
    await thrown(() => atob("*")),
  ],
  textStreams: async () => {
    const encoded = new ReadableStream({
      start(controller) {
        controller.enqueue("a\ud83d");
        controller.enqueue("\ude00");
        controller.close();
      },
    }).pipeThrough(new TextEncoderStream() as never) as ReadableStream<Uint8Array>;
    const decoded = encoded.pipeThrough(new TextDecoderStream() as never) as ReadableStream<string>;
    return (await all(decoded)).join("");
  },
  // --- streams
  "streams: read, cancel, tee": async () => {
    let cancelled: unknown;
    const stream = new ReadableStream({
      pull(controller) {
        controller.enqueue(1);
      },
      cancel(reason) {
        cancelled = reason;
      },
    });
    const reader = stream.getReader();
    const first = await reader.read();
    await reader.cancel("enough");
    return [first, cancelled, await reader.closed.then(() => "closed"), stream.locked];
  },
  "streams: pipe through a transform": async () => {
    const doubled = (ReadableStream as unknown as { from(list: number[]): ReadableStream<number> })
      .from([1, 2, 3])
      .pipeThrough(
        new TransformStream({
          transform(value: number, controller) {
            controller.enqueue(value * 2);
          },
          flush(controller) {
            controller.enqueue("end");
          },
        }),
      );
    return all(doubled as ReadableStream<unknown>);
  },
  "streams: byob": async () => {
    const stream = new ReadableStream({
      type: "bytes",
      start(controller) {
        controller.enqueue(new Uint8Array([1, 2, 3]));
        controller.close();
      },
    });
    const reader = stream.getReader({ mode: "byob" });
    const { value, done } = await reader.read(new Uint8Array(2));
    return [hex(value as Uint8Array), done];
  },
  "streams: writable, back-pressure, errors": async () => {
    const got: unknown[] = [];
    const stream = new WritableStream(
      { write: (chunk) => void got.push(chunk) },
      new CountQueuingStrategy({ highWaterMark: 2 }),
    );
    const writer = stream.getWriter();
    const size = writer.desiredSize;
    await writer.write("a");
    await writer.close();
    const broken = new ReadableStream({
      start(controller) {
        controller.error(new RangeError("x"));
      },
    });
    return [
      got,
      size,
      await thrown(() => broken.getReader().read()),
      new ByteLengthQueuingStrategy({ highWaterMark: 1 }).highWaterMark,
    ];
  },
  "compression: round trips": async () =>
    Promise.all(
      ["gzip", "deflate", "deflate-raw"].map(async (format) => {
        const packed = new Response("hello ".repeat(100)).body?.pipeThrough(
          new CompressionStream(format as "gzip") as never,
        ) as ReadableStream<Uint8Array>;
        const plain = packed.pipeThrough(
          new DecompressionStream(format as "gzip") as never,
        ) as ReadableStream<Uint8Array>;
        return (await new Response(plain).text()).length;
      }),
    ),
  "compression: what Node packed": async () => {
    const packed = Uint8Array.from(atob("H4sIAAAAAAAAA8tIzcnJBwCGphA2BQAAAA=="), (c) =>
      c.charCodeAt(0),
    );
    const plain = new Response(packed).body?.pipeThrough(
      new DecompressionStream("gzip") as never,
    ) as ReadableStream<Uint8Array>;
    return new Response(plain).text();
  },
  "compression: in pieces of any size": async () => {
    const text = Array.from({ length: 3000 }, (_, i) => `line ${i * i}`).join("\n");
    const lengths = [];
    for (const format of ["gzip", "deflate", "deflate-raw"]) {
      const packed = await through(bytesOf(text), new CompressionStream(format as "gzip"));
      for (const size of [1, 7, 1000]) {
        const plain = await through(packed, new DecompressionStream(format as "gzip"), size);
        lengths.push(new TextDecoder().decode(plain) === text);
      }
    }
    return lengths;
  },
  "compression: what is cut, changed or followed by more is refused": async () => {
    const told: unknown[] = [];
    for (const format of ["gzip", "deflate", "deflate-raw"]) {
      const packed = await through(
        bytesOf("hello ".repeat(9)),
        new CompressionStream(format as "gzip"),
      );
      const undo = (bytes: Uint8Array): Promise<string> =>
        thrown(() => through(bytes, new DecompressionStream(format as "gzip")));
      for (const cut of [0, 1, 4, 8, 12, packed.length]) {
        told.push(await undo(packed.slice(0, packed.length - cut)));
      }
      told.push(await undo(new Uint8Array([...packed, 0])));
      told.push(await undo(new Uint8Array([...packed, ...packed])));
      if (format === "deflate-raw") continue;
      // Method, the sum, and the last byte, which is of the length in gzip.
      for (const place of [0, packed.length - 5, packed.length - 1]) {
        const changed = packed.slice();
        changed[place] = (packed[place] as number) ^ 1;
        told.push(await undo(changed));
      }
    }
    return told;
  },
  "compression: gzip with all that may stand in its head": async () => {
    const packed = await through(bytesOf("hello"), new CompressionStream("gzip"));
    const head = [0x1f, 0x8b, 8, 4 + 8 + 16, 0, 0, 0, 0, 0, 3];
    const rest = [3, 0, 1, 2, 3, ...bytesOf("name\0comment\0"), ...packed.slice(10)];
    const bytes = new Uint8Array([...head, ...rest]);
    const plain = await through(bytes, new DecompressionStream("gzip"), 1);
    return new TextDecoder().decode(plain);
  },
  "compression: takes buffers and views": async () => {
    const { readable, writable } = new CompressionStream("deflate");
    const writer = writable.getWriter();
    const buffer = bytesOf("hello").buffer;
    const written = [
      writer.write(buffer),
      writer.write(new DataView(buffer, 1, 2)),
      writer.close(),
    ];
    const packed = await new Response(readable).bytes();
    await Promise.all(written);
    return new TextDecoder().decode(await through(packed, new DecompressionStream("deflate")));
  },
  // --- events
  "events: listeners": () => {
    const target = new EventTarget();
    const seen: string[] = [];
    target.addEventListener("x", (event) => seen.push(`1 ${event.type}`), { once: true });
    target.addEventListener("x", {
      handleEvent: (event) => (event.preventDefault(), seen.push("2")),
    });
    target.addEventListener("x", (event) => (event.stopImmediatePropagation(), seen.push("3")));
    target.addEventListener("x", () => seen.push("4"));
    const wanted = target.dispatchEvent(new Event("x", { cancelable: true }));
    target.dispatchEvent(new CustomEvent("x", { detail: 1 }));
    return [seen, wanted, new CustomEvent("y", { detail: { a: 1 } }).detail];
  },
  "events: of messages and errors": () => {
    const plain = new MessageEvent("message", { data: "x" });
    const full = new MessageEvent("message", { origin: "http://a", lastEventId: "7" });
    const error = new ErrorEvent("error", { message: "m", filename: "f", lineno: 1, colno: 2 });
    return [plain, full]
      .map(({ data, origin, lastEventId, source, ports }) => {
        return [data, origin, lastEventId, source, ports, Object.isFrozen(ports)];
      })
      .concat([[error.message, error.filename, error.lineno, error.colno, error.error ?? null]]);
  },
  "abort: controller, any, timeout": async () => {
    const controller = new AbortController();
    const any = AbortSignal.any([controller.signal, new AbortController().signal]);
    let told = 0;
    controller.signal.onabort = () => (told += 1);
    controller.abort();
    controller.abort("later");
    const reason = any.reason as DOMException;
    return [
      told,
      any.aborted,
      reason.name,
      await thrown(() => any.throwIfAborted()),
      AbortSignal.abort("why").reason,
      await thrown(() => new (AbortSignal as unknown as new () => unknown)()),
    ];
  },
  // --- the rest
  structuredClone: async () => {
    const source = {
      date: new Date(5),
      map: new Map([["a", new Set([1])]]),
      bytes: new Uint8Array([1, 2]),
      self: undefined as unknown,
      error: new RangeError("r"),
      re: /x/gi,
    };
    source.self = source;
    const copy = structuredClone(source);
    return [
      copy.date.getTime(),
      copy.map.get("a")?.has(1),
      hex(copy.bytes),
      copy.self === copy,
      copy.error.message,
      copy.error instanceof RangeError,
      String(copy.re),
      await thrown(() => structuredClone(() => 1)),
    ];
  },
  "queueMicrotask and promises in order": async () => {
    const order: string[] = [];
    queueMicrotask(() => order.push("micro"));
    const promise = Promise.resolve().then(() => order.push("then"));
    order.push("now");
    await promise;
    return order;
  },
  domException: () => {
    const error = new DOMException("m", "AbortError");
    return [error.name, error.message, error.code, error instanceof Error];
  },
  "crypto: digests": async () =>
    Promise.all(
      ["SHA-1", "SHA-256", "SHA-384", "SHA-512"].map(async (name) =>
        hex(await crypto.subtle.digest(name, bytesOf("abc"))),
      ),
    ),
  "crypto: hmac": async () => {
    const key = await crypto.subtle.importKey(
      "raw",
      bytesOf("key"),
      { name: "HMAC", hash: "SHA-256" },
      true,
      ["sign", "verify"],
    );
    const signature = await crypto.subtle.sign("HMAC", key, bytesOf("message"));
    const jwk = await crypto.subtle.exportKey("jwk", key);
    return [
      hex(signature),
      await crypto.subtle.verify("HMAC", key, signature, bytesOf("message")),
      await crypto.subtle.verify("HMAC", key, signature, bytesOf("other")),
      jwk.k,
      jwk.kty,
    ];
  },
  "crypto: aes-gcm": async () => {
    const key = await crypto.subtle.importKey("raw", new Uint8Array(32), "AES-GCM", false, [
      "encrypt",
      "decrypt",
    ]);
    const options = { name: "AES-GCM", iv: new Uint8Array(12), additionalData: bytesOf("aad") };
    const secret = await crypto.subtle.encrypt(options, key, bytesOf("secret"));
    return [
      hex(secret),
      new TextDecoder().decode(await crypto.subtle.decrypt(options, key, secret)),
    ];
  },
  "crypto: pbkdf2, hkdf with each hash": async () => {
    const { subtle } = crypto;
    const told: unknown[] = [];
    for (const hash of ["SHA-1", "sha-256", "SHA-384", "SHA-512", "MD5", undefined]) {
      for (const password of ["password", "a password of more bytes than a block".repeat(9), ""]) {
        for (const how of [
          { name: "PBKDF2", hash, salt: bytesOf("salt"), iterations: 3 },
          { name: "PBKDF2", hash, salt: new Uint8Array(0), iterations: 3 },
          { name: "HKDF", hash, salt: new Uint8Array(0), info: bytesOf("info") },
        ]) {
          const usages: KeyUsage[] = ["deriveBits", "deriveKey"];
          const base = await subtle.importKey("raw", bytesOf(password), how.name, false, usages);
          const derive = (): Promise<CryptoKey> =>
            subtle.deriveKey(how as Pbkdf2Params, base, { name: "HMAC", hash: "SHA-384" }, true, [
              "sign",
            ]);
          told.push(
            await outcome(async () =>
              hex(await subtle.deriveBits(how as Pbkdf2Params, base, 8 * 67)),
            ),
            await outcome(async () => hex(await subtle.exportKey("raw", await derive()))),
          );
        }
      }
    }
    return told;
  },
  "crypto: what algorithms are told": async () => {
    const { subtle } = crypto;
    const from = async (how: object, length: number | null = 64): Promise<string> => {
      const { name } = how as Pbkdf2Params;
      const base = await subtle.importKey("raw", bytesOf("pw"), name, false, ["deriveBits"]);
      return hex(await subtle.deriveBits(how as Pbkdf2Params, base, length));
    };
    const salt = bytesOf("salt");
    const pbkdf2 = { name: "pbkdf2", hash: "SHA-1", salt, iterations: 1 };
    const aes = await subtle.importKey("raw", new Uint8Array(16), "aes-gcm", false, ["encrypt"]);
    const gcm = (how: object) => async (): Promise<string> =>
      hex(await subtle.encrypt(how as AesGcmParams, aes, salt));
    const made = (how: unknown, usages: KeyUsage[]) => async (): Promise<unknown> => {
      const key = (await subtle.generateKey(how as AesKeyGenParams, true, usages)) as unknown;
      const one = key instanceof CryptoKey ? key : (key as CryptoKeyPair).privateKey;
      return [key instanceof CryptoKey, one.algorithm];
    };
    const given = (how: unknown, usage: KeyUsage) => async (): Promise<unknown> => {
      const key = await subtle.importKey("raw", new Uint8Array(16), how as "HKDF", false, [usage]);
      return [key.algorithm, key.extractable];
    };
    const deeds: (() => unknown)[] = [
      () => from(pbkdf2),
      () => from({ ...pbkdf2, hash: { name: "sha-1" } }),
      () => from({ ...pbkdf2, iterations: 1.5 }),
      () => from({ ...pbkdf2, iterations: 0 }),
      () => from({ ...pbkdf2, iterations: -1 }),
      () => from({ ...pbkdf2, iterations: undefined }),
      () => from({ ...pbkdf2, salt: undefined }),
      () => from({ ...pbkdf2, salt: "salt" }),
      () => from(pbkdf2, null),
      () => from(pbkdf2, 0),
      () => from(pbkdf2, 4),
      () => from({ name: "HKDF", hash: "SHA-1", salt }),
      () => from({ name: "HKDF", hash: "SHA-1", salt, info: salt }, 8 * (255 * 20 + 1)),
      gcm({ name: "AES-GCM" }),
      gcm({ name: "aes-gcm", iv: new Uint8Array(12) }),
      gcm({ name: "AES-GCM", iv: new Uint8Array(12), tagLength: 128.5 }),
      made({ name: "AES-GCM" }, ["encrypt"]),
      made({ name: "aes-gcm", length: 128 }, ["encrypt"]),
      made({ name: "AES-GCM", length: 1 }, ["encrypt"]),
      made({ name: "aes-kw", length: 192 }, ["wrapKey"]),
      made({ name: "hmac", hash: "sha-256" }, ["sign"]),
      made({ name: "HMAC", hash: "MD5" }, ["sign"]),
      made({ name: "HMAC" }, ["sign"]),
      made({ name: "HMAC", hash: "SHA-1", length: 21 }, ["sign"]),
      made({ name: "HMAC", hash: "SHA-1", length: 0 }, ["sign"]),
      made("ed25519", ["sign"]),
      made({ name: "ecdsa", namedCurve: "P-256" }, ["sign"]),
      made({ name: "ECDSA", namedCurve: "p-256" }, ["sign"]),
      made({}, ["sign"]),
      made("none", ["sign"]),
      made({ name: "PBKDF2" }, ["deriveBits"]),
      given("aes-cbc", "encrypt"),
      given("aes-kw", "wrapKey"),
      given("pbkdf2", "deriveBits"),
      given({ name: "hmac", hash: { name: "sha-512" } }, "sign"),
      given({ name: "HMAC", hash: "MD5" }, "sign"),
      given({ name: "HMAC" }, "sign"),
    ];
    const told: unknown[] = [];
    for (const deed of deeds) told.push(await outcome(deed));
    return told;
  },
  "crypto: usages that there are not": async () => {
    const { subtle } = crypto;
    const told: unknown[] = [];
    for (const usages of [["none"], ["sign", "none"], ["sign"], [], undefined]) {
      const given = usages as KeyUsage[];
      told.push(
        await thrown(() => subtle.generateKey({ name: "AES-GCM", length: 128 }, true, given)),
        await thrown(() => subtle.importKey("raw", new Uint8Array(16), "AES-GCM", true, given)),
      );
    }
    return told;
  },
  "crypto: an agreement that becomes a key to derive from": async () => {
    const { subtle } = crypto;
    const kind = { name: "ECDH", namedCurve: "P-256" };
    const make = (): Promise<CryptoKeyPair> =>
      subtle.generateKey(kind, false, ["deriveKey"]) as Promise<CryptoKeyPair>;
    const [one, other] = [await make(), await make()];
    const salt = bytesOf("salt");
    const told: string[] = [];
    for (const [own, open] of [
      [one.privateKey, other.publicKey],
      [other.privateKey, one.publicKey],
    ] as const) {
      const how = { name: "ECDH", public: open };
      const base = await subtle.deriveKey(how, own, "HKDF", false, ["deriveBits"]);
      const hkdf = { name: "HKDF", hash: "SHA-384", salt, info: salt };
      told.push(hex(await subtle.deriveBits(hkdf, base, 256)));
    }
    const how = { name: "ECDH", public: one.publicKey };
    return [
      [told[0]?.length, told[0] === told[1]],
      await thrown(() => subtle.deriveKey(how, other.privateKey, "HKDF", true, ["deriveBits"])),
      await thrown(() => subtle.deriveKey(how, other.privateKey, kind, true, ["deriveBits"])),
    ];
  },
  "crypto: keys of hmac count in bits": async () => {
    const { subtle } = crypto;
    const told: unknown[] = [];
    for (const length of [undefined, 0, 1, 15, 16, 17, 20, 24, 25, 32]) {
      told.push(
        await outcome(async () => {
          const kind = { name: "HMAC", hash: "SHA-256", ...(length !== undefined && { length }) };
          const key = await subtle.importKey("raw", bytesOf("pwd"), kind, true, ["sign"]);
          const signature = await subtle.sign("HMAC", key, bytesOf("m"));
          return [key.algorithm, hex(await subtle.exportKey("raw", key)), hex(signature)];
        }),
      );
    }
    const empty = new Uint8Array(0);
    const kind = { name: "HMAC", hash: "SHA-256" };
    told.push(await thrown(() => subtle.importKey("raw", empty, kind, true, ["sign"])));
    return told;
  },
  "crypto: formats that keys do not have": async () => {
    const { subtle } = crypto;
    const elliptic = { namedCurve: "P-256" };
    const told: unknown[] = [];
    for (const [kind, usage] of [
      [{ name: "AES-GCM" }, "encrypt"],
      [{ name: "HMAC", hash: "SHA-1" }, "sign"],
      [{ name: "PBKDF2" }, "deriveBits"],
      [{ name: "HKDF" }, "deriveBits"],
      [{ name: "RSA-PSS", hash: "SHA-1" }, "verify"],
      [{ name: "ECDSA", ...elliptic }, "verify"],
      [{ name: "ECDSA", ...elliptic }, "sign"],
      [{ name: "ECDH", ...elliptic }, "deriveBits"],
      [{ name: "Ed25519" }, "sign"],
      [{ name: "X25519" }, "deriveBits"],
      [{ name: "AES-CBC" }, "sign"],
    ] as const) {
      for (const format of ["jwk", "pkcs8", "raw", "spki", "none"]) {
        for (const source of [new Uint8Array(3), {}, "text"]) {
          const given = (extractable: boolean) => (): Promise<CryptoKey> =>
            subtle.importKey(
              format as "raw",
              source as Uint8Array<ArrayBuffer>,
              kind,
              extractable,
              [usage],
            );
          // A key of bytes that are too few is one to those that take any number.
          told.push([kind.name, usage, format, await thrown(given(true))]);
        }
      }
    }
    const aes = await subtle.generateKey({ name: "AES-GCM", length: 128 }, true, ["encrypt"]);
    const { publicKey, privateKey } = (await subtle.generateKey(
      { name: "ECDSA", ...elliptic },
      true,
      ["sign"],
    )) as CryptoKeyPair;
    for (const [format, key] of [
      ["none", aes],
      ["spki", aes],
      ["pkcs8", publicKey],
      ["spki", privateKey],
    ] as const) {
      told.push(await thrown(() => subtle.exportKey(format as "raw", key)));
    }
    return told;
  },
  "crypto: what a jwk says": async () => {
    const { subtle } = crypto;
    const rsa = { modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]) };
    const told: unknown[] = [];
    for (const [kind, own, open] of [
      [{ name: "AES-GCM", length: 128 }, ["encrypt", "decrypt"], []],
      [{ name: "AES-KW", length: 256 }, ["wrapKey"], []],
      [{ name: "HMAC", hash: "SHA-256" }, ["sign", "verify"], []],
      [{ name: "ECDSA", namedCurve: "P-256" }, ["sign"], ["verify"]],
      [{ name: "ECDH", namedCurve: "P-384" }, ["deriveBits", "deriveKey"], []],
      [{ name: "Ed25519" }, ["sign"], ["verify"]],
      [{ name: "X25519" }, ["deriveBits"], []],
      [{ name: "RSA-PSS", hash: "SHA-256", ...rsa }, ["sign"], ["verify"]],
      [{ name: "RSA-OAEP", hash: "SHA-1", ...rsa }, ["decrypt"], ["encrypt"]],
      [{ name: "RSASSA-PKCS1-v1_5", hash: "SHA-512", ...rsa }, ["sign"], ["verify"]],
    ] as [AesKeyGenParams, KeyUsage[], KeyUsage[]][]) {
      const make = async (): Promise<[JsonWebKey, JsonWebKey]> => {
        const made = (await subtle.generateKey(kind, true, [...own, ...open])) as unknown;
        const pair = made instanceof CryptoKey ? made : (made as CryptoKeyPair).privateKey;
        const other = made instanceof CryptoKey ? made : (made as CryptoKeyPair).publicKey;
        return [await subtle.exportKey("jwk", pair), await subtle.exportKey("jwk", other)];
      };
      const [secret, told_] = await make();
      const [another] = await make();
      const { key_ops: _, ...plain } = secret;
      const { key_ops: __, ...publicPart } = told_;
      told.push([kind.name, Object.keys(secret).toSorted(), secret.alg, secret.key_ops]);
      const names = ["A128GCM", "A256GCM", "A256KW", "HS256", "HS1", "ES256", "ES384", "EdDSA"];
      names.push("Ed25519", "ECDH-ES", "PS256", "RS512", "RSA-OAEP", "RSA-OAEP-256", "none");
      const changes: [object, KeyUsage[]?, boolean?][] = [
        [plain],
        [secret],
        [{ ...plain, kty: "none" }],
        [{ ...plain, kty: undefined }],
        [{ ...plain, use: "sig" }],
        [{ ...plain, use: "enc" }],
        ...names.map((alg): [object] => [{ ...plain, alg }]),
        [{ ...plain, ext: false }],
        [{ ...plain, ext: false }, own, false],
        [{ ...plain, key_ops: [] }],
        [{ ...plain, key_ops: own.slice(1) }],
        [{ ...plain, key_ops: [...own, "unwrapKey"] }],
        [{ ...plain, key_ops: [...own, ...own] }],
        [{ ...plain, key_ops: 7 }],
        [plain, []],
        [publicPart, open],
        [publicPart, own],
        [{ ...publicPart, use: "none" }, open],
        ...(kind.name.startsWith("RSA")
          ? []
          : [
              [{ ...plain, crv: "P-521" }] as [object],
              [{ ...plain, x: undefined }] as [object],
              [{ ...plain, y: undefined }] as [object],
              [{ ...plain, k: undefined }] as [object],
              [{ ...plain, k: 7, d: 7 }] as [object],
              [{ ...plain, x: another.x }] as [object],
              [{ ...plain, ...(plain.d !== undefined && { d: another.d }) }] as [object],
            ]),
        [{ ...plain, n: undefined, q: undefined }],
      ];
      for (const [jwk, usages = own, extractable = true] of changes) {
        told.push(
          await outcome(async () => {
            const key = await subtle.importKey("jwk", jwk, kind, extractable, usages);
            return [key.type, key.algorithm, key.usages, key.extractable];
          }),
        );
      }
    }
    return told;
  },
  // A key whose public exponent is 3, and what was made with it elsewhere.
  "crypto: rsa in each format": async () => {
    const { subtle } = crypto;
    const pkcs8 = Uint8Array.fromBase64(
      "MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAMGS+RTsk97qnqA4p1xM8MBzJu4eFa8e" +
        "eEgucvo9lxbZv3hCQdR0EPNNhSPOvDqdxtKdGS6nN3iVZE3lCnjvMbv5LYKKjvr4y7GaWxBfgigU2+4J" +
        "B16wxGi03oTaGwfL12V51GQTVyqewxTZ276suTA2hETSrFKefXwZAQ+8v2yZAgEDAoGBAIEMpg3zDT9H" +
        "FGrQb5Ld9dWiGfQUDnS++trJofwpD2SRKlAsK+L4C0zeWMKJ0tG+hIxou3RvelBjmDPuBvtKISbSk7Aq" +
        "54ObxhyntWJWjh4n2bRKWyaxlNDvtAjEuGl8atI71AxSPYBk/nNW8cjY27wkQhP3PCicSaluDEXT6xBD" +
        "AkEA4zfmwJyCr2GoK3fOHlivPWrxIRDIroGlixd9XEMEixw6lbiMUipjcNA+CXG/6oLfyDgzk0aQ0Ypf" +
        "nQ0dVG/VAwJBANoYE4mXMt/A3nNTLr9US5uqbnht2/fjicI4+lbDZQYa74pdxUXQhpZ1Kc3/UXzstjfo" +
        "80yLhOKEnlbhiapu/zMCQQCXepnVvax068VyT96+5coo8fYWCzB0Vm5culOS11hcvXxj0F2MHEJLNX6w" +
        "9n/xrJUwJXe3hGCLsZUTXhONn+NXAkEAkWViW7oh6oCUTOIfKjgyZ8b0UEk9T+0GgXtRjyzuBBH1Buku" +
        "LosEZE4b3qo2U0h5eptM3bJYlwMUOeuxHEn/dwJAReFDMXRcK3l1M/aa4Y4mMHhuECNGC8AtK7ETT91V" +
        "8lDAeKUUVHQ+vldx3uW7sEWF73xAoZXKtdwlS5d6T+1deg==",
    );
    const signature = Uint8Array.fromBase64(
      "B3X5SBbqc0w9wbrgUAa3K9UTX1IPFjoquvL4lz+EfDAm6eiydbIbI/JqvSD8GhvGqgg+1YF7WCJpO9xW" +
        "XFdI3i3FG5KvI5ltpWqceoeuq5mwK2eBjBnvJBDy7GZepXHH+4rFL2U5v+FZ+rs064QFCmSq1mED5BEO" +
        "Ku/MKdt/LFo=",
    );
    const sealed = Uint8Array.fromBase64(
      "Fuxsz+OkBLmJ5uLVSr/iY7+/d0hIcwFVifru7MbnMA4IdiC386OnmGVqjQGsCzYg8Y2u9fSyC7uFCZP1" +
        "A7Ufh4WBJXksEsYUBj6sAOD/Cexfd88MIINlhsh7cEuH5X4GmLG3Z2uCMxKI+jdXI0lRqNCNY0oHGzPG" +
        "7cv2K+p8JjU=",
    );
    const pss = { name: "RSA-PSS", hash: "SHA-256" };
    const how = { name: "RSA-PSS", saltLength: 32 };
    const pkcs1 = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-512" };
    const oaep = { name: "RSA-OAEP", hash: "SHA-1" };
    const key = await subtle.importKey("pkcs8", pkcs8, pss, true, ["sign"]);
    const jwk = await subtle.exportKey("jwk", key);
    const { n, e } = jwk;
    const open = await subtle.importKey("jwk", { kty: "RSA", n, e }, pss, true, ["verify"]);
    const spki = await subtle.exportKey("spki", open);
    const again = await subtle.importKey("spki", spki, pss, true, ["verify"]);
    const { alg: _, key_ops: __, ...numbers } = jwk;
    const signer = await subtle.importKey("jwk", numbers, pkcs1, true, ["sign"]);
    const reader = await subtle.importKey("jwk", numbers, oaep, true, ["decrypt"]);
    const own = await subtle.sign(how, key, bytesOf("m"));
    const pair = (await subtle.generateKey(
      { ...pss, modulusLength: 1024, publicExponent: new Uint8Array([0, 1, 0, 1]) },
      true,
      ["sign"],
    )) as CryptoKeyPair;
    return [
      [jwk, key.algorithm, open.algorithm, hex(spki), await subtle.exportKey("jwk", again)],
      hex(await subtle.exportKey("pkcs8", signer)),
      hex(await subtle.sign(pkcs1.name, signer, bytesOf("m"))),
      hex(await subtle.decrypt(oaep, reader, sealed)),
      hex(await subtle.decrypt({ ...oaep, label: new Uint8Array(0) }, reader, sealed)),
      await subtle.verify(how, open, signature, bytesOf("m")),
      await subtle.verify(how, again, own, bytesOf("m")),
      await subtle.verify(how, again, own, bytesOf("n")),
      await thrown(() => subtle.sign({ name: "RSA-PSS" } as RsaPssParams, key, bytesOf("m"))),
      await thrown(() => subtle.sign({ name: "RSA-PSS", saltLength: 95 }, key, bytesOf("m"))),
      (await subtle.exportKey("jwk", pair.publicKey)).e,
    ];
  },
  "crypto: ecdsa signs what it verifies, keys go through each format": async () => {
    const algorithm = { name: "ECDSA", namedCurve: "P-256" };
    const how = { name: "ECDSA", hash: "SHA-256" };
    const pair = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const answers: unknown[] = [];
    for (const format of ["jwk", "pkcs8"] as const) {
      const key = await crypto.subtle.exportKey(format, pair.privateKey);
      const back = await crypto.subtle.importKey(
        format as "jwk",
        key as JsonWebKey,
        algorithm,
        true,
        ["sign"],
      );
      const signature = await crypto.subtle.sign(how, back, bytesOf("m"));
      answers.push(
        signature.byteLength,
        await crypto.subtle.verify(how, pair.publicKey, signature, bytesOf("m")),
      );
    }
    for (const format of ["jwk", "spki", "raw"] as const) {
      const key = await crypto.subtle.exportKey(format, pair.publicKey);
      const back = await crypto.subtle.importKey(
        format as "jwk",
        key as JsonWebKey,
        algorithm,
        true,
        ["verify"],
      );
      const signature = await crypto.subtle.sign(how, pair.privateKey, bytesOf("m"));
      answers.push(
        await crypto.subtle.verify(how, back, signature, bytesOf("m")),
        await crypto.subtle.verify(how, back, signature, bytesOf("n")),
      );
    }
    return answers;
  },
  "crypto: private keys are written with their public halves": async () => {
    const { subtle } = crypto;
    const kind = { name: "ECDSA", namedCurve: "P-256" };
    const jwk = {
      kty: "EC",
      crv: "P-256",
      d: "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE",
      x: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
      y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    };
    const key = await subtle.importKey("jwk", jwk, kind, true, ["sign"]);
    const written = new Uint8Array(await subtle.exportKey("pkcs8", key));
    const back = await subtle.importKey("pkcs8", written, kind, true, ["sign"]);
    const changed = written.with(written.length - 1, 1);
    return [
      hex(written),
      await subtle.exportKey("jwk", back),
      await thrown(() => subtle.importKey("pkcs8", changed, kind, true, ["sign"])),
    ];
  },
  "crypto: a signature made elsewhere": async () => {
    const jwk = {
      kty: "EC",
      crv: "P-256",
      x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
      y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    };
    const key = await crypto.subtle.importKey(
      "jwk",
      jwk,
      { name: "ECDSA", namedCurve: "P-256" },
      true,
      ["verify"],
    );
    // RFC 7515, appendix A.3.
    const text =
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGx" +
      "lLmNvbS9pc19yb290Ijp0cnVlfQ";
    const signature = Uint8Array.fromBase64(
      "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
      { alphabet: "base64url" },
    );
    return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, bytesOf(text));
  },
  "crypto: ed25519": async () => {
    // RFC 8037, appendix A.
    const jwk = {
      kty: "OKP",
      crv: "Ed25519",
      d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
      x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    };
    const key = await crypto.subtle.importKey("jwk", jwk, "Ed25519", true, ["sign"]);
    const signature = await crypto.subtle.sign(
      "Ed25519",
      key,
      bytesOf("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"),
    );
    const spki = Uint8Array.fromBase64(
      "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    );
    const open = await crypto.subtle.importKey("spki", spki, "Ed25519", true, ["verify"]);
    const pair = (await crypto.subtle.generateKey("Ed25519", true, [
      "sign",
      "verify",
    ])) as CryptoKeyPair;
    const own = await crypto.subtle.sign("Ed25519", pair.privateKey, bytesOf("m"));
    return [
      hex(signature),
      await crypto.subtle.verify("Ed25519", open, signature, bytesOf("other")),
      await crypto.subtle.verify("Ed25519", pair.publicKey, own, bytesOf("m")),
      hex(await crypto.subtle.exportKey("pkcs8", key)),
      (await crypto.subtle.exportKey("jwk", open)).x,
    ];
  },
  "crypto: chance": async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [
      bytes.length,
      bytes.some((byte) => byte !== 0),
      /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(crypto.randomUUID()),
      Math.random() !== Math.random(),
    ];
  },
  "crypto: keys that two agree on": async () => {
    const told: unknown[] = [];
    for (const curve of ["P-256", "P-384", "P-521", "X25519"]) {
      const kind = curve === "X25519" ? curve : { name: "ECDH", namedCurve: curve };
      const make = (): Promise<CryptoKeyPair> =>
        crypto.subtle.generateKey(kind, true, [
          "deriveKey",
          "deriveBits",
        ]) as Promise<CryptoKeyPair>;
      const [ours, theirs] = [await make(), await make()];
      told.push([ours.publicKey.usages, ours.privateKey.usages, ours.publicKey.algorithm]);
      const name = curve === "X25519" ? curve : "ECDH";
      const here = [{ name, public: theirs.publicKey }, ours.privateKey] as const;
      const there = [{ name, public: ours.publicKey }, theirs.privateKey] as const;
      for (const length of [null, 0, 12, 128, 256, 384, 528, 1000]) {
        told.push(
          await outcome(async () => {
            const bits = await crypto.subtle.deriveBits(...here, length as number);
            const same = await crypto.subtle.deriveBits(...there, length as number);
            return [bits.byteLength, hex(bits) === hex(same)];
          }),
        );
      }
      for (const wanted of [
        { name: "AES-GCM", length: 256 },
        { name: "HMAC", hash: "SHA-256", length: 256 },
      ]) {
        const usages: KeyUsage[] = wanted.name === "HMAC" ? ["sign"] : ["encrypt"];
        const key = await crypto.subtle.deriveKey(...here, wanted, true, usages);
        const same = await crypto.subtle.deriveKey(...there, wanted, true, usages);
        const raw = hex(await crypto.subtle.exportKey("raw", key));
        told.push([key.type, key.usages, raw === hex(await crypto.subtle.exportKey("raw", same))]);
      }
    }
    return told;
  },
  "crypto: x25519 in each format": async () => {
    const scalar = "70076d0a7318a57d3c16c17251b2664df2d4d1a1c5c3f1c8d8d1b6b1b0a1c253";
    const der = Uint8Array.fromHex(`302e020100300506032b656e04220420${scalar}`);
    const key = await crypto.subtle.importKey("pkcs8", der, "X25519", true, ["deriveBits"]);
    const point = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
    const open = await crypto.subtle.importKey(
      "raw",
      Uint8Array.fromHex(point),
      "X25519",
      true,
      [],
    );
    const algorithm = { name: "X25519", public: open };
    return [
      [key.type, key.usages, open.type, open.usages],
      hex(await crypto.subtle.deriveBits(algorithm, key, 256)),
      await crypto.subtle.exportKey("jwk", key),
      await crypto.subtle.exportKey("jwk", open),
      hex(await crypto.subtle.exportKey("pkcs8", key)),
      hex(await crypto.subtle.exportKey("spki", open)),
    ];
  },
  "crypto: keys made of passwords": async () => {
    const told: unknown[] = [];
    const salt = bytesOf("salt");
    for (const how of [
      { name: "HKDF", hash: "SHA-256", salt, info: bytesOf("info") },
      { name: "PBKDF2", hash: "SHA-256", salt, iterations: 3 },
    ]) {
      const usages: KeyUsage[] = ["deriveKey"];
      const base = await crypto.subtle.importKey("raw", salt, how.name, false, usages);
      for (const wanted of [
        { name: "AES-GCM", length: 256 },
        { name: "AES-CBC", length: 128 },
        { name: "HMAC", hash: "SHA-256" },
        { name: "HMAC", hash: "SHA-512" },
      ]) {
        const used: KeyUsage[] = wanted.name === "HMAC" ? ["sign"] : ["encrypt"];
        const key = await crypto.subtle.deriveKey(how, base, wanted, true, used);
        told.push(await crypto.subtle.exportKey("jwk", key));
      }
      told.push(await thrown(() => crypto.subtle.deriveBits(how, base, 256)));
    }
    return told;
  },
  "crypto: aes-gcm with tags of each length": async () => {
    const told: unknown[] = [];
    const key = await crypto.subtle.importKey("raw", new Uint8Array(16), "AES-GCM", false, [
      "encrypt",
    ]);
    const other = await crypto.subtle.importKey("raw", new Uint8Array(16), "AES-GCM", false, [
      "decrypt",
    ]);
    const [iv, additionalData] = [new Uint8Array(12), bytesOf("more")];
    for (const tagLength of [13, 32, 64, 96, 104, 112, 120, 128]) {
      const how = { name: "AES-GCM", iv, additionalData, tagLength };
      told.push(
        await outcome(async () => {
          const secret = new Uint8Array(await crypto.subtle.encrypt(how, key, bytesOf("secret")));
          const changed = secret.with(2, 1);
          return [
            hex(secret),
            hex(await crypto.subtle.decrypt(how, other, secret)),
            await thrown(() => crypto.subtle.decrypt(how, other, changed)),
            await thrown(() => crypto.subtle.decrypt(how, other, secret.slice(0, 3))),
          ];
        }),
      );
    }
    return told;
  },
  "crypto: aes-ctr counts with as many bits as it is told": async () => {
    const key = await crypto.subtle.importKey("raw", new Uint8Array(16), "AES-CTR", false, [
      "encrypt",
      "decrypt",
    ]);
    const counter = new Uint8Array(16).fill(255).with(15, 254);
    const told: unknown[] = [];
    for (const length of [0, 1, 2, 64, 128]) {
      const how = { name: "AES-CTR", counter, length };
      told.push(
        await outcome(async () => hex(await crypto.subtle.encrypt(how, key, new Uint8Array(60)))),
      );
    }
    return told;
  },
  "crypto: aes-cbc that does not decrypt": async () => {
    const key = await crypto.subtle.importKey("raw", new Uint8Array(16), "AES-CBC", false, [
      "encrypt",
      "decrypt",
    ]);
    const how = { name: "AES-CBC", iv: new Uint8Array(16) };
    const secret = new Uint8Array(
      await crypto.subtle.encrypt(how, key, bytesOf("a secret of some length")),
    );
    return [
      await thrown(() => crypto.subtle.decrypt(how, key, secret.with(15, 1))),
      await thrown(() => crypto.subtle.decrypt(how, key, secret.slice(0, 16))),
      await thrown(() => crypto.subtle.decrypt(how, key, secret.slice(0, 9))),
      hex(await crypto.subtle.decrypt(how, key, secret)),
    ];
  },
  "crypto: keys in keys": async () => {
    const { subtle } = crypto;
    const count = Uint8Array.from({ length: 16 }, (_, i) => i);
    const wrapping: KeyUsage[] = ["wrapKey", "unwrapKey"];
    // Of RFC 3394.
    const by = await subtle.importKey("raw", count, "AES-KW", true, wrapping);
    const content = Uint8Array.fromHex("00112233445566778899aabbccddeeff");
    const key = await subtle.importKey("raw", content, "AES-GCM", true, ["encrypt"]);
    const wrapped = new Uint8Array(await subtle.wrapKey("raw", key, by, "AES-KW"));
    const unwrap = (bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
      subtle.unwrapKey("raw", bytes, by, "AES-KW", "AES-GCM", true, ["encrypt"]);
    const how = { name: "AES-GCM", iv: new Uint8Array(12) };
    const gcm = await subtle.importKey("raw", count, "AES-GCM", true, wrapping);
    const jwk = await subtle.wrapKey("jwk", key, gcm, how);
    const back = await subtle.unwrapKey("jwk", jwk, gcm, how, "AES-GCM", true, ["encrypt"]);
    const made = await subtle.generateKey({ name: "AES-KW", length: 192 }, false, wrapping);
    return [
      hex(wrapped),
      hex(await subtle.exportKey("raw", await unwrap(wrapped))),
      await thrown(() => unwrap(wrapped.with(3, 0))),
      hex(await subtle.exportKey("raw", back)),
      [by.algorithm, made.algorithm, made.usages],
      await thrown(() => subtle.wrapKey("raw", made, by, "AES-KW")),
      await thrown(() => subtle.encrypt(how, gcm, content)),
      await thrown(() => subtle.generateKey({ name: "AES-KW", length: 100 }, false, wrapping)),
    ];
  },
  "crypto: a key is for what it is for": async () => {
    const { subtle } = crypto;
    const iv = new Uint8Array(16);
    const bytes = bytesOf("sixteen bytes ..");
    const cbc = await subtle.importKey("raw", bytes, "AES-CBC", true, ["encrypt"]);
    const hmac = await subtle.generateKey({ name: "HMAC", hash: "SHA-384" }, true, ["verify"]);
    const pair = (await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, [
      "sign",
    ])) as CryptoKeyPair;
    const make = (algorithm: object, usages: string[]) => () =>
      subtle.generateKey(algorithm as AesKeyGenParams, true, usages as KeyUsage[]);
    const aes = { name: "AES-GCM", length: 128 };
    const deeds = [
      () => subtle.decrypt({ name: "AES-CBC", iv }, cbc, bytes),
      () => subtle.encrypt({ name: "AES-CTR", counter: iv, length: 64 }, cbc, bytes),
      () => subtle.encrypt({ name: "AES-GCM", iv }, cbc, bytes),
      () => subtle.sign("HMAC", hmac, bytes),
      () => subtle.sign("HMAC", cbc, bytes),
      () => subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.publicKey, bytes),
      () => subtle.verify({ name: "ECDSA", hash: "SHA-256" }, pair.publicKey, bytes, bytes),
      () => subtle.exportKey("pkcs8", pair.privateKey),
      make(aes, []),
      make(aes, ["sign"]),
      make({ name: "HMAC", hash: "SHA-256" }, []),
      make({ name: "ECDSA", namedCurve: "P-256" }, ["verify"]),
      make({ name: "ECDH", namedCurve: "P-256" }, []),
      make({ name: "Ed25519" }, []),
      () => subtle.importKey("raw", bytes, "AES-GCM", true, []),
      () => subtle.importKey("raw", bytes, "AES-GCM", true, ["sign"]),
      () => subtle.importKey("raw", bytes, "PBKDF2", false, ["encrypt" as "deriveKey"]),
    ];
    const told = [];
    for (const deed of deeds) told.push(await thrown(deed));
    return [told, hmac.algorithm, pair.publicKey.usages, pair.publicKey.extractable];
  },
  "crypto: what cannot be filled by chance": async () => {
    const told = [];
    for (const view of [
      new Float32Array(2),
      new Float64Array(2),
      new DataView(new ArrayBuffer(2)),
      [1],
      undefined,
      new Uint8Array(65_537),
      new BigInt64Array(8193),
      new BigUint64Array(8),
      new Uint8ClampedArray(65_536),
    ]) {
      told.push(await thrown(() => crypto.getRandomValues(view as Uint8Array<ArrayBuffer>)));
    }
    return told;
  },
  "clones: objects of the web": async () => {
    const file = new File(["abc"], "n.txt", { type: "x/y", lastModified: 5 });
    const { blob, inner } = structuredClone({
      blob: new Blob(["ab"], { type: "x/y" }),
      inner: file,
    });
    const stopped = structuredClone(new DOMException("m", "AbortError"));
    const failed = structuredClone(new RangeError("m", { cause: [new TypeError("n")] }));
    const raw = new Uint8Array(16);
    const key = structuredClone(
      await crypto.subtle.importKey("raw", raw, "AES-GCM", true, ["encrypt"]),
    );
    const [cause] = failed.cause as Error[];
    return [
      [blob instanceof Blob, blob.size, blob.type, await blob.text()],
      [inner instanceof File, inner.name, inner.lastModified, await inner.text()],
      [stopped instanceof DOMException, stopped.name, stopped.message, stopped.code],
      [
        failed instanceof RangeError,
        failed.message,
        cause instanceof TypeError,
        typeof cause?.stack,
      ],
      [key instanceof CryptoKey, key.usages, hex(await crypto.subtle.exportKey("raw", key))],
    ];
  },
  "clones: what is one thing stays one thing": () => {
    const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer;
    const key = { x: 1 };
    const given: Record<string, unknown> = {
      views: [new Uint8Array(buffer, 2, 3), new DataView(buffer, 1), buffer],
      map: new Map<unknown, unknown>([[key, key]]),
      set: new Set([key]),
      boxed: [new Number(3), new String("x"), Object(5n)],
      sparse: Object.assign([1, , 3], { more: 1 }),
      date: new Date(5),
      form: /a/gi,
    };
    given["self"] = given;
    const copy = structuredClone(given) as Record<string, never>;
    const [bytes, view, own] = copy["views"] as [Uint8Array, DataView, ArrayBuffer];
    const [[from, to] = []] = copy["map"] as Map<unknown, unknown>;
    const [boxed, text, big] = copy["boxed"] as object[];
    return [
      [bytes.buffer === own, view.buffer === own, own !== buffer],
      [[...bytes], bytes.byteOffset, view.byteOffset, view.byteLength],
      [from === to, from !== key, (copy["set"] as Set<unknown>).has(from)],
      [boxed instanceof Number, Number(boxed), String(text), String(big)],
      [1 in copy["sparse"], Object.entries(copy["sparse"])],
      [(copy["date"] as Date).getTime(), String(copy["form"]), copy["self"] === copy],
    ];
  },
  "clones: buffers are transferred, or all stays as it was": async () => {
    const view = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
    const kept = new ArrayBuffer(3);
    const failed = await thrown(() => structuredClone([kept, () => 1], { transfer: [kept] }));
    const moved = structuredClone({ view, again: view.buffer }, { transfer: [view.buffer] });
    const gone = view.buffer;
    return [
      [failed, kept.byteLength],
      [[...moved.view], moved.view.byteOffset, moved.view.buffer === moved.again],
      [view.length, gone.byteLength],
      await thrown(() => structuredClone(gone)),
      await thrown(() => structuredClone(1, { transfer: [kept, kept] })),
      await thrown(() => structuredClone(1, { transfer: [{} as ArrayBuffer] })),
      kept.byteLength,
    ];
  },
  "clones: what cannot be cloned": async () => {
    const told = [];
    for (const value of [
      () => 1,
      Symbol("x"),
      Promise.resolve(),
      new WeakMap(),
      new Proxy({}, {}),
      new Response("x"),
      new Headers(),
      new URL("http://x"),
      { deep: [new ReadableStream()] },
      new Object(Symbol("x")),
      (function* () {})(),
      (async function* () {})(),
      [].values(),
      [].values().map(String),
      new Map().entries(),
      new Set().values(),
      ""[Symbol.iterator](),
      "".matchAll(/./g),
      // No iterator of the language's own, but an object with a class.
      new (class extends Iterator<number> {
        next(): IteratorResult<number> {
          return { done: true, value: 1 };
        }
      })(),
    ]) {
      told.push(await thrown(() => structuredClone(value)));
    }
    return told;
  },
  "weak references hold until the job is over": () => {
    const weak = new WeakRef({ a: 1 });
    return [weak.deref()?.a, weak instanceof WeakRef, WeakRef.name];
  },
  "requests: a stream is sent by half duplex": async () => {
    const body = (): ReadableStream => new ReadableStream();
    const make = (duplex?: string) => (): Request =>
      new Request("http://x/", { method: "POST", body: body(), duplex } as RequestInit);
    const made = new Request(make("half")());
    return [
      await thrown(make()),
      await thrown(make("full")),
      await thrown(make("half")),
      await thrown(() => new Request("http://y/", made)),
    ];
  },
  "performance and clocks": () => [
    performance.now() >= 0,
    typeof performance.timeOrigin,
    Date.now() > 0,
  ],
  "globals are as on the web": () => {
    const property = Object.getOwnPropertyDescriptor(globalThis, "Headers");
    return [
      property?.enumerable,
      property?.writable,
      property?.configurable,
      Object.prototype.toString.call(new Headers()),
      Object.prototype.toString.call(new URL("http://x")),
      Object.prototype.toString.call(new Response()),
      self === globalThis,
    ];
  },
  "objects say what they are": () =>
    [
      new TextDecoder(),
      new TextEncoder(),
      new CompressionStream("gzip"),
      new DecompressionStream("gzip"),
      new Blob(),
      new AbortController(),
      new CustomEvent("x"),
      new MessageEvent("x"),
    ].map((object) => [Object.prototype.toString.call(object), object.constructor.name]),
};

/** What each case answers, or how it failed. */
export async function answers(): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const [name, run] of Object.entries(cases)) {
    try {
      found[name] = await run();
    } catch (error) {
      found[name] = `failed: ${String(error)}`;
    }
  }
  return JSON.parse(JSON.stringify(found)) as Record<string, unknown>;
}

export default {
  fetch: async (): Promise<Response> => Response.json(await answers()),
};
