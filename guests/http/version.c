// version: answers with what VERSION is in its environment, for up to 64 requests at a time. /stream
// is answered in twenty pieces with 5 ms between them, and /crash with a trap. BROKEN is the word
// for a build that does not start: it traps before the first request.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "../sdk/c/noos/http.h"

enum { STREAMS_MAX = 64, PIECES = 20, DELAY_NS = 5000000 };

static struct stream {
  noos_exchange exchange;
  int left;
} streams[STREAMS_MAX];

static const char *version;
static char head[8192];

NOOS_CONCURRENCY(STREAMS_MAX)

__attribute__((constructor)) static void start(void) {
  version = getenv("VERSION");
  if (version == NULL) version = "none";
  if (strcmp(version, "BROKEN") == 0) __builtin_trap();
}

static struct stream *stream_of(noos_exchange exchange) {
  for (struct stream *stream = streams; stream < streams + STREAMS_MAX; stream++)
    if (stream->exchange == exchange) return stream;
  return NULL;
}

static void let_go(struct stream *stream) {
  noos_cancel_timer(stream->exchange);
  noos_close(stream->exchange);
  stream->exchange = 0;
}

static void begin_stream(noos_exchange exchange) {
  static const char begin[] = "200\0content-type\0text/plain";
  struct stream *stream = stream_of(0);
  stream->exchange = exchange;
  stream->left = PIECES;
  if (noos_respond(exchange, begin, sizeof begin, 0, 0, NOOS_MORE)) return let_go(stream);
  noos_timer(exchange, DELAY_NS);
}

static void go_on(struct stream *stream) {
  size_t count;
  int error = noos_write(stream->exchange, version, strlen(version), &count);
  if (error == EAGAIN) return;
  if (error) return let_go(stream);
  stream->left--;
  if (stream->left > 0) {
    noos_timer(stream->exchange, DELAY_NS);
    return;
  }
  noos_finish(stream->exchange);
  let_go(stream);
}

static void answer(noos_exchange exchange) {
  size_t length;
  if (noos_head(exchange, head, sizeof head, &length) == 0) {
    const char *target = noos_next_text(noos_next_text(noos_next_text(head)));
    if (strcmp(target, "/crash") == 0) __builtin_trap();
    if (strcmp(target, "/stream") == 0) return begin_stream(exchange);
    noos_reply(exchange, 200, "text/plain", version, strlen(version));
  }
  noos_close(exchange);
}

NOOS_EVENT(what, exchange) {
  if (what == NOOS_REQUEST) return answer(exchange);
  struct stream *stream = stream_of(exchange);
  if (stream == NULL) return;
  if (what == NOOS_TIMER || what == NOOS_WRITABLE) go_on(stream);
  if (what == NOOS_GONE) let_go(stream);
}
