// call-name [NAME]: a connection to who is called NAME among those it may call. Sends standard
// input, says that this was all, and prints what comes back. Without a NAME, prints all there are.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int failed(const char *what) {
  printf("%s: %s\n", what, strerror(errno));
  return 1;
}

static int list(void) {
  DIR *folder = opendir("/net");
  if (!folder) return failed("/net");
  for (struct dirent *entry; (entry = readdir(folder));)
    if (entry->d_name[0] != '.') printf("%s\n", entry->d_name);
  closedir(folder);
  return 0;
}

// Answers whether all of it could be copied.
static int copy(int from, int to) {
  static char piece[16384];
  for (;;) {
    ssize_t count = read(from, piece, sizeof piece);
    if (count <= 0) return count == 0;
    for (ssize_t at = 0, written; at < count; at += written) {
      written = write(to, piece + at, (size_t)(count - at));
      if (written < 0) return 0;
    }
  }
}

static int call(const char *name) {
  char path[256];
  snprintf(path, sizeof path, "/net/%s", name);
  int there = open(path, O_RDWR);
  if (there < 0) return failed(path);
  if (!copy(0, there)) return failed("sending");
  if (shutdown(there, SHUT_WR) < 0) return failed("shutting");
  if (!copy(there, 1)) return failed("reading");
  return 0;
}

int main(int argc, char **argv) {
  if (getenv("GATEWAY_INTERFACE")) printf("content-type: text/plain\n\n");
  fflush(stdout);
  int failed = argc > 1 ? call(argv[1]) : list();
  // What failed is in the answer, of which nothing is missing.
  return getenv("GATEWAY_INTERFACE") ? 0 : failed;
}
