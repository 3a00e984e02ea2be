// walk COUNT PATH: reads every directory below PATH and asks for what each name in it stands for,
// COUNT times, through the C library as programs do. Prints how much there was, so that two hosts
// can be compared. The module in `built` is what this makes of it, in this folder:
//   clang-14 --target=wasm32-wasi -std=gnu17 -O2 -Wall -Wextra -Werror -ffile-prefix-map=.= \
//     -Wl,--strip-debug walk.c -o built/walk.wasm
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static unsigned long names, bytes;

static int walk(const char *path) {
  DIR *directory = opendir(path);
  if (!directory) return 1;
  struct dirent *entry;
  int failed = 0;
  while (!failed && (entry = readdir(directory))) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    char below[1024];
    struct stat status;
    snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
    if (lstat(below, &status) != 0) return 1;
    names++;
    if (S_ISDIR(status.st_mode)) failed = walk(below);
    else bytes += (unsigned long)status.st_size;
  }
  closedir(directory);
  return failed;
}

int main(int argc, char **argv) {
  if (argc != 3) return 64;
  for (int count = atoi(argv[1]); count > 0; count--)
    if (walk(argv[2]) != 0) return 1;
  printf("%lu names, %lu bytes\n", names, bytes);
  return 0;
}
