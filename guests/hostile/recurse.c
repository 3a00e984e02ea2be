// recurse [DEPTH]: calls itself that many times (a million), then prints the depth it reached.
#include "../lib/print.h"

// The addition after the call keeps the compiler from making a loop of it.
__attribute__((noinline)) static uint64_t descend(uint64_t depth) {
  if (depth == 0) return 0;
  uint64_t below = descend(depth - 1);
  __asm__ volatile("" : : : "memory");
  return below + 1;
}

int main(int argc, char **argv) {
  put_number(descend(argc > 1 ? parse_number(argv[1]) : 1000000));
  end_line();
  return 0;
}
