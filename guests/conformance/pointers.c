// Addresses and lengths that lead out of memory, in every call that takes one: each answers EFAULT,
// changes nothing, and the program lives on. Calls with only one address are in the other files.
#include "../lib/case.h"

#define EDGE ((void *)(__builtin_wasm_memory_size(0) * 65536 - 1))

static char bytes[64];
static uint32_t count;

CASE("fd_read and fd_pread take no pieces from nowhere") {
  fd_t fd;
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  ERRNO(fd_read(fd, NOWHERE, 1, &count), EFAULT);
  ERRNO(fd_read(fd, EDGE, 1, &count), EFAULT);
  ERRNO(fd_pread(fd, NOWHERE, 1, 0, &count), EFAULT);
}

CASE("fd_read into a piece that is nowhere answers EFAULT and keeps the offset") {
  fd_t fd;
  uint64_t offset = 9;
  struct span nowhere = {NOWHERE, 16}, wraps = {(void *)16, 0xfffffff8}, edge = {EDGE, 2};
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  ERRNO(fd_read(fd, &nowhere, 1, &count), EFAULT);
  ERRNO(fd_read(fd, &wraps, 1, &count), EFAULT);
  ERRNO(fd_read(fd, &edge, 1, &count), EFAULT);
  ERRNO(fd_pread(fd, &nowhere, 1, 0, &count), EFAULT);
  OK(fd_tell(fd, &offset));
  SAME(offset, 0);
}

CASE("fd_read takes a count of 2^32-1 pieces for what it is") {
  fd_t fd;
  struct span piece = {bytes, 1};
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  ERRNO(fd_read(fd, &piece, 0xffffffff, &count), EFAULT, EINVAL);
  ERRNO(fd_pread(fd, &piece, 0xffffffff, 0, &count), EFAULT, EINVAL);
  ERRNO(fd_read(fd, &piece, 0x20000000, &count), EFAULT, EINVAL);
}

CASE("fd_write from a piece that is nowhere answers EFAULT and writes nothing") {
  fd_t fd;
  struct const_span nowhere = {NOWHERE, 16}, wraps = {(void *)16, 0xfffffff8};
  struct const_span mixed[] = {{"abc", 3}, {NOWHERE, 16}};
  OK(open_file(&fd, "file"));
  ERRNO(fd_write(fd, &nowhere, 1, &count), EFAULT);
  ERRNO(fd_write(fd, &wraps, 1, &count), EFAULT);
  ERRNO(fd_write(fd, mixed, 2, &count), EFAULT);
  ERRNO(fd_pwrite(fd, &nowhere, 1, 0, &count), EFAULT);
  ERRNO(fd_write(1, &nowhere, 1, &count), EFAULT);
  TRUE(holds("file", ""));
}

CASE("fd_write takes a count of 2^32-1 pieces for what it is") {
  fd_t fd;
  struct const_span piece = {"x", 1};
  OK(open_file(&fd, "file"));
  ERRNO(fd_write(fd, &piece, 0xffffffff, &count), EFAULT, EINVAL);
  ERRNO(fd_pwrite(fd, &piece, 0xffffffff, 0, &count), EFAULT, EINVAL);
  ERRNO(fd_write(1, &piece, 0xffffffff, &count), EFAULT, EINVAL);
  TRUE(holds("file", ""));
}

CASE("fd_read and fd_write with a result that is nowhere answer EFAULT") {
  fd_t fd;
  struct span into = {bytes, 1};
  struct const_span from = {"x", 1};
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  ERRNO(fd_read(fd, &into, 1, NOWHERE), EFAULT);
  ERRNO(fd_pread(fd, &into, 1, 0, EDGE), EFAULT);
  ERRNO(fd_write(fd, &from, 1, NOWHERE), EFAULT);
  ERRNO(fd_pwrite(fd, &from, 1, 0, NOWHERE), EFAULT);
}

CASE("an empty piece may have any address") {
  fd_t fd;
  struct const_span piece = {(void *)8, 0};
  OK(open_file(&fd, "file"));
  OK(fd_write(fd, &piece, 1, &count));
  SAME(count, 0);
}

CASE("fd_seek, fd_tell and the stats with a result that is nowhere answer EFAULT") {
  fd_t fd;
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  ERRNO(fd_seek(fd, 0, FROM_START, NOWHERE), EFAULT);
  ERRNO(fd_tell(fd, NOWHERE), EFAULT);
  ERRNO(fd_fdstat_get(fd, NOWHERE), EFAULT);
  ERRNO(fd_filestat_get(fd, NOWHERE), EFAULT);
  ERRNO(fd_filestat_get(fd, EDGE), EFAULT);
  ERRNO(path_filestat_get(dir, 0, TEXT("file"), NOWHERE), EFAULT);
}

