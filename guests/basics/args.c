// args …: prints its arguments and its environment, one a line.
#include "../lib/print.h"

extern char **environ;

int main(int argc, char **argv) {
  for (int i = 0; i < argc; i++) {
    put("arg ");
    put_number((uint64_t)i);
    put(" ");
    print(argv[i]);
  }
  for (char **entry = environ; *entry; entry++) {
    put("env ");
    print(*entry);
  }
  return 0;
}
