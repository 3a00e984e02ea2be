// path_create_directory, path_remove_directory, path_unlink_file.
#include "../lib/case.h"

static errno_t remove_directory(const char *path) {
  return path_remove_directory(dir, path, strlen(path));
}

static errno_t unlink_file(const char *path) { return path_unlink_file(dir, path, strlen(path)); }

CASE("path_create_directory makes an empty directory") {
  struct filestat stat;
  OK(make_directory("sub"));
  OK(stat_path("sub", &stat));
  SAME(stat.type, TYPE_DIRECTORY);
  OK(make_directory("sub/deeper"));
  TRUE(exists("sub/deeper"));
}

CASE("path_create_directory takes a trailing slash") {
  OK(make_directory("sub/"));
  TRUE(exists("sub"));
}

CASE("path_create_directory answers EEXIST for anything that exists") {
  OK(make_directory("sub"));
  OK(make_file("file", ""));
  OK(make_link("dangling", "missing"));
  ERRNO(make_directory("sub"), EEXIST);
  ERRNO(make_directory("sub/"), EEXIST);
  ERRNO(make_directory("file"), EEXIST);
  ERRNO(make_directory("dangling"), EEXIST);
  ERRNO(make_directory("."), EEXIST);
}

CASE("path_create_directory answers ENOENT without a parent and ENOTDIR below a file") {
  OK(make_file("file", ""));
  ERRNO(make_directory("missing/sub"), ENOENT);
  ERRNO(make_directory("file/sub"), ENOTDIR);
  ERRNO(make_directory(""), ENOENT, EINVAL);
}

CASE("path_create_directory in what is no open directory answers an errno") {
  fd_t fd;
  OK(open_file(&fd, "file"));
  ERRNO(path_create_directory(fd, TEXT("sub")), ENOTDIR, ENOTCAPABLE, EBADF);
  ERRNO(path_create_directory(9999, TEXT("sub")), EBADF);
}

CASE("path_remove_directory removes an empty directory, with a trailing slash or without") {
  OK(make_directory("one"));
  OK(make_directory("two"));
  OK(remove_directory("one"));
  ERRNO(remove_directory("two/"), SUCCESS, EINVAL);
  TRUE(!exists("one"));
}

CASE("path_remove_directory answers ENOTEMPTY while there is something in it") {
  OK(make_directory("sub"));
  OK(make_file("sub/file", ""));
  ERRNO(remove_directory("sub"), ENOTEMPTY);
  OK(unlink_file("sub/file"));
  OK(remove_directory("sub"));
}

CASE("path_remove_directory answers ENOTDIR for a file") {
  OK(make_file("file", ""));
  ERRNO(remove_directory("file"), ENOTDIR);
  ERRNO(remove_directory("file/"), ENOTDIR);
  TRUE(exists("file"));
}

CASE("path_remove_directory answers ENOTDIR for a link to a directory") {
  OK(make_directory("sub"));
  OK(make_link("link", "sub"));
  ERRNO(remove_directory("link"), ENOTDIR);
  TRUE(exists("sub"));
}

CASE("path_remove_directory answers an errno for `.` and what does not exist") {
  ERRNO(remove_directory("missing"), ENOENT);
  ERRNO(remove_directory("."), EINVAL, EBUSY, ENOTEMPTY);
  ERRNO(remove_directory(""), ENOENT, EINVAL);
}

CASE("path_remove_directory of a directory that is open leaves its descriptor usable") {
  fd_t fd, file;
  struct filestat stat;
  OK(make_directory("sub"));
  OK(open_directory(&fd, "sub"));
  OK(remove_directory("sub"));
  OK(fd_filestat_get(fd, &stat));
  SAME(stat.type, TYPE_DIRECTORY);
  ERRNO(path_open(fd, 0, TEXT("new"), OPEN_CREATE, CAN_WRITE, 0, 0, &file), ENOENT);
  OK(make_directory("sub"));
}

CASE("path_unlink_file removes a file and a link, not what the link points to") {
  OK(make_file("file", "abc"));
  OK(make_link("link", "file"));
  OK(unlink_file("link"));
  TRUE(holds("file", "abc"));
  OK(unlink_file("file"));
  TRUE(!exists("file"));
}

CASE("path_unlink_file of a directory answers EISDIR") {
  OK(make_directory("sub"));
  ERRNO(unlink_file("sub"), EISDIR, EPERM);
  ERRNO(unlink_file("sub/"), EISDIR, EPERM);
  TRUE(exists("sub"));
}

CASE("path_unlink_file of a file with a trailing slash answers ENOTDIR") {
  OK(make_file("file", ""));
  ERRNO(unlink_file("file/"), ENOTDIR);
  TRUE(exists("file"));
}

CASE("path_unlink_file of what does not exist answers ENOENT, and only once") {
  OK(make_file("file", ""));
  OK(unlink_file("file"));
  ERRNO(unlink_file("file"), ENOENT);
  ERRNO(unlink_file("missing/file"), ENOENT);
  ERRNO(unlink_file(""), ENOENT, EINVAL);
}

CASE("path_unlink_file of one of two names leaves the other") {
  struct filestat stat;
  OK(make_file("one", "abc"));
  OK(path_link(dir, 0, TEXT("one"), dir, TEXT("two")));
  OK(unlink_file("one"));
  TRUE(holds("two", "abc"));
  OK(stat_path("two", &stat));
  SAME(stat.links, 1);
}

CASE("path_unlink_file and path_remove_directory of a descriptor that is not open answer EBADF") {
  ERRNO(path_unlink_file(9999, TEXT("file")), EBADF);
  ERRNO(path_remove_directory(9999, TEXT("sub")), EBADF);
}
