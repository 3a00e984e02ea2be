// calls KIND [REPEATS] [PATH]: makes one kind of call again and again, for measuring what a call
// costs. Prints the nanoseconds that all of them took, on standard error for "write".
//   clock   clock_time_get
//   write   fd_write of 64 bytes to standard output
//   read    fd_pread of 4,096 bytes from PATH
//   open    path_open and fd_close of PATH
//   stat    path_filestat_get of PATH
//   walk    fd_readdir of PATH and of every directory in it
#include "../lib/print.h"

enum { ROOT = 3 };

static char buffer[4096];

static void must(errno_t error) {
  if (error != SUCCESS) proc_exit((uint32_t)error);
}

static uint64_t now(void) {
  uint64_t nanoseconds = 0;
  must(clock_time_get(CLOCK_MONOTONE, 1, &nanoseconds));
  return nanoseconds;
}

static fd_t open_at(fd_t directory, const char *path, uint32_t length, uint32_t flags,
                    rights_t rights, rights_t inheriting) {
  fd_t fd;
  must(path_open(directory, 0, path, length, flags, rights, inheriting, 0, &fd));
  return fd;
}

#define WALKING (CAN_OPEN | CAN_READDIR)

static void walk(fd_t directory) {
  char page[4096];
  uint64_t cookie = 0;
  uint32_t used = sizeof page;
  while (used == sizeof page) {
    must(fd_readdir(directory, page, sizeof page, cookie, &used));
    struct dirent entry;
    for (uint32_t at = 0; at + sizeof entry <= used; at += sizeof entry + entry.name_length) {
      memcpy(&entry, page + at, sizeof entry);
      const char *name = page + at + sizeof entry;
      if (at + sizeof entry + entry.name_length > used) break;
      cookie = entry.next;
      if (entry.type != TYPE_DIRECTORY || name[0] == '.') continue;
      fd_t child =
          open_at(directory, name, entry.name_length, OPEN_DIRECTORY, WALKING, WALKING);
      walk(child);
      must(fd_close(child));
    }
  }
}

static void call_clock(uint64_t repeats) {
  while (repeats-- > 0) now();
}

static void call_write(uint64_t repeats) {
  memset(buffer, 'x', 63);
  buffer[63] = '\n';
  while (repeats-- > 0) write_all(1, buffer, 64);
}

static void call_read(uint64_t repeats, const char *path) {
  fd_t fd = open_at(ROOT, path, strlen(path), 0, CAN_READ | CAN_SEEK, 0);
  struct span piece = {buffer, sizeof buffer};
  uint32_t length = 0;
  while (repeats-- > 0) must(fd_pread(fd, &piece, 1, 0, &length));
}

static void call_open(uint64_t repeats, const char *path) {
  while (repeats-- > 0) must(fd_close(open_at(ROOT, path, strlen(path), 0, CAN_READ, 0)));
}

static void call_stat(uint64_t repeats, const char *path) {
  struct filestat stat;
  while (repeats-- > 0) must(path_filestat_get(ROOT, FOLLOW, path, strlen(path), &stat));
}

static void call_walk(uint64_t repeats, const char *path) {
  while (repeats-- > 0) {
    fd_t fd = open_at(ROOT, path, strlen(path), OPEN_DIRECTORY, WALKING, WALKING);
    walk(fd);
    must(fd_close(fd));
  }
}

int main(int argc, char **argv) {
  const char *kind = argc > 1 ? argv[1] : "clock";
  uint64_t repeats = argc > 2 ? parse_number(argv[2]) : 1000;
  const char *path = argc > 3 ? argv[3] : ".";
  uint64_t start = now();
  if (is(kind, "clock")) call_clock(repeats);
  else if (is(kind, "write")) call_write(repeats);
  else if (is(kind, "read")) call_read(repeats, path);
  else if (is(kind, "open")) call_open(repeats, path);
  else if (is(kind, "stat")) call_stat(repeats, path);
  else if (is(kind, "walk")) call_walk(repeats, path);
  else return 64;
  put_number(now() - start);
  put("\n");
  flush_to(is(kind, "write") ? 2 : 1);
  return 0;
}
