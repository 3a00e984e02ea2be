/*
 * script: runs a program in JavaScript as an event program of `noos:http`.
 *
 * It joins two sides that do not know each other: the engine (QuickJS, linked to it by tools/link)
 * and the prelude (TypeScript, in ./prelude), which makes the globals that programs expect. The
 * driver gives the prelude one object of native functions, calls back into it for each event, and
 * then lets the engine do what it put off.
 *
 * A life has two parts. `noos_script_prepare` runs when noos is built, once: engine and prelude are
 * set up, and the memory as it is then becomes that of the module. So nothing before `_initialize`
 * may ask for time or chance: it would be the same in every process. `_initialize` reads the program.
 */
#include <noos/http.h>

#include "engine.h"
#include "host.h"

#define EXPORT(name) __attribute__((export_name(name)))
#define COUNT(list) (sizeof(list) / sizeof(*(list)))

enum {
  scratch_bytes = 65536,
  page_bytes = 65536,
  /* The engine keeps its stack below 1 MiB; what is left here is for functions that do not ask. */
  stack_left_min = 512 * 1024,
  json_depth_max = 2000,
  preopen_first = 3,
  /* At a time; the process's own limit may be lower. */
  requests_max = 1000,
};

static Runtime *runtime;
static Context *context;
/* The prelude's callbacks, which it hands over once. */
static Value on_event, on_rejection, on_start;
/* JSON.parse as the engine has it. */
static Value engine_parse;
static uint8_t scratch[scratch_bytes];

/* ---- Parts of the engine that libraries bring -------------------------------------------------- */

#define LIBRARY(part, name) __attribute__((import_module(part), import_name(name)))
LIBRARY("engine", "_initialize") void engine_initialize(void);
LIBRARY("encoding", "__start") void encoding_start(void);
LIBRARY("encoding", "__wasm_apply_data_relocs") void encoding_relocate(void);
LIBRARY("encoding", "qjs_ext_encoding_init") int encoding_init(Context *, Runtime *);
LIBRARY("crypto", "__start") void crypto_start(void);
LIBRARY("crypto", "__wasm_apply_data_relocs") void crypto_relocate(void);
LIBRARY("crypto", "qjs_ext_crypto_init") int crypto_init(Context *, Runtime *);
LIBRARY("url", "__start") void url_start(void);
LIBRARY("url", "__wasm_apply_data_relocs") void url_relocate(void);
LIBRARY("url", "qjs_ext_url_init") int url_init(Context *, Runtime *);
LIBRARY("driver", "__start") void driver_start(void);

static void start_parts(void) {
  engine_initialize();
  driver_start();
  encoding_start();
  encoding_relocate();
  crypto_start();
  crypto_relocate();
  url_start();
  url_relocate();
}

/* ---- What the engine asks of whoever embeds it ------------------------------------------------- */

int32_t host_get_timezone_offset(int32_t low, int32_t high) {
  (void)low, (void)high;
  return 0;
}

/* ---- Depth -------------------------------------------------------------------------------------- */

/*
 * Stands in for the engine's poll, which each call of a function and each turn of a loop makes.
 * Interrupting is noos's own business, so what is left to ask is whether there is stack: the engine
 * itself does not know on WebAssembly.
 */
int32_t noos_script_poll(Context *asking) {
  char here;
  if ((uintptr_t)&here > stack_left_min) return 0;
  JS_ThrowRangeError(asking, "Maximum call stack size exceeded");
  return -1;
}

/* ---- Memory ------------------------------------------------------------------------------------- */

static void print_error(const char *text) {
  struct bytes all = {text, strlen(text)};
  size_t done;
  wasi_write(2, &all, 1, &done);
}

/* Whether an eighth of all memory can still be had: in pieces, for there may be no such hole. */
static bool is_memory_left(void) {
  enum { pieces = 32 };
  void *taken[pieces];
  size_t count = 0, size = __builtin_wasm_memory_size(0) * (page_bytes / 8 / pieces);
  while (count < pieces && (taken[count] = malloc(size))) count++;
  bool is_left = count == pieces;
  while (count > 0) free(taken[--count]);
  return is_left;
}

