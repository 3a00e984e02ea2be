// open-many: opens the working directory again and again until it is refused, and prints how many
// descriptors it got and which errno ended it.
#include "../lib/print.h"

enum { ROOT = 3 };

int main(void) {
  uint64_t count = 0;
  fd_t fd;
  errno_t error;
  while ((error = path_open(ROOT, 0, ".", 1, OPEN_DIRECTORY, 0, 0, 0, &fd)) == SUCCESS) count++;
  put_number(count);
  put(" then ");
  put_errno(error);
  end_line();
  return 0;
}
