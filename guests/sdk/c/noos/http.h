// noos/http.h: programs that serve requests, and make them.
//
// What a program needs, on any compiler that makes WebAssembly. Nothing is to be linked: the
// functions are imports of the module `noos:http`. A program that serves has no main; it exports
// one of the two functions NOOS_HANDLE and NOOS_EVENT name, and is built as a reactor:
//
//   clang --target=wasm32-wasi -mexec-model=reactor -I SDK/c hello.c
//
//   #include <noos/http.h>
//
//   NOOS_HANDLE(request) { noos_reply(request, 200, "text/plain", "hello\n", 6); }
//
// Each function answers 0, or why not, as an errno of WASI preview 1: with wasi-libc, <errno.h> has
// the names and strerror the words. EBADF: there is no such exchange, or it is of the other kind.
// An address outside the memory is EFAULT. The manual has more: docs/manual/http.md.
#ifndef NOOS_HTTP_H
#define NOOS_HTTP_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NOOS_HTTP(name) __attribute__((import_module("noos:http"), import_name(name)))
#define NOOS_EXPORT(name) __attribute__((export_name(name)))

// A request that came, or one that was made. No number is used twice while the process lives.
typedef int32_t noos_exchange;

// --- what is called -----------------------------------------------------------------------------

// Serves one request after the other; calls wait. When it returns, the exchange is closed: one that
// was not answered to its end is given up, and whoever sent it learns that it failed.
#define NOOS_HANDLE(request) \
  NOOS_EXPORT("noos_handle") void noos_handle(noos_exchange request)

// Is told of each event, and has many requests at a time; no call waits. What cannot be done yet is
// EAGAIN, and one event tells when to try again. An exchange is open until `noos_close`.
#define NOOS_EVENT(what, exchange) \
  NOOS_EXPORT("noos_event") void noos_event(enum noos_what what, noos_exchange exchange)

// How many requests a program of events has at a time, asked once at its start.
#define NOOS_CONCURRENCY(count) \
  NOOS_EXPORT("noos_concurrency") int32_t noos_concurrency(void) { return (count); }

// Lets processes begin where an earlier one of the same program, environment and arguments stood
// after `_initialize`, in place of running that again. Every process is called by it, right after:
// it is where to draw chance (a seed of hashes, say) and to look at the clock. An initialisation
// that asked for either, wrote anything, or left a file open, is run in each process as before.
#define NOOS_RESTORED NOOS_EXPORT("noos_restored") void noos_restored(void)

enum noos_what {
  NOOS_REQUEST = 1,   // a request came
  NOOS_READABLE = 2,  // there is some of a body to read, or its end
  NOOS_WRITABLE = 3,  // there is room to write, or to send a message
  NOOS_ANSWERED = 4,  // a request that was made has its answer's head
  NOOS_MESSAGE = 5,   // a message came
  NOOS_GONE = 6,      // whoever sent this request waits no more: answering it is EPIPE
  NOOS_TIMER = 7,     // the timer with this number rang
  NOOS_NOTICE = 8,    // noos/process.h: a notice waits for noos_next_exit with NOOS_NO_WAIT
};

// --- heads --------------------------------------------------------------------------------------
//
// Texts one after the other, each with a NUL behind it, so that they can be used where they stand:
//
//   a request    method, scheme, authority, target, then a name and a value for each header field
//   a response   status, then a name and a value for each header field
//
// Names are in lower case. Values have no encoding: HTTP gives them none. The scheme is http or
// https; of a request for a WebSocket it is ws or wss.

// The head of a request that came, or of the answer to one that was made, which it waits for:
// ECONNREFUSED, ECONNRESET, ETIMEDOUT, EAGAIN when there is none, ECONNABORTED when whom it was made
// for has gone. The length is told in any case; ERANGE when the buffer is too small.
NOOS_HTTP("head")
int noos_head(noos_exchange, char *buffer, size_t size, size_t *length);

enum { NOOS_MORE = 1, NOOS_CLOSE = 2 };

// Answers a request: with all there is, or with NOOS_MORE so that noos_write and noos_finish go on.
// With NOOS_CLOSE the exchange is closed as well, unless this answers an error.
//   EINVAL    a head that is not well formed; a status that is not 200 to 599; both flags
//   E2BIG     a head of over 64 KiB; with NOOS_MORE, first bytes of over 64 KiB
//   EALREADY  it was answered
//   EPIPE     nobody waits for the answer any more
NOOS_HTTP("respond")
int noos_respond(noos_exchange, const char *head, size_t head_size, const void *body,
                 size_t body_size, uint32_t flags);

// --- bodies -------------------------------------------------------------------------------------

// Reads of the body that comes; 0 bytes are its end. ECONNRESET when whoever sends it is gone,
// ENOTCONN before the head of an answer was there.
NOOS_HTTP("read")
int noos_read(noos_exchange, void *buffer, size_t size, size_t *count);

// Writes of the body that goes out, as much as there is room for. EPIPE when nobody takes it,
// ENOTCONN when there is no body to be written, or no more.
NOOS_HTTP("write")
int noos_write(noos_exchange, const void *bytes, size_t size, size_t *count);

