// many: has 100 requests at a time. Reads the body of each as it comes, waits 5 ms, and answers how
// many bytes that were. Never waits in a call.
#include <errno.h>
#include <stdio.h>
#include "../sdk/c/noos/http.h"

enum { REQUESTS_MAX = 100, DELAY_NS = 5000000 };

static struct { noos_exchange exchange; size_t bytes; } served[REQUESTS_MAX];

NOOS_CONCURRENCY(REQUESTS_MAX)

static int place_of(noos_exchange exchange) {
  for (int place = 0; place < REQUESTS_MAX; place++)
    if (served[place].exchange == exchange) return place;
  return -1;
}

static void let_go(int place) {
  noos_close(served[place].exchange);
  served[place].exchange = 0;
}

static void read_on(int place) {
  static char piece[4096];
  size_t count;
  for (;;) {
    int error = noos_read(served[place].exchange, piece, sizeof piece, &count);
    if (error == EAGAIN) return;
    if (error) return let_go(place);
    if (count == 0) break;
    served[place].bytes += count;
  }
  noos_timer(served[place].exchange, DELAY_NS);
}

static void answer(int place) {
  char text[32];
  int length = snprintf(text, sizeof text, "%zu bytes\n", served[place].bytes);
  noos_reply(served[place].exchange, 200, "text/plain", text, (size_t)length);
  let_go(place);
}

NOOS_EVENT(what, exchange) {
  int place = place_of(what == NOOS_REQUEST ? 0 : exchange);
  if (place < 0) return;
  switch (what) {
    case NOOS_REQUEST:
      served[place].exchange = exchange;
      served[place].bytes = 0;
      return read_on(place);
    case NOOS_READABLE: return read_on(place);
    case NOOS_TIMER: return answer(place);
    case NOOS_GONE:
      noos_cancel_timer(exchange);
      return let_go(place);
    default: return;
  }
}
