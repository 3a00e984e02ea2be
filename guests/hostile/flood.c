// flood [error]: writes to standard output, or standard error, without end.
#include "../lib/print.h"

static char block[65536];

int main(int argc, char **argv) {
  fd_t target = argc > 1 && is(argv[1], "error") ? 2 : 1;
  for (uint32_t i = 0; i < sizeof block; i++) block[i] = i % 64 == 63 ? '\n' : 'x';
  for (;;) write_all(target, block, sizeof block);
}
