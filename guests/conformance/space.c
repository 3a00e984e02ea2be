// fd_advise, fd_allocate, fd_sync, fd_datasync.
#include "../lib/case.h"

static errno_t size_of(fd_t fd, uint64_t *size) {
  struct filestat stat;
  errno_t error = fd_filestat_get(fd, &stat);
  *size = stat.size;
  return error;
}

CASE("fd_advise takes every advice and changes nothing") {
  fd_t fd;
  uint64_t size = 0;
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  for (uint32_t advice = ADVICE_NORMAL; advice <= ADVICE_NOREUSE; advice++)
    OK(fd_advise(fd, 0, 3, advice));
  OK(fd_advise(fd, 100, 0, ADVICE_WILLNEED));
  OK(size_of(fd, &size));
  SAME(size, 3);
}

CASE("fd_advise answers EINVAL for an advice that does not exist") {
  fd_t fd;
  OK(open_file(&fd, "file"));
  ERRNO(fd_advise(fd, 0, 1, 6), EINVAL);
}

CASE("fd_advise of what is no open file answers an errno") {
  ERRNO(fd_advise(9999, 0, 1, ADVICE_NORMAL), EBADF);
  ERRNO(fd_advise(dir, 0, 1, ADVICE_NORMAL), SUCCESS, EBADF, EISDIR, ENOTCAPABLE);
  ERRNO(fd_advise(1, 0, 1, ADVICE_NORMAL), ESPIPE, EBADF, ENOTCAPABLE);
}

CASE("fd_allocate makes a file longer, never shorter, or says that it cannot") {
  fd_t fd;
  uint64_t size = 0;
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  errno_t error = fd_allocate(fd, 0, 100);
  if (error == ENOTSUP) SKIP("nothing can be allocated here");
  SAME(error, SUCCESS);
  OK(size_of(fd, &size));
  SAME(size, 100);
  OK(fd_allocate(fd, 10, 10));
  OK(size_of(fd, &size));
  SAME(size, 100);
  OK(fd_allocate(fd, 90, 20));
  OK(size_of(fd, &size));
  SAME(size, 110);
}

CASE("fd_allocate of nothing answers EINVAL, or says that it cannot") {
  fd_t fd;
  OK(open_file(&fd, "file"));
  ERRNO(fd_allocate(fd, 0, 0), EINVAL, ENOTSUP);
}

CASE("fd_allocate answers an errno when the sum overflows") {
  fd_t fd;
  OK(open_file(&fd, "file"));
  ERRNO(fd_allocate(fd, UINT64_MAX, 2), EINVAL, EFBIG, EOVERFLOW, ENOTSUP);
}

CASE("fd_allocate of what is no open file answers an errno") {
  ERRNO(fd_allocate(dir, 0, 1), EISDIR, EBADF, ENOTCAPABLE, ENOTSUP);
  ERRNO(fd_allocate(9999, 0, 1), EBADF);
}

CASE("fd_sync and fd_datasync of a file") {
  fd_t fd;
  OK(open_file(&fd, "file"));
  OK(write_text(fd, "abc"));
  OK(fd_sync(fd));
  OK(fd_datasync(fd));
  TRUE(holds("file", "abc"));
}

CASE("fd_sync of a directory works, for programs that make a rename durable") {
  OK(fd_sync(dir));
}

CASE("fd_sync and fd_datasync of a descriptor that is not open answer EBADF") {
  ERRNO(fd_sync(9999), EBADF);
  ERRNO(fd_datasync(9999), EBADF);
}
