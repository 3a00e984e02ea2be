// fd_fdstat_get, fd_fdstat_set_flags, fd_fdstat_set_rights, fd_filestat_get, fd_filestat_set_size,
// fd_filestat_set_times.
#include "../lib/case.h"

CASE("fd_fdstat_get tells a file and the rights it was opened with") {
  fd_t fd;
  struct fdstat stat;
  OK(open_as(&fd, "file", OPEN_CREATE, CAN_READ | CAN_SEEK | CAN_TELL));
  OK(fd_fdstat_get(fd, &stat));
  SAME(stat.type, TYPE_FILE);
  SAME(stat.flags, 0);
  SAME(stat.rights & CAN_READ, CAN_READ);
  SAME(stat.rights & CAN_WRITE, 0);
}

CASE("fd_fdstat_get of a file opened for writing has no right to read") {
  fd_t fd;
  struct fdstat stat;
  OK(open_as(&fd, "file", OPEN_CREATE, CAN_WRITE));
  OK(fd_fdstat_get(fd, &stat));
  SAME(stat.rights & CAN_WRITE, CAN_WRITE);
  SAME(stat.rights & CAN_READ, 0);
}

CASE("fd_fdstat_get tells a directory, which can be opened in and listed") {
  struct fdstat stat;
  OK(fd_fdstat_get(dir, &stat));
  SAME(stat.type, TYPE_DIRECTORY);
  SAME(stat.rights & (CAN_OPEN | CAN_READDIR), CAN_OPEN | CAN_READDIR);
}

CASE("the preopened directory has the rights that C libraries look for") {
  struct fdstat stat;
  const rights_t own = CAN_CREATE_DIRECTORY | CAN_CREATE_FILE | CAN_LINK_SOURCE | CAN_LINK_TARGET |
                       CAN_OPEN | CAN_READDIR | CAN_READLINK | CAN_RENAME_SOURCE |
                       CAN_RENAME_TARGET | CAN_SYMLINK | CAN_REMOVE_DIRECTORY | CAN_UNLINK |
                       CAN_STAT_PATH | CAN_SET_TIMES_PATH | CAN_STAT | CAN_SET_TIMES;
  const rights_t children = own | CAN_DATASYNC | CAN_READ | CAN_SEEK | CAN_SET_FLAGS | CAN_SYNC |
                            CAN_TELL | CAN_WRITE | CAN_ADVISE | CAN_ALLOCATE | CAN_SET_SIZE |
                            CAN_POLL;
  OK(fd_fdstat_get(ROOT, &stat));
  SAME(stat.rights & own, own);
  SAME(stat.inheriting & children, children);
  SAME(stat.rights & (CAN_SEEK | CAN_SET_SIZE), 0);
}

CASE("fd_fdstat_get tells the standard streams and which way they go") {
  struct fdstat stat;
  OK(fd_fdstat_get(0, &stat));
  SAME(stat.rights & CAN_READ, CAN_READ);
  OK(fd_fdstat_get(1, &stat));
  SAME(stat.rights & CAN_WRITE, CAN_WRITE);
  OK(fd_fdstat_get(2, &stat));
  SAME(stat.rights & CAN_WRITE, CAN_WRITE);
}

CASE("a piped standard stream is no terminal: it is no character device that cannot be sought") {
  struct fdstat stat;
  OK(fd_fdstat_get(1, &stat));
  TRUE(stat.type != TYPE_CHARACTER || (stat.rights & (CAN_SEEK | CAN_TELL)) != 0);
}

CASE("fd_fdstat_get of a descriptor that is not open answers EBADF") {
  struct fdstat stat;
  ERRNO(fd_fdstat_get(9999, &stat), EBADF);
}

CASE("fd_fdstat_get has the flags that path_open was given") {
  fd_t fd;
  struct fdstat stat;
  OK(path_open(dir, 0, TEXT("file"), OPEN_CREATE, FILE_RIGHTS, 0, F_APPEND, &fd));
  OK(fd_fdstat_get(fd, &stat));
  SAME(stat.flags & F_APPEND, F_APPEND);
}

CASE("fd_fdstat_set_flags turns append mode on and off") {
  fd_t fd;
  uint64_t offset = 0;
  struct fdstat stat;
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  OK(fd_fdstat_set_flags(fd, F_APPEND));
  OK(fd_fdstat_get(fd, &stat));
  SAME(stat.flags & F_APPEND, F_APPEND);
  OK(write_text(fd, "d"));
  TRUE(holds("file", "abcd"));
  OK(fd_fdstat_set_flags(fd, 0));
  OK(fd_fdstat_get(fd, &stat));
  SAME(stat.flags & F_APPEND, 0);
  OK(fd_seek(fd, 0, FROM_START, &offset));
  OK(write_text(fd, "X"));
  TRUE(holds("file", "Xbcd"));
}