static _Noreturn void end_out_of_memory(void) {
  print_error("out of memory: the process has all that its limit allows, and ends\n");
  /* What was too little to be of use as well: at its limit is how the host knows this end. */
  for (size_t pages = 4096; pages > 0; pages /= 2) {
    while (__builtin_wasm_memory_grow(0, pages) != (size_t)-1) continue;
  }
  __builtin_trap();
}

/*
 * Stands in for the engine's JS_ThrowOutOfMemory. Who asked for more than there ever was gets the
 * error, and goes on. But a program that has used up its memory would fail from now on, in places
 * of the prelude too, where a request gets lost: it ends, and another one takes its place.
 */
Value noos_script_out_of_memory(Context *asking) {
  static bool is_telling;
  /* The error itself needs memory. */
  if (is_telling) return EXCEPTION;
  is_telling = true;
  /* So that the engine looks for garbage before it makes the error. */
  JS_SetGCThreshold(runtime, 0);
  JS_ThrowInternalError(asking, "out of memory");
  if (!is_memory_left()) end_out_of_memory();
  is_telling = false;
  return EXCEPTION;
}

/* ---- Values -------------------------------------------------------------------------------------- */

static int32_t to_integer(Value value) {
  int32_t number = 0;
  if (kind_of(value) == kind_int) return (int32_t)value;
  JS_ToInt32(context, &number, value);
  return number;
}

static double to_number(Value value) {
  double number = 0;
  JS_ToFloat64(context, &number, value);
  return number;
}

/* Texts of heads: a character for each byte. */
static Value from_latin1(const uint8_t *bytes, size_t length) {
  size_t plain = 0;
  while (plain < length && bytes[plain] < 0x80) plain++;
  if (plain == length) return JS_NewStringLen(context, (const char *)bytes, length);
  uint16_t *units = malloc(length * 2);
  if (!units) return noos_script_out_of_memory(context);
  for (size_t i = 0; i < length; i++) units[i] = bytes[i];
  Value text = JS_NewStringUTF16(context, units, length);
  free(units);
  return text;
}

/* A text, as UTF-8, or the bytes of a Uint8Array. */
struct content {
  const void *at;
  size_t length;
  const char *text;
};

static bool open_content(struct content *content, Value value) {
  *content = (struct content){0};
  if (is_string(value)) {
    content->at = content->text = JS_ToCStringLen2(context, &content->length, value, false);
    return content->at != NULL;
  }
  if (kind_of(value) != kind_object) return true;
  content->at = JS_GetUint8Array(context, &content->length, value);
  return content->at != NULL;
}

static void close_content(struct content *content) {
  if (content->text) JS_FreeCString(context, content->text);
}

/* The head as bytes: the prelude sees to it that no character is above 0xff. */
static bool open_head(struct content *head, Value value) {
  if (!open_content(head, value)) return false;
  uint8_t *bytes = (uint8_t *)head->at;
  size_t kept = 0, at = 0;
  while (at < head->length && bytes[at] < 0x80) at++;
  /* Rarely more: characters of two bytes become one, in place. The string is ours until freed. */
  for (kept = at; at < head->length; at++) {
    uint8_t byte = bytes[at];
    if (byte >= 0x80 && at + 1 < head->length) byte = (uint8_t)((byte << 6) | (bytes[++at] & 0x3f));
    bytes[kept++] = byte;
  }
  head->length = kept;
  return true;
}

/* A count that is there, or minus the errno. */
static Value answer(Errno failed, size_t count) {
  return integer(failed ? -failed : (int32_t)count);
}

/* ---- Natives ------------------------------------------------------------------------------------- */

