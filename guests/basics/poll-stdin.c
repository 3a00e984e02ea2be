// poll-stdin [MILLISECONDS]: waits for input and a timer at once and says which came: prints each
// piece of input, "timeout" when the timer was first, and "end" when the input has ended.
#include "../lib/print.h"

enum { INPUT = 1, TIMER = 2 };

static uint32_t wait_for_either(uint64_t milliseconds, struct event events[2]) {
  struct subscription both[2] = {
      {.userdata = INPUT, .tag = EVENT_READ, .descriptor = {.fd = 0}},
      {.userdata = TIMER,
       .tag = EVENT_CLOCK,
       .clock = {.id = CLOCK_MONOTONE, .timeout = milliseconds * 1000000}},
  };
  uint32_t happened = 0;
  errno_t error = poll_oneoff(both, events, 2, &happened);
  if (error != SUCCESS) proc_exit((uint32_t)error);
  return happened;
}

// Answers whether there may be more.
static int read_some(void) {
  char buffer[1024];
  struct span piece = {buffer, sizeof buffer};
  uint32_t length = 0;
  errno_t error = fd_read(0, &piece, 1, &length);
  if (error == EAGAIN) return 1;
  if (error != SUCCESS || length == 0) return 0;
  put("data ");
  put_bytes(buffer, buffer[length - 1] == '\n' ? length - 1 : length);
  end_line();
  return 1;
}

int main(int argc, char **argv) {
  uint64_t milliseconds = argc > 1 ? parse_number(argv[1]) : 100;
  struct event events[2];
  for (;;) {
    uint32_t happened = wait_for_either(milliseconds, events);
    for (uint32_t i = 0; i < happened; i++) {
      if (events[i].userdata == TIMER) {
        print("timeout");
      } else if (!read_some()) {
        print("end");
        return 0;
      }
    }
  }
}
