// fd_seek, fd_tell.
#include "../lib/case.h"

CASE("fd_tell is zero on a file just opened") {
  fd_t fd;
  uint64_t offset = 9;
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  OK(fd_tell(fd, &offset));
  SAME(offset, 0);
}

CASE("fd_tell counts what was written") {
  fd_t fd;
  uint64_t offset = 9;
  OK(open_file(&fd, "file"));
  OK(write_text(fd, "abc"));
  OK(fd_tell(fd, &offset));
  SAME(offset, 3);
}

CASE("fd_seek counts from the start, from the offset and from the end") {
  fd_t fd;
  uint64_t offset = 0;
  OK(make_file("file", "abcdefghij"));
  OK(open_file(&fd, "file"));
  OK(fd_seek(fd, 4, FROM_START, &offset));
  SAME(offset, 4);
  OK(fd_seek(fd, -1, FROM_CURRENT, &offset));
  SAME(offset, 3);
  OK(fd_seek(fd, -2, FROM_END, &offset));
  SAME(offset, 8);
  OK(fd_tell(fd, &offset));
  SAME(offset, 8);
}

CASE("fd_seek goes behind the end without changing the size") {
  fd_t fd;
  uint64_t offset = 0;
  struct filestat stat;
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  OK(fd_seek(fd, 1000, FROM_END, &offset));
  SAME(offset, 1003);
  OK(fd_filestat_get(fd, &stat));
  SAME(stat.size, 3);
}

CASE("fd_write behind the end leaves zeros between") {
  fd_t fd;
  char bytes[8];
  uint32_t got = 0;
  uint64_t offset = 0;
  OK(make_file("file", "ab"));
  OK(open_file(&fd, "file"));
  OK(fd_seek(fd, 2, FROM_END, &offset));
  OK(write_text(fd, "z"));
  OK(read_at(fd, 0, bytes, sizeof bytes, &got));
  SAME(got, 5);
  TRUE(memcmp(bytes, "ab\0\0z", 5) == 0);
}

CASE("fd_read behind the end reads nothing") {
  fd_t fd;
  char byte;
  uint32_t got = 7;
  uint64_t offset = 0;
  struct span piece = {&byte, 1};
  OK(make_file("file", "ab"));
  OK(open_file(&fd, "file"));
  OK(fd_seek(fd, 100, FROM_START, &offset));
  OK(fd_read(fd, &piece, 1, &got));
  SAME(got, 0);
}

CASE("fd_seek answers EINVAL before byte zero and stays where it was") {
  fd_t fd;
  uint64_t offset = 0;
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  OK(fd_seek(fd, 2, FROM_START, &offset));
  ERRNO(fd_seek(fd, -3, FROM_CURRENT, &offset), EINVAL);
  ERRNO(fd_seek(fd, -4, FROM_END, &offset), EINVAL);
  ERRNO(fd_seek(fd, -1, FROM_START, &offset), EINVAL);
  OK(fd_tell(fd, &offset));
  SAME(offset, 2);
}

CASE("fd_seek answers an errno when the sum overflows") {
  fd_t fd;
  uint64_t offset = 0;
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  OK(fd_seek(fd, 1, FROM_START, &offset));
  ERRNO(fd_seek(fd, INT64_MAX, FROM_CURRENT, &offset), EINVAL, EOVERFLOW);
  ERRNO(fd_seek(fd, INT64_MIN, FROM_CURRENT, &offset), EINVAL, EOVERFLOW);
}

CASE("fd_seek answers EINVAL for a whence that does not exist") {
  fd_t fd;
  uint64_t offset = 0;
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  ERRNO(fd_seek(fd, 0, 3, &offset), EINVAL);
}

CASE("fd_seek moves only the descriptor it is given") {
  fd_t one, two;
  uint64_t offset = 0;
  OK(make_file("file", "abc"));
  OK(open_file(&one, "file"));
  OK(open_file(&two, "file"));
  OK(fd_seek(one, 2, FROM_START, &offset));
  OK(fd_tell(two, &offset));
  SAME(offset, 0);
}

CASE("fd_seek and fd_tell of a stream answer ESPIPE") {
  uint64_t offset = 0;
  ERRNO(fd_seek(0, 0, FROM_CURRENT, &offset), ESPIPE, ENOTCAPABLE);
  ERRNO(fd_seek(1, 0, FROM_START, &offset), ESPIPE, ENOTCAPABLE);
  ERRNO(fd_tell(1, &offset), ESPIPE, ENOTCAPABLE);
}

CASE("fd_seek and fd_tell of a directory answer an errno") {
  uint64_t offset = 0;
  ERRNO(fd_seek(dir, 0, FROM_START, &offset), EISDIR, EBADF, ENOTCAPABLE);
  ERRNO(fd_seek(dir, 0, FROM_CURRENT, &offset), EISDIR, EBADF, ENOTCAPABLE);
  ERRNO(fd_seek(dir, 0, FROM_END, &offset), EISDIR, EBADF, ENOTCAPABLE);
  ERRNO(fd_tell(dir, &offset), EISDIR, EBADF, ENOTCAPABLE);
}

CASE("a directory does not get the right to seek") {
  fd_t fd;
  struct fdstat stat;
  OK(path_open(dir, 0, TEXT("."), OPEN_DIRECTORY, CAN_SEEK, 0, 0, &fd));
  OK(fd_fdstat_get(fd, &stat));
  SAME(stat.rights & CAN_SEEK, 0);
}

CASE("fd_seek and fd_tell of a descriptor that is not open answer EBADF") {
  uint64_t offset = 0;
  ERRNO(fd_seek(9999, 0, FROM_START, &offset), EBADF);
  ERRNO(fd_tell(9999, &offset), EBADF);
}