static Value from_message(const struct noos_message *message, const uint8_t *bytes) {
  if (message->kind == NOOS_BINARY_MESSAGE) return JS_NewUint8ArrayCopy(context, bytes, message->length);
  Value text = JS_NewStringLen(context, (const char *)bytes, message->length);
  if (message->kind == NOOS_TEXT_MESSAGE) return text;
  Value closing = JS_NewArray(context);
  JS_SetPropertyUint32(context, closing, 0, integer((int32_t)message->code));
  JS_SetPropertyUint32(context, closing, 1, text);
  return closing;
}

/* A message that is larger than the scratch. */
static Value receive_large(int32_t exchange, size_t length) {
  uint8_t *bytes = malloc(length);
  if (!bytes) return noos_script_out_of_memory(context);
  struct noos_message message = {0};
  Errno failed = noos_receive(exchange, bytes, length, &message);
  Value value = failed ? integer(-failed) : from_message(&message, bytes);
  free(bytes);
  return value;
}

#define NATIVE(name) \
  static Value name(Context *asking, Value self, int count, Value *arguments)
#define UNUSED (void)asking, (void)self, (void)count, (void)arguments

/* head(exchange): string | -errno */
static Value head_of(int32_t exchange) {
  size_t length = 0;
  Errno failed = noos_head(exchange, (char *)scratch, scratch_bytes, &length);
  if (failed) return integer(-failed);
  return from_latin1(scratch, length);
}

NATIVE(native_head) {
  UNUSED;
  return head_of(to_integer(arguments[0]));
}

/* respond(exchange, head, body, flags): -errno | 0 */
NATIVE(native_respond) {
  UNUSED;
  struct content head, body;
  if (!open_content(&body, arguments[2])) return EXCEPTION;
  if (!open_head(&head, arguments[1])) {
    close_content(&body);
    return EXCEPTION;
  }
  Errno failed = noos_respond(to_integer(arguments[0]), head.at, head.length, body.at, body.length,
                              (uint32_t)to_integer(arguments[3]));
  close_content(&head);
  close_content(&body);
  return answer(failed, 0);
}

/* read(exchange): Uint8Array, empty at the end | -errno */
NATIVE(native_read) {
  UNUSED;
  size_t length = 0;
  Errno failed = noos_read(to_integer(arguments[0]), scratch, scratch_bytes, &length);
  if (failed) return integer(-failed);
  return JS_NewUint8ArrayCopy(context, scratch, length);
}

/* write(exchange, bytes, from): how many | -errno */
NATIVE(native_write) {
  UNUSED;
  size_t length = 0, done = 0;
  uint8_t *bytes = JS_GetUint8Array(context, &length, arguments[1]);
  if (!bytes) return EXCEPTION;
  size_t from = (size_t)to_integer(arguments[2]);
  if (from > length) from = length;
  Errno failed = noos_write(to_integer(arguments[0]), bytes + from, length - from, &done);
  return answer(failed, done);
}

NATIVE(native_finish) {
  UNUSED;
  return answer(noos_finish(to_integer(arguments[0])), 0);
}

/* request(head, hasBody, deadlineMs): exchange | -errno; without a deadline it is 0 */
NATIVE(native_request) {
  UNUSED;
  struct content head;
  int32_t exchange = 0;
  double ms = to_number(arguments[2]);
  uint64_t deadline = ms > 0 ? (uint64_t)(ms * 1e6) : NOOS_NO_DEADLINE;
  if (!open_head(&head, arguments[0])) return EXCEPTION;
  Errno failed = noos_request(head.at, head.length, to_integer(arguments[1]) ? NOOS_MORE : 0, deadline,
                              &exchange);
  close_content(&head);
  return answer(failed, (size_t)exchange);
}

NATIVE(native_close) {
  UNUSED;
  return answer(noos_close(to_integer(arguments[0])), 0);
}

/* pass(exchange, made, head): -errno | 0 */
NATIVE(native_pass) {
  UNUSED;
  struct content head;
  if (!open_head(&head, arguments[2])) return EXCEPTION;
  Errno failed = noos_pass(to_integer(arguments[0]), to_integer(arguments[1]), head.at, head.length);
  close_content(&head);
  return answer(failed, 0);
}

