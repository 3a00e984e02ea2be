// Called for each request; see noos/http.h for what there is to call.
#include <noos/http.h>

static const char greeting[] = "hello from NAME\n";

NOOS_HANDLE(request) {
  noos_reply(request, 200, "text/plain; charset=utf-8", greeting, sizeof greeting - 1);
}
