// What Lua's library asks for and a process without an operating system has not.
#include <errno.h>
#include <stdio.h>

FILE *tmpfile(void) {
  errno = ENOTSUP;
  return NULL;
}

char *tmpnam(char *name) {
  (void)name;
  return NULL;
}

int system(const char *command) {
  if (!command) return 0;
  errno = ENOTSUP;
  return -1;
}