NATIVE(native_accept) {
  UNUSED;
  struct content head;
  if (!open_head(&head, arguments[1])) return EXCEPTION;
  Errno failed = noos_accept(to_integer(arguments[0]), head.at, head.length);
  close_content(&head);
  return answer(failed, 0);
}

/* receive(exchange): string | Uint8Array | [code, reason] | -errno */
NATIVE(native_receive) {
  UNUSED;
  struct noos_message message = {0};
  Errno failed = noos_receive(to_integer(arguments[0]), scratch, scratch_bytes, &message);
  if (failed == errno_range) return receive_large(to_integer(arguments[0]), message.length);
  return failed ? integer(-failed) : from_message(&message, scratch);
}

/* send(exchange, content): -errno | 0 */
NATIVE(native_send) {
  UNUSED;
  struct content content;
  if (!open_content(&content, arguments[1])) return EXCEPTION;
  Errno failed = noos_send(to_integer(arguments[0]), content.text ? NOOS_TEXT_MESSAGE : NOOS_BINARY_MESSAGE,
                           content.at, content.length);
  close_content(&content);
  return answer(failed, 0);
}

/* hangUp(exchange, code, reason): -errno | 0 */
NATIVE(native_hang_up) {
  UNUSED;
  struct content reason;
  if (!open_content(&reason, arguments[2])) return EXCEPTION;
  Errno failed = noos_leave(to_integer(arguments[0]), (uint32_t)to_integer(arguments[1]),
                              reason.at, reason.length);
  close_content(&reason);
  return answer(failed, 0);
}

/* timer(id, ms): rings once, in place of when it was to ring before */
NATIVE(native_timer) {
  UNUSED;
  double ms = to_number(arguments[1]);
  return answer(noos_timer(to_integer(arguments[0]), (uint64_t)(ms * 1e6)), 0);
}

NATIVE(native_cancel) {
  UNUSED;
  return answer(noos_cancel_timer(to_integer(arguments[0])), 0);
}

/* clock(which): milliseconds */
NATIVE(native_clock) {
  UNUSED;
  uint64_t ns = 0;
  wasi_clock((uint32_t)to_integer(arguments[0]), 1, &ns);
  return JS_NewNumber(context, (double)ns / 1e6);
}

/* random(): a number from 0 up to 1 with 52 bits of chance */
NATIVE(native_random) {
  UNUSED;
  uint64_t bits = 0;
  wasi_random((uint8_t *)&bits, sizeof bits);
  return JS_NewNumber(context, (double)(bits >> 12) / 4503599627370496.0);
}

/* print(fd, text) */
NATIVE(native_print) {
  UNUSED;
  struct content text;
  if (!open_content(&text, arguments[1])) return EXCEPTION;
  struct bytes rest = {text.at, text.length};
  size_t done = 0;
  while (rest.length > 0 && !wasi_write(to_integer(arguments[0]), &rest, 1, &done) && done > 0) {
    rest.at = (const uint8_t *)rest.at + done;
    rest.length -= done;
  }
  close_content(&text);
  return UNDEFINED;
}

/* environment(): NAME=value, each ended by a NUL */
NATIVE(native_environment) {
  UNUSED;
  size_t entries = 0, length = 0;
  if (wasi_environment_sizes(&entries, &length) || length == 0) return JS_NewStringLen(context, "", 0);
  char **texts = malloc(entries * sizeof *texts + length);
  if (!texts) return noos_script_out_of_memory(context);
  char *buffer = (char *)(texts + entries);
  wasi_environment(texts, buffer);
  Value all = JS_NewStringLen(context, buffer, length);
  free(texts);
  return all;
}

