// trap: answers "fine" until a request for /trap comes, at which it traps. /silent is not answered,
// /half begins an answer and does not end it, /twice is answered twice and tells how that went.
#include <stdio.h>
#include <string.h>
#include "../sdk/c/noos/http.h"

static const char head[] = "200\0content-type\0text/plain";
static char seen[4096];

NOOS_HANDLE(request) {
  size_t length;
  if (noos_head(request, seen, sizeof seen, &length)) return;
  const char *target = noos_next_text(noos_next_text(noos_next_text(seen)));
  if (strcmp(target, "/trap") == 0) __builtin_trap();
  if (strcmp(target, "/silent") == 0) return;
  if (strcmp(target, "/half") == 0) {
    noos_respond(request, head, sizeof head, "half", 4, NOOS_MORE);
    return;
  }
  noos_respond(request, head, sizeof head, "fine", 4, 0);
  if (strcmp(target, "/twice") == 0)
    printf("again: %d\n", noos_respond(request, head, sizeof head, "fine", 4, 0));
}
