// The frame of a conformance program: a list of cases, each a sentence about one call.
//
//   CASE("fd_seek answers EINVAL before byte zero") { … }
//
// `PROGRAM` runs all of them, `PROGRAM WORDS` those whose sentence contains WORDS, `PROGRAM --list`
// prints the sentences. Each case gets a fresh directory, open as `dir`, and prints one line:
//
//   ok SENTENCE
//   not ok SENTENCE: line 12: fd_seek(…): got EBADF, wanted EINVAL
//   skip SENTENCE: reason
//
// The last line is `ran COUNT`, so that a program that died on the way is told from one that is
// done. The exit code is 1 if a case failed.
#ifndef NOOS_CASE_H
#define NOOS_CASE_H

#include "print.h"

enum { ROOT = 3, CASES_MAX = 128 };

struct test_case { const char *title; void (*run)(void); };

static struct test_case cases[CASES_MAX];
static uint32_t case_count;
static const char *case_title;
static int case_over, failures;

// The directory of the running case, empty at its start, with all the rights there are, and its name
// in the directory above, which the program was given.
static fd_t dir;
static char dir_name[] = "case-000";

#define CASE(title) CASE_AT(title, __LINE__)
#define CASE_AT(title, line) CASE_ON(title, line)
#define CASE_ON(title, line) CASE_NAMED(title, case_at_##line, add_at_##line)
#define CASE_NAMED(title, function, adder)                                  \
  static void function(void);                                               \
  __attribute__((constructor)) static void adder(void) {                    \
    cases[case_count++] = (struct test_case){title, function};              \
  }                                                                         \
  static void function(void)

static void begin_result(const char *word) {
  case_over = 1;
  put(word);
  put(" ");
  put(case_title);
}

static void begin_failure(int line, const char *what) {
  failures++;
  begin_result("not ok");
  put(": line ");
  put_number((uint64_t)line);
  put(": ");
  put(what);
  put(": got ");
}

__attribute__((unused)) static int errno_is_one_of(errno_t got, const errno_t *wanted,
                                                   uint32_t count, int line, const char *what) {
  for (uint32_t i = 0; i < count; i++)
    if (got == wanted[i]) return 1;
  begin_failure(line, what);
  put_errno(got);
  put(", wanted ");
  for (uint32_t i = 0; i < count; i++) {
    if (i > 0) put(" or ");
    put_errno(wanted[i]);
  }
  end_line();
  return 0;
}

__attribute__((unused)) static int is_same(uint64_t got, uint64_t wanted, int line,
                                           const char *what) {
  if (got == wanted) return 1;
  begin_failure(line, what);
  put_number(got);
  put(", wanted ");
  put_number(wanted);
  end_line();
  return 0;
}

__attribute__((unused)) static int is_true(int got, int line, const char *what) {
  if (got) return 1;
  begin_failure(line, what);
  print("false");
  return 0;
}