CASE("fd_fdstat_set_flags takes NONBLOCK on a file") {
  fd_t fd;
  OK(open_file(&fd, "file"));
  OK(fd_fdstat_set_flags(fd, F_NONBLOCK));
}

CASE("fd_fdstat_set_flags answers an errno for flags that do not exist") {
  fd_t fd;
  OK(open_file(&fd, "file"));
  ERRNO(fd_fdstat_set_flags(fd, 0x20), EINVAL);
}

CASE("fd_fdstat_set_flags of a descriptor that is not open answers EBADF") {
  ERRNO(fd_fdstat_set_flags(9999, 0), EBADF);
}

CASE("fd_fdstat_set_rights takes rights away, and the calls that need them are refused") {
  fd_t fd;
  char byte;
  uint32_t got;
  struct fdstat stat;
  OK(open_file(&fd, "file"));
  OK(fd_fdstat_get(fd, &stat));
  errno_t error = fd_fdstat_set_rights(fd, stat.rights & ~(CAN_READ | CAN_WRITE), 0);
  if (error == ENOTSUP) SKIP("rights are fixed here");
  SAME(error, SUCCESS);
  OK(fd_fdstat_get(fd, &stat));
  SAME(stat.rights & (CAN_READ | CAN_WRITE), 0);
  ERRNO(read_at(fd, 0, &byte, 1, &got), ENOTCAPABLE, EBADF);
  ERRNO(write_text(fd, "x"), ENOTCAPABLE, EBADF);
}

CASE("fd_fdstat_set_rights never gives a right back") {
  fd_t fd;
  struct fdstat stat;
  OK(open_as(&fd, "file", OPEN_CREATE, CAN_READ | CAN_SEEK));
  OK(fd_fdstat_get(fd, &stat));
  ERRNO(fd_fdstat_set_rights(fd, stat.rights | CAN_WRITE, 0), ENOTCAPABLE, ENOTSUP);
  ERRNO(fd_fdstat_set_rights(fd, stat.rights, ALL_RIGHTS), ENOTCAPABLE, ENOTSUP);
}

CASE("fd_fdstat_set_rights takes from a directory what its children would inherit") {
  fd_t sub, fd;
  struct fdstat stat;
  OK(make_directory("sub"));
  OK(open_directory(&sub, "sub"));
  errno_t error = fd_fdstat_set_rights(sub, DIRECTORY_RIGHTS & ~CAN_UNLINK, CAN_READ);
  if (error == ENOTSUP) SKIP("rights are fixed here");
  SAME(error, SUCCESS);
  ERRNO(path_unlink_file(sub, TEXT("missing")), ENOTCAPABLE);
  error = path_open(sub, 0, TEXT("file"), OPEN_CREATE, CAN_READ | CAN_WRITE, 0, 0, &fd);
  if (error == SUCCESS) {
    OK(fd_fdstat_get(fd, &stat));
    SAME(stat.rights & CAN_WRITE, 0);
  } else {
    SAME(error, ENOTCAPABLE);
  }
}

CASE("fd_fdstat_set_rights of a descriptor that is not open answers EBADF") {
  ERRNO(fd_fdstat_set_rights(9999, 0, 0), EBADF, ENOTSUP);
}

CASE("fd_filestat_get tells type, size and links of a file") {
  fd_t fd;
  struct filestat stat;
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  OK(fd_filestat_get(fd, &stat));
  SAME(stat.type, TYPE_FILE);
  SAME(stat.size, 3);
  SAME(stat.links, 1);
  TRUE(stat.mtime > 1577836800000000000u);
}

CASE("fd_filestat_get tells a directory") {
  struct filestat stat;
  OK(fd_filestat_get(dir, &stat));
  SAME(stat.type, TYPE_DIRECTORY);
}

CASE("fd_filestat_get of two files differs in inode, of one file twice does not") {
  fd_t one, again, two;
  struct filestat first, second, other;
  OK(open_file(&one, "one"));
  OK(open_file(&again, "one"));
  OK(open_file(&two, "two"));
  OK(fd_filestat_get(one, &first));
  OK(fd_filestat_get(again, &second));
  OK(fd_filestat_get(two, &other));
  SAME(first.device, second.device);
  SAME(first.inode, second.inode);
  SAME(first.device, other.device);
  TRUE(first.inode != other.inode);
}

CASE("fd_filestat_get of the standard streams says that they are no files of size") {
  struct filestat stat;
  OK(fd_filestat_get(1, &stat));
  SAME(stat.size, 0);
}

CASE("fd_filestat_get of a descriptor that is not open answers EBADF") {
  struct filestat stat;
  ERRNO(fd_filestat_get(9999, &stat), EBADF);
}

