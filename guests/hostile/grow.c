// grow [touch]: takes memory, one mebibyte after the other, until it is refused, and prints how
// many pages it has then. With "touch" it writes to every page, so that the host must provide it.
#include "../lib/print.h"

enum { PAGE_BYTES = 65536, STEP_PAGES = 16 };

int main(int argc, char **argv) {
  int touch = argc > 1 && is(argv[1], "touch");
  for (;;) {
    size_t before = __builtin_wasm_memory_grow(0, STEP_PAGES);
    if (before == (size_t)-1) break;
    for (size_t page = before; touch && page < before + STEP_PAGES; page++)
      *(volatile char *)(page * PAGE_BYTES) = 1;
  }
  put_number(__builtin_wasm_memory_size(0));
  print(" pages");
  return 0;
}
