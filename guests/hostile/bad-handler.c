// bad-handler: misuses what it serves, as the target says, and answers how often that was refused.
//   /handles   every call with exchanges that it does not have
//   /pointers  every call with addresses outside of its memory
//   /many      makes 10,000 requests and closes none
//   /spin      never returns
//   /deep      answers once it has used up most of its stack
#include <stdio.h>
#include <string.h>
#include "../sdk/c/noos/http.h"

#define OUTSIDE ((void *)0xfffffff0)

static char head[4096];

static int all_calls(noos_exchange exchange, void *place) {
  size_t *count = place;
  int refused = 0;
  refused += noos_head(exchange, place, 64, count) != 0;
  refused += noos_read(exchange, place, 64, count) != 0;
  refused += noos_write(exchange, place, 64, count) != 0;
  refused += noos_respond(exchange, place, 64, place, 64, 0) != 0;
  refused += noos_accept(exchange, place, 64) != 0;
  refused += noos_receive(exchange, place, 64, place) != 0;
  refused += noos_send(exchange, NOOS_TEXT_MESSAGE, place, 64) != 0;
  refused += noos_leave(exchange, 1000, place, 64) != 0;
  refused += noos_request(place, 64, 0, 0, place) != 0;
  return refused;
}

static int bad_handles(noos_exchange own) {
  const noos_exchange wrong[] = {0, -1, own + 1, own - 1, 0x7fffffff, (noos_exchange)0x80000000};
  int refused = 0;
  for (size_t at = 0; at < sizeof wrong / sizeof *wrong; at++) {
    refused += all_calls(wrong[at], head);
    refused += noos_finish(wrong[at]) != 0;
    refused += noos_close(wrong[at]) != 0;
  }
  return refused;
}

static int many(void) {
  static const char outgoing[] = "GET\0http\0backend\0/";
  noos_exchange call;
  int refused = 0;
  for (int count = 0; count < 10000; count++)
    refused += noos_request(outgoing, sizeof outgoing, 0, NOOS_NO_DEADLINE, &call) != 0;
  return refused;
}

static int deep(int left) {
  volatile char room[64];
  room[0] = (char)left;
  return left == 0 ? 0 : deep(left - 1) + (room[0] & 0);
}

static void spin(void) {
  for (volatile int turn = 0;; turn = turn + 1) {
  }
}

NOOS_HANDLE(request) {
  size_t length;
  if (noos_head(request, head, sizeof head, &length)) return;
  const char *target = noos_next_text(noos_next_text(noos_next_text(head)));
  char text[32];
  int refused = 0;
  if (strcmp(target, "/handles") == 0) refused = bad_handles(request);
  else if (strcmp(target, "/pointers") == 0) refused = all_calls(request, OUTSIDE);
  else if (strcmp(target, "/many") == 0) refused = many();
  else if (strcmp(target, "/deep") == 0) refused = deep(200);
  else if (strcmp(target, "/spin") == 0) spin();
  int size = snprintf(text, sizeof text, "%d refused\n", refused);
  noos_reply(request, 200, "text/plain", text, (size_t)size);
}
