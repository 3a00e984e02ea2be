// sleep [MILLISECONDS] [REPEATS]: waits for a timer, says so, and does it again.
#include "../lib/print.h"

int main(int argc, char **argv) {
  uint64_t milliseconds = argc > 1 ? parse_number(argv[1]) : 10;
  uint64_t repeats = argc > 2 ? parse_number(argv[2]) : 1;
  for (uint64_t i = 0; i < repeats; i++) {
    struct subscription timer = {
        .tag = EVENT_CLOCK,
        .clock = {.id = CLOCK_MONOTONE, .timeout = milliseconds * 1000000},
    };
    struct event event;
    uint32_t happened = 0;
    errno_t error = poll_oneoff(&timer, &event, 1, &happened);
    if (error != SUCCESS) return error;
    print("slept");
  }
  return 0;
}
