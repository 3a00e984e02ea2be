// worker: takes messages and runs, and writes down each that it did as a line of /out/done: what it
// is of, its number or when it was due, the attempt, its key, its body. The first word of the body
// says what is done first: `fail` answers 500, `trap` ends in a trap, `hang` never answers, and
// `slow` takes 300 ms.
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "../sdk/c/noos/http.h"

static char head[8192];
static char body[4096];
static char line[8192];

static const char *field(const char *name, size_t length) {
  const char *fields = head;
  for (int texts = 0; texts < 4; texts++) fields = noos_next_text(fields);
  const char *value = noos_field(fields, head + length, name);
  return value == NULL ? "-" : value;
}

static size_t read_body(noos_exchange request) {
  size_t length = 0, count;
  while (length < sizeof body - 1 &&
         noos_read(request, body + length, sizeof body - 1 - length, &count) == 0 && count > 0)
    length += count;
  body[length] = 0;
  return length;
}

static int write_down(size_t length) {
  int is_run = strcmp(field("noos-schedule", length), "-") != 0;
  int size = snprintf(line, sizeof line, "%s %s %s %s %s\n",
                      field(is_run ? "noos-schedule" : "noos-queue", length),
                      field(is_run ? "noos-due" : "noos-message", length),
                      field(is_run ? "noos-why" : "noos-attempt", length),
                      field("noos-key", length), body);
  int file = open("/out/done", O_WRONLY | O_CREAT | O_APPEND, 0666);
  if (file < 0) return 0;
  int is_written = write(file, line, (size_t)size) == size;
  close(file);
  return is_written;
}

NOOS_HANDLE(request) {
  size_t length;
  if (noos_head(request, head, sizeof head, &length)) return;
  read_body(request);
  if (strncmp(body, "trap", 4) == 0) __builtin_trap();
  if (strncmp(body, "hang", 4) == 0) sleep(3600);
  if (strncmp(body, "slow", 4) == 0) nanosleep(&(struct timespec){0, 300000000}, NULL);
  int is_done = strncmp(body, "fail", 4) != 0 && write_down(length);
  noos_reply(request, is_done ? 200 : 500, "text/plain", "", 0);
}
