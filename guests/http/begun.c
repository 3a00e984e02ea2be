// begun: its processes may begin where another stood after it was initialised. It tells what it
// began with: how often it was initialised and then called as restored, a sum over a table it made,
// NAME of its environment, and a number it drew. BEGIN says what else it does in its beginning.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wasi/api.h>
#include "../sdk/c/noos/http.h"

enum { TABLE_BYTES = 20000 };

static unsigned char *table;
static const char *name;
static int initialised, restored;
static unsigned drawn;

static void do_as_told(const char *what) {
  if (strcmp(what, "clock") == 0) drawn = (unsigned)time(NULL);
  if (strcmp(what, "entropy") == 0) (void)!__wasi_random_get((uint8_t *)&drawn, sizeof drawn);
  if (strcmp(what, "print") == 0) puts("begun"), fflush(stdout);
  if (strcmp(what, "timer") == 0) noos_timer(1, 1000000000);
  if (strcmp(what, "open") == 0) open("/dev/null", O_RDONLY);
  if (strcmp(what, "close") == 0) close(0);
  if (strcmp(what, "make") == 0) close(open("/made", O_CREAT | O_RDWR, 0600));
  if (strcmp(what, "device") == 0) {
    int fd = open("/dev/urandom", O_RDONLY);
    read(fd, &drawn, sizeof drawn);
    close(fd);
  }
  if (strcmp(what, "grow") == 0) {
    // More than a snapshot may hold, of which each piece is touched.
    enum { PAGES = 140, PAGE_BYTES = 65536 };
    volatile char *added = (char *)(__builtin_wasm_memory_grow(0, PAGES) * PAGE_BYTES);
    for (int i = 0; i < PAGES * PAGE_BYTES; i += 4096) added[i] = 1;
  }
  if (strcmp(what, "many") == 0)
    for (size_t i = 0, count, bytes; i < 1001; i++) (void)!__wasi_args_sizes_get(&count, &bytes);
  if (strcmp(what, "look") == 0) close(open("/dev/null", O_RDONLY));
  if (strcmp(what, "exit") == 0) exit(0);
  if (strcmp(what, "trap") == 0) __builtin_trap();
  if (strcmp(what, "spin") == 0)
    for (volatile int i = 0; i == 0;) continue;
}

__attribute__((constructor)) static void start(void) {
  initialised++;
  name = getenv("NAME");
  table = malloc(TABLE_BYTES);
  for (int i = 0; i < TABLE_BYTES; i++) table[i] = (unsigned char)(i * 31 + 7);
  const char *what = getenv("BEGIN");
  if (what != NULL) do_as_told(what);
}

NOOS_RESTORED {
  restored++;
  if (drawn == 0) (void)!__wasi_random_get((uint8_t *)&drawn, sizeof drawn);
}

NOOS_HANDLE(request) {
  static char text[200];
  unsigned sum = 0;
  for (int i = 0; i < TABLE_BYTES; i++) sum = sum * 33 + table[i];
  // What one process writes is not another's.
  memset(table, 0, TABLE_BYTES / 2);
  int length = snprintf(text, sizeof text, "%d %d %u %s %u", initialised, restored, sum,
                        name == NULL ? "-" : name, drawn);
  noos_reply(request, 200, "text/plain", text, (size_t)length);
}