CASE("fd_filestat_set_size makes a file longer with zeros and shorter") {
  fd_t fd;
  char bytes[8];
  uint32_t got = 0;
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  OK(fd_filestat_set_size(fd, 5));
  OK(read_at(fd, 0, bytes, sizeof bytes, &got));
  SAME(got, 5);
  TRUE(memcmp(bytes, "abc\0\0", 5) == 0);
  OK(fd_filestat_set_size(fd, 2));
  TRUE(holds("file", "ab"));
}

CASE("fd_filestat_set_size leaves the offset alone") {
  fd_t fd;
  uint64_t offset = 0;
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  OK(fd_seek(fd, 3, FROM_START, &offset));
  OK(fd_filestat_set_size(fd, 0));
  OK(fd_tell(fd, &offset));
  SAME(offset, 3);
}

CASE("fd_filestat_set_size of a file opened for reading answers an errno") {
  fd_t fd;
  OK(make_file("file", "abc"));
  OK(open_as(&fd, "file", 0, CAN_READ));
  ERRNO(fd_filestat_set_size(fd, 0), ENOTCAPABLE, EBADF, EINVAL);
  TRUE(holds("file", "abc"));
}

CASE("fd_filestat_set_size of a directory and of a stream answers an errno") {
  ERRNO(fd_filestat_set_size(dir, 0), EISDIR, EBADF, EINVAL, ENOTCAPABLE);
  ERRNO(fd_filestat_set_size(1, 0), EBADF, EINVAL, ESPIPE, ENOTCAPABLE);
  ERRNO(fd_filestat_set_size(9999, 0), EBADF);
}

CASE("fd_filestat_set_size answers an errno for a size that no file can have") {
  fd_t fd;
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  ERRNO(fd_filestat_set_size(fd, UINT64_MAX), EINVAL, EFBIG, ENOSPC, EOVERFLOW);
  TRUE(holds("file", "abc"));
}

CASE("fd_filestat_set_times sets the times it is told to set and no others") {
  fd_t fd;
  struct filestat before, after;
  OK(open_file(&fd, "file"));
  OK(fd_filestat_get(fd, &before));
  OK(fd_filestat_set_times(fd, 5000000000, 7000000000, SET_MTIME));
  OK(fd_filestat_get(fd, &after));
  SAME(after.mtime, 7000000000);
  SAME(after.atime, before.atime);
  OK(fd_filestat_set_times(fd, 5000000000, 9000000000, SET_ATIME));
  OK(fd_filestat_get(fd, &after));
  SAME(after.mtime, 7000000000);
  SAME(after.atime, 5000000000);
}

CASE("fd_filestat_set_times sets the present time") {
  fd_t fd;
  uint64_t now = 0;
  struct filestat stat;
  OK(open_file(&fd, "file"));
  OK(fd_filestat_set_times(fd, 0, 0, SET_ATIME | SET_MTIME));
  OK(clock_time_get(CLOCK_REAL, 0, &now));
  OK(fd_filestat_set_times(fd, 0, 0, SET_ATIME_NOW | SET_MTIME_NOW));
  OK(fd_filestat_get(fd, &stat));
  TRUE(stat.mtime + 2000000000 > now && stat.mtime < now + 60000000000);
  TRUE(stat.atime + 2000000000 > now && stat.atime < now + 60000000000);
}

CASE("fd_filestat_set_times keeps nanoseconds") {
  fd_t fd;
  struct filestat stat;
  OK(open_file(&fd, "file"));
  OK(fd_filestat_set_times(fd, 0, 1600000000123456789, SET_MTIME));
  OK(fd_filestat_get(fd, &stat));
  SAME(stat.mtime, 1600000000123456789);
}

CASE("fd_filestat_set_times with no flags changes nothing") {
  fd_t fd;
  struct filestat before, after;
  OK(open_file(&fd, "file"));
  OK(fd_filestat_get(fd, &before));
  OK(fd_filestat_set_times(fd, 1, 2, 0));
  OK(fd_filestat_get(fd, &after));
  SAME(after.mtime, before.mtime);
}

CASE("fd_filestat_set_times answers EINVAL for a time both given and present") {
  fd_t fd;
  OK(open_file(&fd, "file"));
  ERRNO(fd_filestat_set_times(fd, 1, 2, SET_ATIME | SET_ATIME_NOW), EINVAL);
  ERRNO(fd_filestat_set_times(fd, 1, 2, SET_MTIME | SET_MTIME_NOW), EINVAL);
  ERRNO(fd_filestat_set_times(fd, 1, 2, 0x10), EINVAL);
}

CASE("fd_filestat_set_times of a descriptor that is not open answers EBADF") {
  ERRNO(fd_filestat_set_times(9999, 0, 0, SET_MTIME_NOW), EBADF);
}
