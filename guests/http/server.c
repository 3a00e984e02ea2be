// server: accepts connections on the first listening socket among its descriptors, one after the
// other, and answers each request over them with its own head. Bodies are none of its business.
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FD_MAX = 64, HEAD_MAX = 65536 };

static char head[HEAD_MAX + 1];

// How many bytes the next head takes; 0 when none comes any more.
static size_t next_head(int client) {
  for (size_t have = 0; have < HEAD_MAX;) {
    ssize_t count = read(client, head + have, HEAD_MAX - have);
    if (count <= 0) return 0;
    have += (size_t)count;
    head[have] = 0;
    char *end = strstr(head, "\r\n\r\n");
    if (end) return (size_t)(end - head) + 4;
  }
  return 0;
}

static void write_all(int client, const char *bytes, size_t length) {
  for (ssize_t count; length > 0; bytes += count, length -= (size_t)count) {
    count = write(client, bytes, length);
    if (count <= 0) return;
  }
}

static void serve(int client) {
  for (size_t length; (length = next_head(client)) > 0;) {
    char start[128];
    int bytes = snprintf(start, sizeof start,
                         "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: %zu\r\n\r\n",
                         length);
    write_all(client, start, (size_t)bytes);
    write_all(client, head, length);
  }
  close(client);
}

int main(void) {
  for (int listener = 3; listener < FD_MAX; listener++)
    for (int client; (client = accept(listener, NULL, NULL)) >= 0;) serve(client);
  return 1;
}