// The checks; the first that fails ends its case.
#define ERRNO(call, ...)                                                                   \
  do {                                                                                     \
    const errno_t wanted_[] = {__VA_ARGS__};                                               \
    if (!errno_is_one_of(call, wanted_, sizeof wanted_ / sizeof *wanted_, __LINE__, #call)) \
      return;                                                                              \
  } while (0)
#define OK(call) ERRNO(call, SUCCESS)
#define SAME(got, wanted)                                              \
  do {                                                                 \
    if (!is_same((uint64_t)(got), (uint64_t)(wanted), __LINE__, #got)) return; \
  } while (0)
#define TRUE(condition)                                          \
  do {                                                           \
    if (!is_true(!!(condition), __LINE__, #condition)) return;   \
  } while (0)
#define SKIP(reason)          \
  do {                        \
    begin_result("skip");     \
    put(": ");                \
    print(reason);            \
    return;                   \
  } while (0)

// A text as the address and length that a call takes.
#define TEXT(literal) (literal), (sizeof(literal) - 1)

// An address that is in no memory of these programs.
#define NOWHERE ((void *)0xfffffff0)

#define ALL_RIGHTS (RIGHT(30) - 1)
#define FILE_RIGHTS                                                                           \
  (CAN_DATASYNC | CAN_READ | CAN_SEEK | CAN_SET_FLAGS | CAN_SYNC | CAN_TELL | CAN_WRITE |     \
   CAN_ADVISE | CAN_ALLOCATE | CAN_STAT | CAN_SET_SIZE | CAN_SET_TIMES | CAN_POLL)
#define DIRECTORY_RIGHTS                                                                      \
  (CAN_CREATE_DIRECTORY | CAN_CREATE_FILE | CAN_LINK_SOURCE | CAN_LINK_TARGET | CAN_OPEN |    \
   CAN_READDIR | CAN_READLINK | CAN_RENAME_SOURCE | CAN_RENAME_TARGET | CAN_STAT_PATH |       \
   CAN_SET_SIZE_PATH | CAN_SET_TIMES_PATH | CAN_STAT | CAN_SET_TIMES | CAN_SYMLINK |          \
   CAN_REMOVE_DIRECTORY | CAN_UNLINK | CAN_SET_FLAGS | CAN_SYNC)

// Opens without following a last link. Rights to inherit are those of a directory's children.
__attribute__((unused)) static errno_t open_as(fd_t *fd, const char *path, uint32_t oflags,
                                               rights_t rights) {
  rights_t inheriting = oflags & OPEN_DIRECTORY ? DIRECTORY_RIGHTS | FILE_RIGHTS : 0;
  return path_open(dir, 0, path, strlen(path), oflags, rights, inheriting, 0, fd);
}

// Opens, or creates, a file to read and write.
__attribute__((unused)) static errno_t open_file(fd_t *fd, const char *path) {
  return open_as(fd, path, OPEN_CREATE, FILE_RIGHTS);
}

__attribute__((unused)) static errno_t open_directory(fd_t *fd, const char *path) {
  return open_as(fd, path, OPEN_DIRECTORY, DIRECTORY_RIGHTS);
}

__attribute__((unused)) static errno_t make_directory(const char *path) {
  return path_create_directory(dir, path, strlen(path));
}

__attribute__((unused)) static errno_t make_link(const char *path, const char *target) {
  return path_symlink(target, strlen(target), dir, path, strlen(path));
}

// Makes a file that holds `text`.
__attribute__((unused)) static errno_t make_file(const char *path, const char *text) {
  fd_t fd;
  errno_t error = open_as(&fd, path, OPEN_CREATE | OPEN_TRUNCATE, FILE_RIGHTS);
  if (error != SUCCESS) return error;
  struct const_span piece = {text, strlen(text)};
  uint32_t written;
  error = piece.length ? fd_write(fd, &piece, 1, &written) : SUCCESS;
  fd_close(fd);
  return error;
}

__attribute__((unused)) static errno_t stat_path(const char *path, struct filestat *stat) {
  return path_filestat_get(dir, 0, path, strlen(path), stat);
}

__attribute__((unused)) static int exists(const char *path) {
  struct filestat stat;
  return stat_path(path, &stat) == SUCCESS;
}

__attribute__((unused)) static errno_t read_at(fd_t fd, uint64_t offset, char *bytes,
                                               uint32_t length, uint32_t *got) {
  struct span piece = {bytes, length};
  return fd_pread(fd, &piece, 1, offset, got);
}

__attribute__((unused)) static errno_t write_text(fd_t fd, const char *text) {
  struct const_span piece = {text, strlen(text)};
  uint32_t written = 0;
  errno_t error = fd_write(fd, &piece, 1, &written);
  return error != SUCCESS || written == piece.length ? error : EIO;
}

// Answers whether the file of that name holds exactly `text`.
__attribute__((unused)) static int holds(const char *path, const char *text) {
  char bytes[256];
  uint32_t got = 0;
  fd_t fd;
  if (open_as(&fd, path, 0, CAN_READ | CAN_SEEK) != SUCCESS) return 0;
  errno_t error = read_at(fd, 0, bytes, sizeof bytes, &got);
  fd_close(fd);
  return error == SUCCESS && got == strlen(text) && memcmp(bytes, text, got) == 0;
}

// A fresh directory a case. Without any directory at all, `dir` is a descriptor that is not open,
// and cases that need one fail.
static void enter_directory(uint32_t index) {
  for (int at = 7; at > 4; at--, index /= 10) dir_name[at] = (char)('0' + index % 10);
  path_create_directory(ROOT, TEXT(dir_name));
  if (path_open(ROOT, 0, TEXT(dir_name), OPEN_DIRECTORY, DIRECTORY_RIGHTS,
                DIRECTORY_RIGHTS | FILE_RIGHTS, 0, &dir) != SUCCESS)
    dir = 99;
}

int main(int argc, char **argv) {
  const char *words = argc > 1 ? argv[1] : "";
  uint64_t ran = 0;
  for (uint32_t i = 0; i < case_count; i++) {
    case_title = cases[i].title;
    if (is(words, "--list")) print(case_title);
    else if (strstr(case_title, words)) {
      case_over = 0;
      enter_directory(i);
      cases[i].run();
      if (!case_over) begin_result("ok"), end_line();
      fd_close(dir);
      ran++;
    }
  }
  if (is(words, "--list")) return 0;
  put("ran ");
  put_number(ran);
  end_line();
  return failures > 0;
}

#endif
