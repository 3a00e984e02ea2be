/**
 * Guest programs: small WebAssembly programs with one job each, for tests, benches and examples.
 *
 * Knows what programs there are, where their sources are and where their built modules are. Sources
 * are C (`.c`), on wasi-libc or, for what is linked to others, on nothing; AssemblyScript (`.ts`,
 * beside the binding that they are about); WebAssembly text (`.wat`); or bytes by hand (`.hex`) for
 * what neither compiler nor assembler can write. The built modules are committed, so that nobody
 * needs a compiler to run a test; `build.ts` makes them again, and a test checks that they are what
 * it makes.
 *
 * Must hold: each row has a source, each source a row, each row a built module.
 * Never imports: anything of the project. Start reading at `guests`.
 */
import { fileURLToPath } from "node:url";

/** A folder of guests, by what they are for. */
export type GuestKind =
  | "basics"
  | "hostile"
  | "kernels"
  | "conformance"
  | "http"
  | "script"
  | "shop"
  | "sdk";

/** One guest program. What it takes and prints is said at the head of its source. */
export interface Guest {
  readonly kind: GuestKind;
  readonly name: string;
  readonly language: "c" | "c-library" | "wat" | "hex" | "assemblyscript";
  readonly about: string;
}

function row(
  kind: GuestKind,
  name: string,
  about: string,
  language: Guest["language"] = "c",
): Guest {
  return { kind, name, language, about };
}

