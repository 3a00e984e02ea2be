// fd_close, fd_renumber, fd_prestat_get, fd_prestat_dir_name.
#include "../lib/case.h"

CASE("fd_close closes once") {
  fd_t fd;
  OK(open_file(&fd, "file"));
  OK(fd_close(fd));
  ERRNO(fd_close(fd), EBADF);
}

CASE("fd_close of a descriptor that was never open answers EBADF") {
  ERRNO(fd_close(9999), EBADF);
  ERRNO(fd_close(0xffffffff), EBADF);
}

CASE("fd_close makes every other call on the descriptor answer EBADF") {
  fd_t fd;
  struct fdstat stat;
  struct filestat filestat;
  uint64_t offset = 0;
  OK(open_file(&fd, "file"));
  OK(fd_close(fd));
  ERRNO(fd_fdstat_get(fd, &stat), EBADF);
  ERRNO(fd_filestat_get(fd, &filestat), EBADF);
  ERRNO(fd_tell(fd, &offset), EBADF);
  ERRNO(fd_sync(fd), EBADF);
  ERRNO(fd_renumber(fd, 1), EBADF);
}

CASE("fd_close of one descriptor leaves another of the same file open") {
  fd_t one, two;
  OK(open_file(&one, "file"));
  OK(open_file(&two, "file"));
  OK(fd_close(one));
  OK(write_text(two, "x"));
}

CASE("new descriptors are above the standard streams") {
  fd_t fd;
  OK(open_file(&fd, "file"));
  TRUE(fd > 2 && fd < 0x80000000);
}

CASE("fd_renumber moves a descriptor over another, which closes") {
  fd_t from, to;
  char byte;
  uint32_t got = 0;
  OK(make_file("one", "1"));
  OK(make_file("two", "2"));
  OK(open_file(&from, "one"));
  OK(open_file(&to, "two"));
  OK(fd_renumber(from, to));
  OK(read_at(to, 0, &byte, 1, &got));
  TRUE(byte == '1');
  ERRNO(fd_close(from), EBADF);
  OK(fd_close(to));
}

CASE("fd_renumber takes offset and rights along") {
  fd_t from, to;
  uint64_t offset = 0;
  struct fdstat before, after;
  OK(open_as(&from, "one", OPEN_CREATE, CAN_READ | CAN_WRITE | CAN_SEEK | CAN_TELL));
  OK(open_file(&to, "two"));
  OK(fd_seek(from, 7, FROM_START, &offset));
  OK(fd_fdstat_get(from, &before));
  OK(fd_renumber(from, to));
  OK(fd_fdstat_get(to, &after));
  SAME(after.rights, before.rights);
  SAME(after.flags, before.flags);
  OK(fd_tell(to, &offset));
  SAME(offset, 7);
}

CASE("fd_renumber of a descriptor to itself leaves it open") {
  fd_t fd;
  OK(open_file(&fd, "file"));
  OK(fd_renumber(fd, fd));
  OK(fd_close(fd));
}

CASE("fd_renumber answers EBADF if either is not open") {
  fd_t fd;
  OK(open_file(&fd, "file"));
  ERRNO(fd_renumber(fd, 9999), EBADF);
  ERRNO(fd_renumber(9999, fd), EBADF);
  OK(fd_close(fd));
}

CASE("fd_prestat_get describes the preopened directory") {
  struct prestat prestat = {.tag = 9};
  OK(fd_prestat_get(ROOT, &prestat));
  SAME(prestat.tag, 0);
  SAME(prestat.name_length, 1);
}

CASE("fd_prestat_dir_name gives the name without a NUL") {
  char name[2] = "##";
  OK(fd_prestat_dir_name(ROOT, name, 1));
  TRUE(memcmp(name, "/#", 2) == 0);
}

CASE("fd_prestat_dir_name takes a buffer larger than the name") {
  char name[8] = "#######";
  OK(fd_prestat_dir_name(ROOT, name, 7));
  TRUE(memcmp(name, "/######", 7) == 0);
}

CASE("fd_prestat_dir_name answers an errno for a buffer that is too small") {
  char name[1];
  ERRNO(fd_prestat_dir_name(ROOT, name, 0), ENAMETOOLONG, EINVAL);
}

CASE("fd_prestat_get of what is not preopened answers an errno") {
  struct prestat prestat;
  fd_t fd;
  OK(open_file(&fd, "file"));
  ERRNO(fd_prestat_get(0, &prestat), EBADF, ENOTSUP, EINVAL);
  ERRNO(fd_prestat_get(fd, &prestat), EBADF, ENOTSUP, EINVAL);
  ERRNO(fd_prestat_get(dir, &prestat), EBADF, ENOTSUP, EINVAL);
}

CASE("fd_prestat_get behind the last preopened directory answers EBADF") {
  struct prestat prestat;
  ERRNO(fd_prestat_get(9999, &prestat), EBADF);
}

CASE("fd_prestat_dir_name of what is not preopened answers an errno") {
  char name[8];
  ERRNO(fd_prestat_dir_name(0, name, 8), EBADF, ENOTSUP, ENOTDIR, EINVAL);
  ERRNO(fd_prestat_dir_name(9999, name, 8), EBADF);
}

CASE("fd_renumber over the preopened directory replaces it") {
  struct filestat before, after;
  fd_t fd;
  OK(make_directory("other"));
  OK(open_directory(&fd, "other"));
  OK(fd_filestat_get(fd, &before));
  OK(fd_renumber(fd, ROOT));
  OK(fd_filestat_get(ROOT, &after));
  SAME(after.inode, before.inode);
  // The cases that follow have no directory to work in: this one must stay among the last.
}

CASE("fd_close closes the preopened directory, and what was opened in it stays open") {
  struct fdstat stat;
  struct prestat prestat;
  OK(fd_close(ROOT));
  ERRNO(fd_fdstat_get(ROOT, &stat), EBADF);
  ERRNO(fd_prestat_get(ROOT, &prestat), EBADF);
  OK(fd_fdstat_get(0, &stat));
}
