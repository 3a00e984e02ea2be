// path_rename.
#include "../lib/case.h"

static errno_t move(const char *from, const char *to) {
  return path_rename(dir, from, strlen(from), dir, to, strlen(to));
}

CASE("path_rename moves a file to a free name") {
  struct filestat before, after;
  OK(make_file("one", "abc"));
  OK(stat_path("one", &before));
  OK(move("one", "two"));
  OK(stat_path("two", &after));
  SAME(before.inode, after.inode);
  TRUE(!exists("one"));
  TRUE(holds("two", "abc"));
}

CASE("path_rename replaces a file") {
  OK(make_file("one", "1"));
  OK(make_file("two", "2"));
  OK(move("one", "two"));
  TRUE(!exists("one"));
  TRUE(holds("two", "1"));
}

CASE("path_rename leaves the file it replaced to those who have it open") {
  fd_t fd;
  char byte;
  uint32_t got = 0;
  OK(make_file("one", "1"));
  OK(make_file("two", "2"));
  OK(open_file(&fd, "two"));
  OK(move("one", "two"));
  OK(read_at(fd, 0, &byte, 1, &got));
  TRUE(byte == '2');
}

CASE("path_rename moves a directory with what is in it") {
  OK(make_directory("one"));
  OK(make_file("one/file", "abc"));
  OK(move("one", "two"));
  TRUE(!exists("one"));
  TRUE(holds("two/file", "abc"));
}

CASE("path_rename moves between directories") {
  fd_t sub;
  OK(make_directory("sub"));
  OK(open_directory(&sub, "sub"));
  OK(make_file("one", "abc"));
  OK(path_rename(dir, TEXT("one"), sub, TEXT("two")));
  TRUE(holds("sub/two", "abc"));
  TRUE(!exists("one"));
}

CASE("path_rename replaces an empty directory with a directory") {
  OK(make_directory("one"));
  OK(make_file("one/file", "abc"));
  OK(make_directory("two"));
  OK(move("one", "two"));
  TRUE(holds("two/file", "abc"));
}

CASE("path_rename onto a directory with something in it answers ENOTEMPTY") {
  OK(make_directory("one"));
  OK(make_directory("two"));
  OK(make_file("two/file", ""));
  ERRNO(move("one", "two"), ENOTEMPTY, EEXIST);
  TRUE(exists("one") && exists("two/file"));
}

CASE("path_rename of a directory onto a file answers ENOTDIR") {
  OK(make_directory("one"));
  OK(make_file("two", ""));
  ERRNO(move("one", "two"), ENOTDIR);
}

CASE("path_rename of a file onto a directory answers EISDIR") {
  OK(make_file("one", ""));
  OK(make_directory("two"));
  ERRNO(move("one", "two"), EISDIR);
}

CASE("path_rename of a directory into itself answers EINVAL") {
  OK(make_directory("one"));
  OK(make_directory("one/deep"));
  ERRNO(move("one", "one/deep/two"), EINVAL);
  TRUE(exists("one/deep"));
}

CASE("path_rename onto its own name, or another name of the same file, changes nothing") {
  OK(make_file("one", "abc"));
  OK(path_link(dir, 0, TEXT("one"), dir, TEXT("two")));
  OK(move("one", "one"));
  OK(move("one", "two"));
  TRUE(holds("two", "abc"));
}

CASE("path_rename moves a link, not what it points to") {
  struct filestat stat;
  OK(make_file("file", "abc"));
  OK(make_link("link", "file"));
  OK(move("link", "moved"));
  OK(stat_path("moved", &stat));
  SAME(stat.type, TYPE_SYMLINK);
  TRUE(holds("file", "abc"));
}

CASE("path_rename replaces a link, not what it points to") {
  struct filestat stat;
  OK(make_file("one", "1"));
  OK(make_file("file", "abc"));
  OK(make_link("link", "file"));
  OK(move("one", "link"));
  OK(stat_path("link", &stat));
  SAME(stat.type, TYPE_FILE);
  TRUE(holds("file", "abc"));
}

CASE("path_rename of a directory takes trailing slashes on either side") {
  OK(make_directory("one"));
  OK(move("one/", "two"));
  OK(move("two", "three/"));
  OK(move("three/", "four/"));
  TRUE(exists("four"));
}

CASE("path_rename of a file with a trailing slash answers ENOTDIR") {
  OK(make_file("one", ""));
  ERRNO(move("one/", "two"), ENOTDIR);
  ERRNO(move("one", "two/"), ENOTDIR, ENOENT);
  TRUE(exists("one"));
}

CASE("path_rename of what does not exist, or without a parent, answers ENOENT") {
  OK(make_file("one", ""));
  ERRNO(move("missing", "two"), ENOENT);
  ERRNO(move("one", "missing/two"), ENOENT);
  ERRNO(move("", "two"), ENOENT, EINVAL);
  ERRNO(move("one", ""), ENOENT, EINVAL);
}

CASE("path_rename of `.` and onto `.` answers an errno") {
  OK(make_directory("one"));
  ERRNO(move(".", "two"), EBUSY, EINVAL);
  ERRNO(move("one", "."), EBUSY, EINVAL, ENOTEMPTY);
}

CASE("path_rename of a descriptor that is not open answers EBADF") {
  OK(make_file("one", ""));
  ERRNO(path_rename(9999, TEXT("one"), dir, TEXT("two")), EBADF);
  ERRNO(path_rename(dir, TEXT("one"), 9999, TEXT("two")), EBADF);
}

CASE("path_rename keeps open descriptors on the file that moved") {
  fd_t fd;
  OK(make_file("one", "abc"));
  OK(open_file(&fd, "one"));
  OK(move("one", "two"));
  OK(write_text(fd, "X"));
  TRUE(holds("two", "Xbc"));
}