// The body is complete. Of a WebSocket: closes it well. EALREADY the second time, ENOTCONN before
// an answer was begun.
NOOS_HTTP("finish") int noos_finish(noos_exchange);

// Lets go of an exchange. What is not complete is given up: a request that came fails for whoever
// sent it, one that was made is cancelled.
NOOS_HTTP("close") int noos_close(noos_exchange);

// --- requests of its own ------------------------------------------------------------------------

#define NOOS_NO_DEADLINE UINT64_MAX

// Makes a request; with NOOS_MORE its body is to be written. noos_head has the answer.
//   ENOENT  no such name or host was granted
//   EINVAL  a head that is not well formed
//   E2BIG   a head of over 64 KiB
//   EMFILE  the process holds as many exchanges as it may
NOOS_HTTP("request")
int noos_request(const char *head, size_t head_size, uint32_t flags, uint64_t deadline_ns,
                 noos_exchange *result);

// Answers a request with what comes of one that was made, head and body, as it comes and without
// the program: what serves of `return fetch(...)` in a script. Both are closed by it. With a head
// (one of an answer, as of noos_respond) that goes out in place of the one that comes; `head_size`
// 0 is none. Where nothing comes, whoever sent the request is told 502. Answers at once:
//   EALREADY  the request was answered, or the answer was read from
//   EBUSY     the body of the one that was made is not complete
//   EPIPE     nobody waits for the answer any more
//   other     why the request that was made has no answer, if that is known; nothing is closed
NOOS_HTTP("pass")
int noos_pass(noos_exchange request, noos_exchange made, const char *head, size_t head_size);

// --- WebSockets ---------------------------------------------------------------------------------

enum noos_message_kind { NOOS_TEXT_MESSAGE = 1, NOOS_BINARY_MESSAGE = 2, NOOS_CLOSED = 3 };

struct noos_message {
  uint32_t kind;    // enum noos_message_kind
  uint32_t length;  // bytes of the message, or of the reason it was closed for
  uint32_t code;    // why it was closed, as RFC 6455 numbers it
};

// Makes a request that asks for it a WebSocket; `fields` are names and values, as in a head.
// EINVAL when it does not ask; EALREADY, EPIPE as of noos_respond.
NOOS_HTTP("accept")
int noos_accept(noos_exchange, const char *fields, size_t fields_size);

// Takes one whole message, or the closing, which stays. ERANGE when the buffer is too small: the
// message waits, and its length is told. ECONNRESET when the other side vanished.
NOOS_HTTP("receive")
int noos_receive(noos_exchange, void *buffer, size_t size, struct noos_message *);

// Sends one message, when there is room for it. EILSEQ for a text that is not UTF-8, E2BIG for over
// 1 MiB, EPIPE after the closing.
NOOS_HTTP("send")
int noos_send(noos_exchange, uint32_t kind, const void *bytes, size_t size);

// Closes a WebSocket with a code of RFC 6455 and a reason of at most 123 bytes.
NOOS_HTTP("leave")
int noos_leave(noos_exchange, uint32_t code, const char *reason, size_t reason_size);

// --- timers of a program of events --------------------------------------------------------------

// Lets timer `id` ring once; one that is set already rings at the new time instead. EAGAIN for more
// than 1024 of them, ENOTSUP where no event can be told.
NOOS_HTTP("timer") int noos_timer(int32_t id, uint64_t delay_ns);
NOOS_HTTP("cancel_timer") int noos_cancel_timer(int32_t id);

// --- for convenience ----------------------------------------------------------------------------

// The text behind this one in a head.
static inline const char *noos_next_text(const char *text) {
  while (*text != 0) text++;
  return text + 1;
}

// The value of a header field by its name in lower case; NULL when it is not there. `fields` is
// where they begin in a head that ends at `end`.
static inline const char *noos_field(const char *fields, const char *end, const char *name) {
  while (fields < end) {
    const char *value = noos_next_text(fields);
    const char *at = fields, *wanted = name;
    while (*at != 0 && *at == *wanted) at++, wanted++;
    if (*at == 0 && *wanted == 0) return value;
    fields = noos_next_text(value);
  }
  return NULL;
}

// Answers with a status and a body of a type, and no other header field.
static inline int noos_reply(noos_exchange exchange, int status, const char *type,
                             const void *body, size_t body_size) {
  char head[128] = {(char)('0' + status / 100 % 10), (char)('0' + status / 10 % 10),
                    (char)('0' + status % 10), 0};
  static const char name[] = "content-type";
  size_t length = 4;
  for (size_t at = 0; at < sizeof name; at++) head[length++] = name[at];
  do {
    if (length == sizeof head) return 1;  // E2BIG
    head[length++] = *type;
  } while (*type++ != 0);
  return noos_respond(exchange, head, length, body, body_size, 0);
}

#undef NOOS_HTTP

#ifndef __cplusplus
_Static_assert(sizeof(struct noos_message) == 12, "message");
#endif

#ifdef __cplusplus
}
#endif

#endif
