// path_open.
#include "../lib/case.h"

CASE("path_open of what does not exist answers ENOENT") {
  fd_t fd;
  ERRNO(open_as(&fd, "missing", 0, CAN_READ), ENOENT);
  ERRNO(open_as(&fd, "missing", OPEN_DIRECTORY, CAN_READ), ENOENT);
  ERRNO(open_as(&fd, "missing", OPEN_TRUNCATE, CAN_WRITE), ENOENT);
  ERRNO(open_as(&fd, "missing/file", OPEN_CREATE, CAN_READ), ENOENT);
}

CASE("path_open with CREAT creates an empty file") {
  fd_t fd;
  struct filestat stat;
  OK(open_as(&fd, "file", OPEN_CREATE, CAN_WRITE));
  OK(stat_path("file", &stat));
  SAME(stat.type, TYPE_FILE);
  SAME(stat.size, 0);
}

CASE("path_open with CREAT opens a file that exists as it is") {
  fd_t fd;
  OK(make_file("file", "abc"));
  OK(open_as(&fd, "file", OPEN_CREATE, CAN_READ));
  TRUE(holds("file", "abc"));
}

CASE("path_open with CREAT and EXCL answers EEXIST for a file, a directory and a link") {
  fd_t fd;
  OK(make_file("file", "abc"));
  OK(make_directory("sub"));
  OK(make_link("dangling", "missing"));
  ERRNO(open_as(&fd, "file", OPEN_CREATE | OPEN_EXCLUSIVE, CAN_WRITE), EEXIST);
  ERRNO(open_as(&fd, "sub", OPEN_CREATE | OPEN_EXCLUSIVE, CAN_WRITE), EEXIST);
  ERRNO(open_as(&fd, "dangling", OPEN_CREATE | OPEN_EXCLUSIVE, CAN_WRITE), EEXIST);
  OK(open_as(&fd, "new", OPEN_CREATE | OPEN_EXCLUSIVE, CAN_WRITE));
}

CASE("path_open with TRUNC empties a file") {
  fd_t fd;
  OK(make_file("file", "abc"));
  OK(open_as(&fd, "file", OPEN_TRUNCATE, CAN_READ | CAN_WRITE));
  TRUE(holds("file", ""));
}

CASE("path_open with CREAT and TRUNC creates or empties") {
  fd_t fd;
  OK(open_as(&fd, "file", OPEN_CREATE | OPEN_TRUNCATE, CAN_WRITE));
  OK(write_text(fd, "abc"));
  OK(open_as(&fd, "file", OPEN_CREATE | OPEN_TRUNCATE, CAN_WRITE));
  TRUE(holds("file", ""));
}

CASE("path_open with TRUNC of a directory answers an errno") {
  fd_t fd;
  OK(make_directory("sub"));
  ERRNO(open_as(&fd, "sub", OPEN_TRUNCATE, CAN_WRITE), EISDIR, EINVAL, ENOTCAPABLE);
}

CASE("path_open with CREAT of a directory answers EISDIR or opens it") {
  fd_t fd;
  OK(make_directory("sub"));
  ERRNO(open_as(&fd, "sub", OPEN_CREATE, CAN_READ), EISDIR, EEXIST, SUCCESS);
}

CASE("path_open with DIRECTORY opens a directory and answers ENOTDIR for a file") {
  fd_t fd;
  OK(make_directory("sub"));
  OK(make_file("file", ""));
  OK(open_as(&fd, "sub", OPEN_DIRECTORY, CAN_READDIR));
  ERRNO(open_as(&fd, "file", OPEN_DIRECTORY, CAN_READ), ENOTDIR);
}

CASE("path_open with DIRECTORY and CREAT creates no file") {
  fd_t fd;
  ERRNO(open_as(&fd, "new", OPEN_DIRECTORY | OPEN_CREATE, CAN_READ), EINVAL, ENOENT, ENOTDIR);
  TRUE(!exists("new"));
}

CASE("path_open of a directory needs no flag") {
  fd_t fd;
  struct fdstat stat;
  OK(make_directory("sub"));
  OK(open_as(&fd, "sub", 0, CAN_READDIR));
  OK(fd_fdstat_get(fd, &stat));
  SAME(stat.type, TYPE_DIRECTORY);
}