/* A file that the process finds at its root, whole; the caller frees it. */
static uint8_t *read_file(const char *path, size_t path_length, size_t *length) {
  uint32_t prestat[2];
  for (int32_t fd = preopen_first; !wasi_prestat(fd, prestat); fd++) {
    int32_t file;
    /* Rights: to read. */
    if (wasi_open(fd, 1, path, path_length, 0, 2, 0, 0, &file)) continue;
    size_t room = scratch_bytes, used = 0, done = 0;
    uint8_t *bytes = malloc(room);
    while (bytes) {
      struct bytes rest = {bytes + used, room - used};
      if (wasi_read(file, &rest, 1, &done) || done == 0) break;
      used += done;
      if (used < room) continue;
      uint8_t *larger = malloc(room *= 2);
      if (larger) __builtin_memcpy(larger, bytes, used);
      free(bytes);
      bytes = larger;
    }
    wasi_close(file);
    *length = used;
    return bytes;
  }
  return NULL;
}

/* How deeply the values of a JSON text are nested, by its brackets outside of strings. */
static size_t nesting_of(const char *text, size_t length) {
  size_t depth = 0, deepest = 0;
  bool quoted = false;
  for (size_t at = 0; at < length; at++) {
    char sign = text[at];
    if (sign == '"') quoted = !quoted;
    else if (quoted) at += sign == '\\';
    else if (sign == '[' || sign == '{') deepest = ++depth > deepest ? depth : deepest;
    else if ((sign == ']' || sign == '}') && depth > 0) depth--;
  }
  return deepest;
}

/*
 * parse(text, reviver): in place of JSON.parse, which recurses without looking how much stack there
 * is, into what may have come over the network.
 */
NATIVE(native_parse) {
  UNUSED;
  size_t length = 0;
  const char *text = JS_ToCStringLen2(context, &length, count > 0 ? arguments[0] : UNDEFINED, false);
  if (!text) return EXCEPTION;
  Value value;
  if (nesting_of(text, length) > json_depth_max) {
    value = JS_ThrowRangeError(context, "JSON is nested more than %d deep", json_depth_max);
  } else if (count > 1 && kind_of(arguments[1]) == kind_object) {
    value = JS_Call(context, engine_parse, UNDEFINED, count, arguments);
  } else {
    value = JS_ParseJSON(context, text, length, "<input>");
  }
  JS_FreeCString(context, text);
  return value;
}

static uint32_t crc32(uint32_t before, const uint8_t *bytes, size_t length) {
  /* Of each half of a byte. */
  static const uint32_t table[] = {
      0,          0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
      0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
  };
  uint32_t sum = ~before;
  for (size_t at = 0; at < length; at++) {
    sum ^= bytes[at];
    sum = (sum >> 4) ^ table[sum & 15];
    sum = (sum >> 4) ^ table[sum & 15];
  }
  return ~sum;
}

static uint32_t adler32(uint32_t before, const uint8_t *bytes, size_t length) {
  /* So many bytes can be added up before 32 bits are too few. */
  enum { modulus = 65521, run_max = 5552 };
  uint32_t low = before & 0xffff, high = before >> 16;
  while (length > 0) {
    size_t run = length < run_max ? length : run_max;
    length -= run;
    while (run-- > 0) high += low += *bytes++;
    low %= modulus;
    high %= modulus;
  }
  return high << 16 | low;
}

/* sum(which, before, bytes): number */
NATIVE(native_sum) {
  UNUSED;
  size_t length = 0;
  uint8_t *bytes = JS_GetUint8Array(context, &length, arguments[2]);
  if (!bytes) return EXCEPTION;
  uint32_t before = (uint32_t)to_number(arguments[1]);
  return JS_NewNumber(context, (to_integer(arguments[0]) ? adler32 : crc32)(before, bytes, length));
}

/* file(path): string | undefined */
NATIVE(native_file) {
  UNUSED;
  struct content path;
  size_t length = 0;
  if (!open_content(&path, arguments[0])) return EXCEPTION;
  uint8_t *bytes = read_file(path.at, path.length, &length);
  close_content(&path);
  if (!bytes) return UNDEFINED;
  Value text = JS_NewStringLen(context, (char *)bytes, length);
  free(bytes);
  return text;
}

/* isProxy(value): boolean */
NATIVE(native_is_proxy) {
  UNUSED;
  return VALUE_OF(1, JS_IsProxy(arguments[0]));
}