/** All guest programs. */
export const guests: readonly Guest[] = [
  row("basics", "accept-echo", "serves a listening socket, sends everything back"),
  row("basics", "args", "prints its arguments and environment"),
  row("basics", "boss", "starts children, restarts those that fail, ends them when it is asked to"),
  row("basics", "call-name", "sends its input to who has a name, prints what comes back"),
  row("basics", "calls", "makes one kind of call again and again, for measuring"),
  row("basics", "clock", "prints both clocks"),
  row("basics", "connect-echo", "sends a text over a connected socket, prints what comes back"),
  row("basics", "echo", "copies standard input to standard output"),
  row("basics", "exit", "ends with a code"),
  row("basics", "files", "an ordinary life of files and folders, through the C library"),
  row("basics", "hello", "says hello"),
  row("basics", "nothing", "starts and ends, with one page of memory", "wat"),
  row("basics", "poll-stdin", "waits for input and a timer at once"),
  row("basics", "random", "prints random bytes"),
  row("basics", "reactor", "a library: `_initialize` and no `_start`", "wat"),
  row("basics", "sleep", "waits for a timer"),
  row("basics", "words", "counts words of files and input; also says when, and draws one by lot"),
  row("hostile", "bad-handler", "misuses the requests it serves"),
  row("hostile", "bad-parent", "has children and does not look after them, or has too many"),
  row("hostile", "catch-all", "spins in a `try` that catches everything", "wat"),
  row("hostile", "catch-all-exit", "calls proc_exit in a `try` that catches everything", "wat"),
  row("hostile", "catch-all-table", "spins in a `try_table` that catches everything", "hex"),
  row("hostile", "escape", "tries every way out of its directory"),
  row("hostile", "fill-disk", "writes a file that never stops growing"),
  row("hostile", "flood", "writes output without end"),
  row("hostile", "grow", "takes memory until it is refused"),
  row("hostile", "memory-huge", "asks for four gibibytes before it runs", "wat"),
  row("hostile", "no-memory", "calls fd_write without a memory", "wat"),
  row("hostile", "no-start", "has nothing to run", "wat"),
  row("hostile", "open-many", "opens descriptors until it is refused"),
  row("hostile", "recurse", "calls itself a million times"),
  row("hostile", "spin", "never ends, calls nothing"),
  row("hostile", "spin-calls", "never ends, asks for the time all along"),
  row("hostile", "spin-start", "never gets past its start function", "wat"),
  row("hostile", "table-grow", "grows its table until it is refused", "wat"),
  row("hostile", "table-huge", "asks for the largest table before it runs", "wat"),
  row("hostile", "trap", "ends in a trap of the kind it is told"),
  row("hostile", "unknown-import", "imports a function that nobody has", "wat"),
  row("hostile", "wrong-type", "imports a call with another signature", "wat"),
  row("kernels", "crc", "CRC-32 by table: the tightest loop"),
  row("kernels", "fib", "plain recursion"),
  row("kernels", "json", "a JSON parser"),
  row("kernels", "lz", "compresses and unpacks"),
  row("kernels", "mandelbrot", "floating point, loops that end early"),
  row("kernels", "matrix", "a nest of three tight loops"),
  row("kernels", "nbody", "floating point with square roots"),
  row("kernels", "regex", "a backtracking matcher"),
  row("kernels", "sha256", "straight-line integer code"),
  row("kernels", "sieve", "short loops over bytes"),
  row("kernels", "sort", "quicksort with indirect calls"),
  row("conformance", "arguments", "args_*, environ_*"),
  row("conformance", "clock", "clock_*"),
  row("conformance", "descriptor", "fd_close, fd_renumber, fd_prestat_*"),
  row("conformance", "ending", "proc_exit, proc_raise, returning"),
  row("conformance", "link", "path_link, path_symlink, path_readlink"),
  row("conformance", "family", "noos:process: children, their ends, being asked to end"),
  row(
    "conformance",
    "make-remove",
    "path_create_directory, path_remove_directory, path_unlink_file",
  ),
  row("conformance", "open", "path_open"),
  row("conformance", "path-stat", "path_filestat_*"),
  row("conformance", "pointers", "addresses outside memory, in every call"),
  row("conformance", "poll", "poll_oneoff"),
  row("conformance", "process", "sched_yield, random_get, sock_* on what is no socket"),
  row("conformance", "read-write", "fd_read, fd_write, fd_pread, fd_pwrite"),
  row("conformance", "readdir", "fd_readdir"),
  row("conformance", "rename", "path_rename"),
  row("conformance", "seek-tell", "fd_seek, fd_tell"),
  row("conformance", "sockets", "sock_* on a listening socket and its connections"),
  row("conformance", "space", "fd_advise, fd_allocate, fd_sync, fd_datasync"),
  row("conformance", "stat", "fd_fdstat_*, fd_filestat_*"),
  row("conformance", "walk", "how paths are walked, and what leads outside"),
  row("http", "begun", "tells what it began with, for processes that begin with a snapshot"),
  row("http", "chat", "a room of WebSockets"),
  row("http", "echo", "sends the body of a request back as it comes"),
  row("http", "ending", "a command that ends with a code after it began its answer"),
  row("http", "headers", "answers with the head of the request"),
  row("http", "hello", "answers every request with a greeting"),
  row("http", "many", "serves 100 requests at once, by events"),
  row("http", "notes", "a command, as CGI has it: adds to a file, and answers with it"),
  row("http", "gateway", "answers with what a name answers, without a part in it"),
  row("http", "relay", "hands answers of its own requests on as they come, by events"),
  row("http", "sender", "sends what it is sent as messages to a queue"),
  row("http", "server", "accepts connections, and answers requests with their heads"),
  row("http", "slow", "hands on the answer to a request of its own"),
  row("http", "torture", "answers, or misbehaves in one of a dozen ways, as the target says"),
  row("http", "trap", "answers, or traps, or does not answer, as the target says"),
  row("http", "version", "answers with its version, also in streams, by events"),
  row("http", "worker", "does messages and runs, and writes down which, or fails as they say"),
  row("script", "driver", "joins the engine of scripts to noos:http", "c-library"),
  row("shop", "oven", "bakes until it burns, which it does in a trap"),
  row("shop", "worker", "kneads, and never ends"),
  row("sdk", "family", "noos:process by its binding for AssemblyScript", "assemblyscript"),
  row("sdk", "greeter", "noos:http by its binding for AssemblyScript", "assemblyscript"),
];

/** The guests of one kind, in the table's order. */
export function guestsOf(kind: GuestKind): readonly Guest[] {
  return guests.filter((guest) => guest.kind === kind);
}

/** The path of a guest's source. */
export function guestSource(guest: Guest): string {
  const { kind, name, language } = guest;
  if (language === "assemblyscript") return inThisFolder(`${kind}/${language}/${name}.ts`);
  return inThisFolder(`${kind}/${name}.${language === "c-library" ? "c" : language}`);
}

/** The path of a guest's built module. Expects `kind/name`, as in `basics/hello`. */
export function guestFile(path: `${GuestKind}/${string}`): string {
  const known = guests.some((guest) => `${guest.kind}/${guest.name}` === path);
  if (!known) throw new Error(`there is no guest program "${path}"; see guests/mod.ts`);
  return inThisFolder(`built/${path}.wasm`);
}

function inThisFolder(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
