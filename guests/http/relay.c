// relay: makes of every request one to the name `backend`, and hands its answer on as it comes, for
// up to 16 at a time. Never waits in a call.
#include <errno.h>
#include <string.h>
#include "../sdk/c/noos/http.h"

enum { PAIRS_MAX = 16, SECOND = 1000000000 };

static struct pair {
  noos_exchange request, call;
  char piece[4096];
  size_t start, end;  // what of the piece is still to be written
} pairs[PAIRS_MAX];

static char head[8192];

NOOS_CONCURRENCY(PAIRS_MAX)

static struct pair *pair_of(noos_exchange exchange) {
  for (struct pair *pair = pairs; pair < pairs + PAIRS_MAX; pair++)
    if (pair->request == exchange || pair->call == exchange) return pair;
  return NULL;
}

static void let_go(struct pair *pair) {
  noos_close(pair->request);
  noos_close(pair->call);
  pair->request = pair->call = 0;
}

static void fail(struct pair *pair) {
  noos_reply(pair->request, 502, "text/plain", "no answer\n", 10);
  let_go(pair);
}

static void hand_on(struct pair *pair) {
  for (;;) {
    size_t count;
    int error;
    if (pair->start < pair->end) {
      const char *rest = pair->piece + pair->start;
      error = noos_write(pair->request, rest, pair->end - pair->start, &count);
      if (error == EAGAIN) return;
      if (error) return let_go(pair);
      pair->start += count;
      continue;
    }
    error = noos_read(pair->call, pair->piece, sizeof pair->piece, &count);
    if (error == EAGAIN) return;
    if (error) return let_go(pair);
    if (count == 0) break;
    pair->start = 0;
    pair->end = count;
  }
  noos_finish(pair->request);
  let_go(pair);
}

static void begin_answer(struct pair *pair) {
  size_t length;
  int error = noos_head(pair->call, head, sizeof head, &length);
  if (error == EAGAIN) return;
  if (error) return fail(pair);
  if (noos_respond(pair->request, head, length, 0, 0, NOOS_MORE)) return let_go(pair);
  hand_on(pair);
}

static void ask(noos_exchange request) {
  static const char start[] = "GET\0http\0backend";
  static char outgoing[sizeof start + 1024];
  size_t length;
  struct pair *pair = pair_of(0);
  pair->request = request;
  if (noos_head(request, head, sizeof head, &length)) return fail(pair);
  const char *target = noos_next_text(noos_next_text(noos_next_text(head)));
  size_t target_size = strlen(target) + 1;
  if (target_size > 1024) return fail(pair);
  memcpy(outgoing, start, sizeof start);
  memcpy(outgoing + sizeof start, target, target_size);
  if (noos_request(outgoing, sizeof start + target_size, 0, SECOND, &pair->call)) {
    pair->call = 0;
    return fail(pair);
  }
  begin_answer(pair);
}

NOOS_EVENT(what, exchange) {
  if (what == NOOS_REQUEST) return ask(exchange);
  struct pair *pair = pair_of(exchange);
  if (pair == NULL) return;
  if (what == NOOS_ANSWERED) begin_answer(pair);
  if (what == NOOS_READABLE || what == NOOS_WRITABLE) hand_on(pair);
  if (what == NOOS_GONE) let_go(pair);
}
