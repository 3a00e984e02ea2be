// fill-disk [MEBIBYTES]: writes a file that never stops growing (or grows to that size) and prints
// how many mebibytes it got and which errno ended it.
#include "../lib/print.h"

enum { ROOT = 3, STEP_BYTES = 1 << 16, STEPS_PER_MEBIBYTE = 16 };

static char block[STEP_BYTES];

int main(int argc, char **argv) {
  uint64_t steps_max = argc > 1 ? parse_number(argv[1]) * STEPS_PER_MEBIBYTE : UINT64_MAX;
  fd_t fd;
  errno_t error = path_open(ROOT, 0, "filler", 6, OPEN_CREATE | OPEN_TRUNCATE, CAN_WRITE, 0, 0, &fd);
  uint64_t steps = 0;
  while (error == SUCCESS && steps < steps_max) {
    struct const_span piece = {block, sizeof block};
    uint32_t written = 0;
    error = fd_write(fd, &piece, 1, &written);
    if (error == SUCCESS && written < sizeof block) error = ENOSPC;
    if (error == SUCCESS) steps++;
  }
  put_number(steps / STEPS_PER_MEBIBYTE);
  put(" MiB then ");
  put_errno(error);
  end_line();
  return 0;
}
