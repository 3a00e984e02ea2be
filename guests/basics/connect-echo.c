// connect-echo [TEXT]: sends TEXT over the first connected socket among its descriptors, closes its
// sending half, and prints whatever comes back until the other side closes.
#include "../lib/print.h"

enum { FD_MAX = 64 };

static int find_socket(fd_t *socket) {
  struct fdstat stat;
  for (fd_t fd = 3; fd < FD_MAX; fd++) {
    if (fd_fdstat_get(fd, &stat) != SUCCESS || stat.type != TYPE_STREAM) continue;
    *socket = fd;
    return 1;
  }
  return 0;
}

int main(int argc, char **argv) {
  const char *text = argc > 1 ? argv[1] : "hello";
  fd_t socket;
  if (!find_socket(&socket)) {
    print("no connected socket");
    return 1;
  }
  struct const_span message = {text, strlen(text)};
  uint32_t sent = 0;
  errno_t error = sock_send(socket, &message, 1, 0, &sent);
  if (error != SUCCESS) return error;
  error = sock_shutdown(socket, SHUT_WRITE);
  if (error != SUCCESS) return error;
  for (;;) {
    char buffer[4096];
    struct span piece = {buffer, sizeof buffer};
    uint32_t length = 0;
    uint16_t flags = 0;
    error = sock_recv(socket, &piece, 1, 0, &length, &flags);
    if (error == EAGAIN) continue;
    if (error != SUCCESS) return error;
    if (length == 0) break;
    write_all(1, buffer, length);
  }
  end_line();
  return 0;
}
