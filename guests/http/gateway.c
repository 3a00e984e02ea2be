// gateway: answers every request with what the name `backend` answers to it, as that comes. Never
// waits in a call, so that it has as many at a time as it may hold.
#include <string.h>
#include "../sdk/c/noos/http.h"

#define SECOND UINT64_C(1000000000)

static char head[8192];

static void ask(noos_exchange request) {
  static const char start[] = "GET\0http\0backend";
  static char outgoing[sizeof start + 1024];
  size_t length;
  noos_exchange made;
  if (noos_head(request, head, sizeof head, &length)) goto fail;
  const char *target = noos_next_text(noos_next_text(noos_next_text(head)));
  size_t target_size = strlen(target) + 1;
  if (target_size > 1024) goto fail;
  memcpy(outgoing, start, sizeof start);
  memcpy(outgoing + sizeof start, target, target_size);
  if (noos_request(outgoing, sizeof start + target_size, 0, SECOND, &made)) goto fail;
  if (noos_pass(request, made, NULL, 0) == 0) return;
  noos_close(made);
fail:
  noos_reply(request, 502, "text/plain", "no answer\n", 10);
  noos_close(request);
}

NOOS_EVENT(what, exchange) {
  if (what == NOOS_REQUEST) ask(exchange);
  if (what == NOOS_GONE) noos_close(exchange);
}