CASE("fd_prestat_get and fd_prestat_dir_name into nowhere answer EFAULT") {
  ERRNO(fd_prestat_get(ROOT, NOWHERE), EFAULT);
  ERRNO(fd_prestat_dir_name(ROOT, NOWHERE, 1), EFAULT);
}

CASE("fd_readdir into nowhere answers EFAULT") {
  ERRNO(fd_readdir(dir, NOWHERE, 64, 0, &count), EFAULT);
  ERRNO(fd_readdir(dir, bytes, 0xffffffff, 0, &count), EFAULT);
  ERRNO(fd_readdir(dir, bytes, sizeof bytes, 0, NOWHERE), EFAULT);
}

CASE("paths that are nowhere answer EFAULT in every call that takes one") {
  fd_t fd;
  struct filestat stat;
  OK(make_file("file", ""));
  ERRNO(path_open(dir, 0, NOWHERE, 64, 0, CAN_READ, 0, 0, &fd), EFAULT);
  ERRNO(path_create_directory(dir, NOWHERE, 64), EFAULT);
  ERRNO(path_remove_directory(dir, NOWHERE, 64), EFAULT);
  ERRNO(path_unlink_file(dir, NOWHERE, 64), EFAULT);
  ERRNO(path_filestat_get(dir, 0, NOWHERE, 64, &stat), EFAULT);
  ERRNO(path_filestat_set_times(dir, 0, NOWHERE, 64, 0, 0, SET_MTIME_NOW), EFAULT);
  ERRNO(path_readlink(dir, NOWHERE, 64, bytes, sizeof bytes, &count), EFAULT);
  ERRNO(path_symlink(NOWHERE, 64, dir, TEXT("new")), EFAULT);
  ERRNO(path_symlink(TEXT("x"), dir, NOWHERE, 64), EFAULT);
  ERRNO(path_link(dir, 0, NOWHERE, 64, dir, TEXT("new")), EFAULT);
  ERRNO(path_link(dir, 0, TEXT("file"), dir, NOWHERE, 64), EFAULT);
  ERRNO(path_rename(dir, NOWHERE, 64, dir, TEXT("new")), EFAULT);
  ERRNO(path_rename(dir, TEXT("file"), dir, NOWHERE, 64), EFAULT);
}

CASE("paths of 2^32-1 bytes answer EFAULT or ENAMETOOLONG") {
  fd_t fd;
  struct filestat stat;
  ERRNO(path_open(dir, 0, "x", 0xffffffff, 0, CAN_READ, 0, 0, &fd), EFAULT, ENAMETOOLONG);
  ERRNO(path_create_directory(dir, "x", 0xffffffff), EFAULT, ENAMETOOLONG);
  ERRNO(path_filestat_get(dir, 0, "x", 0xffffffff, &stat), EFAULT, ENAMETOOLONG);
  ERRNO(path_symlink("x", 0xffffffff, dir, TEXT("new")), EFAULT, ENAMETOOLONG);
  ERRNO(path_unlink_file(dir, "x", 0x80000000), EFAULT, ENAMETOOLONG);
}

CASE("path_open with a result that is nowhere answers EFAULT") {
  OK(make_file("file", ""));
  ERRNO(path_open(dir, 0, TEXT("file"), 0, CAN_READ, 0, 0, NOWHERE), EFAULT);
  ERRNO(path_open(dir, 0, TEXT("file"), 0, CAN_READ, 0, 0, EDGE), EFAULT);
}

CASE("path_readlink into nowhere answers EFAULT") {
  OK(make_link("link", "target"));
  ERRNO(path_readlink(dir, TEXT("link"), NOWHERE, 16, &count), EFAULT);
  ERRNO(path_readlink(dir, TEXT("link"), bytes, sizeof bytes, NOWHERE), EFAULT);
}

CASE("addresses need no alignment") {
  static char around[64];
  struct filestat stat;
  OK(make_file("file", "abc"));
  OK(path_filestat_get(dir, 0, TEXT("file"), around + 3));
  memcpy(&stat, around + 3, sizeof stat - 8);
  SAME(stat.size, 3);
  OK(clock_time_get(CLOCK_REAL, 0, around + 1));
}

CASE("the last bytes of memory can be used") {
  char *end = (char *)(__builtin_wasm_memory_size(0) * 65536);
  fd_t fd;
  struct span piece = {end - 3, 3};
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  OK(fd_read(fd, &piece, 1, &count));
  TRUE(count == 3 && memcmp(end - 3, "abc", 3) == 0);
  OK(random_get(end - 8, 8));
}
