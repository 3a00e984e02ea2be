// echo: sends the body of every request back as it comes, piece by piece.
#include "../sdk/c/noos/http.h"

static const char head[] = "200\0content-type\0application/octet-stream";
static char piece[16384];

static int send_all(noos_exchange request, size_t count) {
  for (size_t at = 0, written = 0; at < count; at += written) {
    int error = noos_write(request, piece + at, count - at, &written);
    if (error) return error;
  }
  return 0;
}

NOOS_HANDLE(request) {
  if (noos_respond(request, head, sizeof head, 0, 0, NOOS_MORE)) return;
  for (;;) {
    size_t count;
    if (noos_read(request, piece, sizeof piece, &count)) return;
    if (count == 0) break;
    if (send_all(request, count)) return;
  }
  noos_finish(request);
}
