// What the compute kernels share: `NAME [COUNT]` repeats the work COUNT times and prints a checksum,
// so that nothing can be left out and two builds can be compared.
#ifndef NOOS_KERNEL_H
#define NOOS_KERNEL_H

#include "print.h"

static uint64_t count_from(int argc, char **argv, uint64_t usual) {
  return argc > 1 ? parse_number(argv[1]) : usual;
}

static int print_checksum(uint64_t checksum) {
  put_hex(checksum, 16);
  end_line();
  return 0;
}

// A fixed stream of numbers (xorshift64), so that every run does the same work.
static uint64_t stream_state = 0x9e3779b97f4a7c15;

__attribute__((unused)) static uint64_t next_number(void) {
  stream_state ^= stream_state << 13;
  stream_state ^= stream_state >> 7;
  stream_state ^= stream_state << 17;
  return stream_state;
}

// Folds a value into a checksum (FNV-1a, a word at a time).
__attribute__((unused)) static uint64_t fold(uint64_t checksum, uint64_t value) {
  return (checksum ^ value) * 0x100000001b3;
}

#endif
