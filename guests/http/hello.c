// hello: answers every request with a greeting, without looking at it.
#include "../sdk/c/noos/http.h"

static const char head[] = "200\0content-type\0text/plain; charset=utf-8";
static const char body[] = "hello, world\n";

NOOS_HANDLE(request) {
  noos_respond(request, head, sizeof head, body, sizeof body - 1, 0);
}
