// echo: copies standard input to standard output until the input ends.
#include "../lib/print.h"

static char buffer[65536];

int main(void) {
  for (;;) {
    struct span piece = {buffer, sizeof buffer};
    uint32_t length = 0;
    errno_t error = fd_read(0, &piece, 1, &length);
    if (error == EAGAIN) continue;
    if (error != SUCCESS) return error;
    if (length == 0) return 0;
    write_all(1, buffer, length);
  }
}