CASE("path_open of a directory to write answers EISDIR") {
  fd_t fd;
  OK(make_directory("sub"));
  ERRNO(open_as(&fd, "sub", OPEN_DIRECTORY, CAN_READ | CAN_WRITE), EISDIR);
}

CASE("path_open of `.` opens the directory itself, with any rights or none") {
  fd_t fd;
  struct fdstat own;
  struct filestat one, two;
  OK(fd_fdstat_get(dir, &own));
  OK(path_open(dir, 0, TEXT("."), 0, own.rights, own.inheriting, 0, &fd));
  OK(fd_filestat_get(dir, &one));
  OK(fd_filestat_get(fd, &two));
  SAME(one.inode, two.inode);
  OK(path_open(dir, 0, TEXT("."), 0, 0, 0, 0, &fd));
  OK(path_open(dir, 0, TEXT("."), OPEN_DIRECTORY, CAN_READ, 0, 0, &fd));
  OK(path_open(dir, 0, TEXT("."), 0, 0, 0, F_NONBLOCK, &fd));
}

CASE("path_open of the empty path answers ENOENT") {
  fd_t fd;
  ERRNO(path_open(dir, 0, "", 0, 0, CAN_READ, 0, 0, &fd), ENOENT, EINVAL);
  ERRNO(path_open(dir, 0, "", 0, OPEN_CREATE, CAN_READ, 0, 0, &fd), ENOENT, EINVAL);
}

CASE("path_open below a file answers ENOTDIR") {
  fd_t fd;
  OK(make_file("file", ""));
  ERRNO(open_as(&fd, "file/below", 0, CAN_READ), ENOTDIR);
  ERRNO(open_as(&fd, "file/below", OPEN_CREATE, CAN_WRITE), ENOTDIR);
  ERRNO(open_as(&fd, "file/..", 0, CAN_READ), ENOTDIR);
  ERRNO(open_as(&fd, "file/.", 0, CAN_READ), ENOTDIR);
}

CASE("path_open in a descriptor that is no directory answers ENOTDIR") {
  fd_t file, fd;
  OK(open_file(&file, "file"));
  ERRNO(path_open(file, 0, TEXT("below"), OPEN_CREATE, CAN_READ, 0, 0, &fd), ENOTDIR,
        ENOTCAPABLE);
  ERRNO(path_open(0, 0, TEXT("below"), 0, CAN_READ, 0, 0, &fd), ENOTDIR, ENOTCAPABLE, EBADF);
}

CASE("path_open in a descriptor that is not open answers EBADF") {
  fd_t fd;
  ERRNO(path_open(9999, 0, TEXT("file"), 0, CAN_READ, 0, 0, &fd), EBADF);
}

CASE("path_open in a subdirectory's descriptor starts there") {
  fd_t sub, fd;
  OK(make_directory("sub"));
  OK(make_file("sub/file", "inner"));
  OK(make_file("file", "outer"));
  OK(open_directory(&sub, "sub"));
  OK(path_open(sub, 0, TEXT("file"), 0, CAN_READ | CAN_SEEK, 0, 0, &fd));
  char bytes[8];
  uint32_t got = 0;
  OK(read_at(fd, 0, bytes, sizeof bytes, &got));
  TRUE(got == 5 && memcmp(bytes, "inner", 5) == 0);
  ERRNO(path_open(sub, 0, TEXT("../file"), 0, CAN_READ, 0, 0, &fd), ENOTCAPABLE, EPERM);
}

CASE("path_open does not follow a last link unless told to") {
  fd_t fd;
  OK(make_file("file", "abc"));
  OK(make_link("link", "file"));
  ERRNO(path_open(dir, 0, TEXT("link"), 0, CAN_READ, 0, 0, &fd), ELOOP);
  OK(path_open(dir, FOLLOW, TEXT("link"), 0, CAN_READ, 0, 0, &fd));
}

CASE("path_open of a link with DIRECTORY and without FOLLOW answers ENOTDIR or ELOOP") {
  fd_t fd;
  OK(make_directory("sub"));
  OK(make_link("link", "sub"));
  ERRNO(path_open(dir, 0, TEXT("link"), OPEN_DIRECTORY, 0, 0, 0, &fd), ENOTDIR, ELOOP);
  OK(path_open(dir, FOLLOW, TEXT("link"), OPEN_DIRECTORY, 0, 0, 0, &fd));
}

