// sender: sends the body of each request as a message to the queue `jobs`, with the request's
// target, but for the slash, as its key; answers with the status and the number of the message.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../sdk/c/noos/http.h"

static const uint64_t second = 1000000000;

static char head[8192];
static char outgoing[8192];
static char piece[16384];
static char text[256];

static size_t put(size_t at, const char *word) {
  size_t size = strlen(word) + 1;
  memcpy(outgoing + at, word, size);
  return at + size;
}

static int send_body(noos_exchange request, noos_exchange call) {
  for (;;) {
    size_t count, written;
    int error = noos_read(request, piece, sizeof piece, &count);
    if (error) return error;
    if (count == 0) return noos_finish(call);
    for (size_t at = 0; at < count; at += written) {
      error = noos_write(call, piece + at, count - at, &written);
      if (error) return error;
    }
  }
}

NOOS_HANDLE(request) {
  size_t length, size = 0;
  noos_exchange call;
  if (noos_head(request, head, sizeof head, &length)) return;
  const char *target = noos_next_text(noos_next_text(noos_next_text(head)));
  const char *words[] = {"POST", "http", "jobs", "/", "content-type", "text/plain"};
  for (size_t word = 0; word < sizeof words / sizeof *words; word++) size = put(size, words[word]);
  if (target[1] != 0) size = put(put(size, "noos-key"), target + 1);
  int error = noos_request(outgoing, size, NOOS_MORE, 10 * second, &call);
  if (error == 0) {
    send_body(request, call);
    error = noos_head(call, head, sizeof head, &length);
  }
  const char *id = error ? NULL : noos_field(noos_next_text(head), head + length, "noos-message");
  int status = error ? 502 : atoi(head);
  int count = snprintf(text, sizeof text, "%d %s\n", error ? error : status, id ? id : "-");
  noos_reply(request, status, "text/plain", text, (size_t)count);
}
