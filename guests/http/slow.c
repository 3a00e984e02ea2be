// slow: asks the name `backend` for the same target, waits at most a second, and hands the answer
// on. Without one it answers 502 and the number of the error.
#include <stdio.h>
#include <string.h>
#include "../sdk/c/noos/http.h"

enum { SECOND = 1000000000 };

static char head[8192], body[8192];

static void fail(noos_exchange request, int error) {
  char text[32];
  int length = snprintf(text, sizeof text, "error %d\n", error);
  noos_reply(request, 502, "text/plain", text, (size_t)length);
}

static size_t outgoing_head(const char *target) {
  static const char start[] = "GET\0http\0backend";
  memcpy(head, start, sizeof start);
  size_t length = strlen(target) + 1;
  memcpy(head + sizeof start, target, length);
  return sizeof start + length;
}

NOOS_HANDLE(request) {
  size_t length, count;
  noos_exchange call;
  int error = noos_head(request, head, sizeof head, &length);
  if (error) return fail(request, error);
  // The target is the fourth text.
  const char *target = noos_next_text(noos_next_text(noos_next_text(head)));
  char copy[1024];
  strncpy(copy, target, sizeof copy - 1);
  copy[sizeof copy - 1] = 0;
  error = noos_request(head, outgoing_head(copy), 0, SECOND, &call);
  if (error) return fail(request, error);
  error = noos_head(call, head, sizeof head, &length);
  if (!error) error = noos_read(call, body, sizeof body, &count);
  noos_close(call);
  if (error) return fail(request, error);
  noos_reply(request, 200, "text/plain", body, count);
}