CASE("path_open of a dangling link answers ENOENT, or creates what it points to") {
  fd_t fd;
  OK(make_link("link", "target"));
  ERRNO(path_open(dir, FOLLOW, TEXT("link"), 0, CAN_READ, 0, 0, &fd), ENOENT);
  ERRNO(path_open(dir, 0, TEXT("link"), OPEN_CREATE, CAN_WRITE, 0, 0, &fd), ELOOP);
  OK(path_open(dir, FOLLOW, TEXT("link"), OPEN_CREATE, CAN_WRITE, 0, 0, &fd));
  TRUE(exists("target"));
}

CASE("path_open with the rights of a read-only descriptor cannot write") {
  fd_t fd;
  OK(make_file("file", "abc"));
  OK(open_as(&fd, "file", 0, CAN_READ));
  ERRNO(write_text(fd, "x"), ENOTCAPABLE, EBADF);
}

CASE("path_open with SYNC flags opens, or answers ENOTSUP") {
  fd_t fd;
  struct fdstat stat;
  errno_t error =
      path_open(dir, 0, TEXT("file"), OPEN_CREATE, FILE_RIGHTS, 0, F_SYNC | F_DSYNC, &fd);
  ERRNO(error, SUCCESS, ENOTSUP);
  if (error == SUCCESS) {
    OK(fd_fdstat_get(fd, &stat));
    SAME(stat.flags & F_SYNC, F_SYNC);
  }
}

CASE("path_open answers EINVAL for flags that do not exist") {
  fd_t fd;
  OK(make_file("file", ""));
  ERRNO(path_open(dir, 0x10, TEXT("file"), 0, CAN_READ, 0, 0, &fd), EINVAL);
  ERRNO(path_open(dir, 0, TEXT("file"), 0x10, CAN_READ, 0, 0, &fd), EINVAL);
  ERRNO(path_open(dir, 0, TEXT("file"), 0, CAN_READ, 0, 0x20, &fd), EINVAL);
}

CASE("path_open gives a name back that was freed, to a file of its own") {
  fd_t old, new;
  struct filestat one, two;
  OK(open_file(&old, "file"));
  OK(path_unlink_file(dir, TEXT("file")));
  OK(open_file(&new, "file"));
  OK(fd_filestat_get(old, &one));
  OK(fd_filestat_get(new, &two));
  TRUE(one.inode != two.inode);
}

CASE("path_open without the right to create files answers ENOTCAPABLE, or has no such rights") {
  fd_t limited, fd;
  OK(path_open(dir, 0, TEXT("."), OPEN_DIRECTORY, CAN_OPEN, CAN_READ | CAN_WRITE, 0, &limited));
  errno_t error = path_open(limited, 0, TEXT("new"), OPEN_CREATE, CAN_READ, 0, 0, &fd);
  ERRNO(error, ENOTCAPABLE, SUCCESS);
}

CASE("path_open takes a name of 255 bytes and refuses one of 256") {
  char name[256];
  fd_t fd;
  memset(name, 'n', sizeof name);
  OK(path_open(dir, 0, name, 255, OPEN_CREATE, CAN_WRITE, 0, 0, &fd));
  ERRNO(path_open(dir, 0, name, 256, OPEN_CREATE, CAN_WRITE, 0, 0, &fd), ENAMETOOLONG);
}

CASE("path_open takes names in any script, and tells them apart by their bytes") {
  fd_t fd;
  OK(make_file("na\xc3\xafve \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x8c\xb1", "abc"));
  OK(open_as(&fd, "na\xc3\xafve \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x8c\xb1", 0, CAN_READ));
  ERRNO(open_as(&fd, "nai\xcc\x88ve \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x8c\xb1", 0, CAN_READ),
        ENOENT);
}

CASE("path_open answers EILSEQ or EINVAL for a path that is not UTF-8") {
  fd_t fd;
  ERRNO(path_open(dir, 0, TEXT("bad-\xff-name"), OPEN_CREATE, CAN_WRITE, 0, 0, &fd), EILSEQ,
        EINVAL);
  ERRNO(path_open(dir, 0, TEXT("surrogate-\xed\xa0\x80"), OPEN_CREATE, CAN_WRITE, 0, 0, &fd),
        EILSEQ, EINVAL);
}
