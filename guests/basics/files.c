// files: takes one file and one folder through an ordinary life, with the C library as programs use
// it, in the working directory, and prints what it saw. Leaves nothing behind.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void must(const char *what, int result) {
  if (result >= 0) return;
  printf("%s: %s\n", what, strerror(errno));
  exit(1);
}

static void write_text(const char *path, const char *mode, const char *text) {
  FILE *file = fopen(path, mode);
  must(path, file ? 0 : -1);
  must("fputs", fputs(text, file));
  must("fclose", fclose(file));
}

static void show_file(const char *path) {
  char text[64];
  FILE *file = fopen(path, "r");
  must(path, file ? 0 : -1);
  while (fgets(text, sizeof text, file)) printf("%s: %s", path, text);
  fclose(file);
}

static int by_name(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void list(const char *path) {
  char *names[16];
  int count = 0;
  DIR *directory = opendir(path);
  must(path, directory ? 0 : -1);
  for (struct dirent *entry; count < 16 && (entry = readdir(directory));)
    if (entry->d_name[0] != '.') names[count++] = strdup(entry->d_name);
  closedir(directory);
  qsort(names, (size_t)count, sizeof names[0], by_name);
  printf("%s:", path);
  for (int i = 0; i < count; i++) printf(" %s", names[i]);
  printf("\n");
}

static void show_kind(const char *path) {
  struct stat stat;
  must(path, lstat(path, &stat));
  if (S_ISREG(stat.st_mode)) printf("%s: file of %lld bytes\n", path, (long long)stat.st_size);
  else if (S_ISDIR(stat.st_mode)) printf("%s: directory\n", path);
  else if (S_ISLNK(stat.st_mode)) printf("%s: symbolic link\n", path);
  else printf("%s: something else\n", path);
}

int main(void) {
  must("mkdir", mkdir("folder", 0755));
  write_text("folder/one", "w", "first line\n");
  write_text("folder/one", "a", "second line\n");
  show_file("folder/one");
  show_kind("folder/one");
  must("rename", rename("folder/one", "folder/two"));
  must("symlink", symlink("two", "folder/link"));
  show_kind("folder/link");
  show_file("folder/link");
  char target[16];
  ssize_t length = readlink("folder/link", target, sizeof target);
  must("readlink", (int)length);
  printf("folder/link -> %.*s\n", (int)length, target);
  must("truncate", truncate("folder/two", 6));
  show_kind("folder/two");
  list("folder");
  must("link", link("folder/two", "folder/three"));
  must("unlink", unlink("folder/two"));
  show_kind("folder/three");
  errno = 0;
  printf("open folder/link: %s\n", open("folder/link", O_RDONLY) < 0 ? strerror(errno) : "opened");
  printf("rmdir folder: %s\n", rmdir("folder") < 0 ? strerror(errno) : "removed");
  must("unlink", unlink("folder/three"));
  must("unlink", unlink("folder/link"));
  must("rmdir", rmdir("folder"));
  list(".");
  return 0;
}