/* exit(code) */
NATIVE(native_exit) {
  UNUSED;
  wasi_exit(to_integer(arguments[0]));
}

/* begin(onEvent, onRejection, onStart): what to call from now on */
NATIVE(native_begin) {
  UNUSED;
  on_event = JS_DupValue(context, arguments[0]);
  on_rejection = JS_DupValue(context, arguments[1]);
  on_start = JS_DupValue(context, arguments[2]);
  return UNDEFINED;
}

static const struct {
  const char *name;
  Native *function;
  int length;
} natives[] = {
    {"accept", native_accept, 2},     {"begin", native_begin, 3},
    {"cancel", native_cancel, 1},     {"clock", native_clock, 1},
    {"pass", native_pass, 3},         {"close", native_close, 1},       {"environment", native_environment, 0},
    {"exit", native_exit, 1},         {"file", native_file, 1},
    {"finish", native_finish, 1},     {"hangUp", native_hang_up, 3},
    {"head", native_head, 1},         {"isProxy", native_is_proxy, 1},
    {"parse", native_parse, 2},       {"print", native_print, 2},
    {"random", native_random, 0},     {"read", native_read, 1},
    {"receive", native_receive, 1},   {"request", native_request, 3},
    {"respond", native_respond, 4},   {"send", native_send, 2},
    {"sum", native_sum, 3},           {"timer", native_timer, 2},
    {"write", native_write, 3},
};

/* ---- Running ------------------------------------------------------------------------------------- */

/* What nobody caught, in the last resort: the prelude says it better. */
static void print_exception(void) {
  Value exception = JS_GetException(context);
  const char *text = JS_ToCStringLen2(context, &(size_t){0}, exception, false);
  print_error(text ? text : "an exception that cannot be told");
  print_error("\n");
  if (text) JS_FreeCString(context, text);
  if (kind_of(exception) == kind_object) {
    Value stack = JS_GetPropertyStr(context, exception, "stack");
    if (is_string(stack)) {
      text = JS_ToCStringLen2(context, &(size_t){0}, stack, false);
      if (text) print_error(text);
      if (text) JS_FreeCString(context, text);
    }
    JS_FreeValue(context, stack);
  }
  JS_FreeValue(context, exception);
}

static void run_jobs(void) {
  Context *ran;
  for (;;) {
    int left = JS_ExecutePendingJob(runtime, &ran);
    if (left == 0) return;
    if (left < 0) print_exception();
  }
}

static void call(Value function, int count, Value *arguments) {
  Value result = JS_Call(context, function, UNDEFINED, count, arguments);
  if (is_exception(result)) print_exception();
  JS_FreeValue(context, result);
  run_jobs();
}

static void track_rejection(Context *asking, Value promise, Value reason, bool handled, void *own) {
  (void)asking, (void)own;
  Value arguments[] = {promise, reason, VALUE_OF(1, handled)};
  Value result = JS_Call(context, on_rejection, UNDEFINED, 3, arguments);
  if (is_exception(result)) print_exception();
  JS_FreeValue(context, result);
}

/* Where whoever builds puts sources for `noos_script_prepare` and `noos_script_compile`. */
EXPORT("noos_script_room") void *room(size_t length) { return malloc(length); }

static int32_t begin_prelude(const uint8_t *compiled, size_t length) {
  Value setup = JS_ReadObject(context, compiled, length, read_bytecode);
  if (!is_exception(setup)) setup = JS_EvalFunction(context, setup);
  if (is_exception(setup)) return 1;
  Value global = JS_GetGlobalObject(context);
  Value json = JS_GetPropertyStr(context, global, "JSON");
  engine_parse = JS_GetPropertyStr(context, json, "parse");
  JS_FreeValue(context, json);
  JS_FreeValue(context, global);
  Value own = JS_NewObject(context);
  for (size_t i = 0; i < COUNT(natives); i++) {
    Value function = JS_NewCFunction2(context, natives[i].function, natives[i].name,
                                      natives[i].length, 0, 0);
    JS_SetPropertyStr(context, own, natives[i].name, function);
  }
  Value result = JS_Call(context, setup, UNDEFINED, 1, &own);
  JS_FreeValue(context, own);
  JS_FreeValue(context, setup);
  JS_FreeValue(context, result);
  if (is_exception(result)) return 1;
  run_jobs();
  return 0;
}

