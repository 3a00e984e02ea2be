// headers: answers with the head of the request, a text on each line. ERANGE is answered by 431.
#include "../sdk/c/noos/http.h"

static char head[8192];

NOOS_HANDLE(request) {
  size_t length;
  if (noos_head(request, head, sizeof head, &length)) {
    noos_reply(request, 431, "text/plain", "too long\n", 9);
    return;
  }
  for (size_t at = 0; at < length; at++)
    if (head[at] == 0) head[at] = '\n';
  noos_reply(request, 200, "text/plain", head, length);
}
