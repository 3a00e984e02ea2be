// What ends a process: `ending CASE [CODE]`. The harness looks at how it ended.
//   exit CODE    proc_exit
//   return CODE  a return from main
//   twice        proc_exit in a function that runs at exit
//   raise NUMBER proc_raise; ends the process, or answers the errno that becomes its exit code
#include <stdlib.h>
#include "../lib/print.h"

static void exit_again(void) { proc_exit(5); }

int main(int argc, char **argv) {
  const char *kind = argc > 1 ? argv[1] : "";
  uint32_t code = argc > 2 ? (uint32_t)parse_number(argv[2]) : 0;
  if (is(kind, "exit")) proc_exit(code);
  if (is(kind, "return")) return (int)code;
  if (is(kind, "twice")) {
    atexit(exit_again);
    return 3;
  }
  if (is(kind, "raise")) return proc_raise(code);
  return 64;
}