/*
 * Sets up the engine, and the prelude if there is one. Runs when noos is built. 0, or what failed
 * was printed.
 */
EXPORT("noos_script_prepare") int32_t prepare(uint8_t *compiled, size_t length) {
  start_parts();
  runtime = JS_NewRuntime();
  context = JS_NewContext(runtime);
  int failed = encoding_init(context, runtime) | crypto_init(context, runtime) |
               url_init(context, runtime);
  if (failed) return failed;
  on_event = on_rejection = on_start = UNDEFINED;
  if (length == 0) return 0;
  if (begin_prelude(compiled, length)) {
    print_exception();
    return 1;
  }
  /* What is free is written out as well, unless it is zero. */
  memset(compiled, 0, length);
  free(compiled);
  JS_SetHostPromiseRejectionTracker(runtime, track_rejection, NULL);
  JS_RunGC(runtime);
  return 0;
}

/*
 * Compiles a module, or a script, to what `_initialize` and `noos_script_prepare` read. Its length
 * is at `length`; NULL if the source is not sound, which was printed.
 */
EXPORT("noos_script_compile")
uint8_t *compile(const char *source, size_t source_length, int32_t is_module, size_t *length) {
  const char *name = is_module ? "app.js" : "noos:prelude";
  int flags = eval_compile_only | (is_module ? eval_module : 0);
  Value compiled = JS_Eval(context, source, source_length, name, flags);
  if (is_exception(compiled)) {
    print_exception();
    return NULL;
  }
  uint8_t *bytes = JS_WriteObject(context, length, compiled, write_bytecode | write_without_source);
  JS_FreeValue(context, compiled);
  return bytes;
}

static Value read_program(void) {
  static const char compiled[] = "app.bytecode", source[] = "app.js";
  size_t length = 0;
  uint8_t *bytes = read_file(compiled, sizeof compiled - 1, &length);
  Value module;
  if (bytes) {
    module = JS_ReadObject(context, bytes, length, read_bytecode);
    if (!is_exception(module) && JS_ResolveModule(context, module) < 0) module = EXCEPTION;
  } else {
    bytes = read_file(source, sizeof source - 1, &length);
    if (!bytes) return JS_ThrowTypeError(context, "there is no app.js in the image");
    module = JS_Eval(context, (char *)bytes, length, "app.js", eval_module | eval_compile_only);
  }
  free(bytes);
  return module;
}

EXPORT("_initialize") void start(void) {
  Value module = read_program();
  if (is_exception(module)) {
    print_exception();
    wasi_exit(1);
  }
  Module *definition = address_of(module);
  Value arguments[2];
  /* Evaluating takes the module over. Its promise is settled unless the program awaits at its top. */
  arguments[1] = JS_EvalFunction(context, module);
  arguments[0] = is_exception(arguments[1]) ? UNDEFINED : JS_GetModuleNamespace(context, definition);
  if (is_exception(arguments[1])) {
    print_exception();
    wasi_exit(1);
  }
  call(on_start, 2, arguments);
  JS_FreeValue(context, arguments[0]);
  JS_FreeValue(context, arguments[1]);
}

/*
 * Engine and prelude hold nothing of chance or time that `_initialize` did not ask the host for, and
 * a process that asked is not copied: there is nothing to make new.
 */
NOOS_RESTORED {}

NOOS_EVENT(what, subject) {
  Value arguments[] = {integer((int32_t)what), integer(subject), UNDEFINED};
  if (what == NOOS_REQUEST) arguments[2] = head_of(subject);
  call(on_event, 3, arguments);
  JS_FreeValue(context, arguments[2]);
}

NOOS_CONCURRENCY(requests_max)
