// How every path is walked: dots, slashes, links, and what leads out of the directory.
#include "../lib/case.h"

static fd_t ignored;

static errno_t look(const char *path) {
  return path_open(dir, FOLLOW, path, strlen(path), 0, CAN_READ, 0, 0, &ignored);
}

// The path FRONT, this case's own name, BACK: a way out that would lead back in.
static const char *out_and_in(const char *front, const char *back) {
  static char path[64];
  strcpy(path, front);
  strcat(path, dir_name);
  return strcat(path, back);
}

static errno_t make_tree(void) {
  errno_t error = make_directory("a");
  if (error == SUCCESS) error = make_directory("a/b");
  if (error == SUCCESS) error = make_file("a/b/file", "abc");
  return error;
}

CASE("single dots and repeated slashes count for nothing") {
  OK(make_tree());
  OK(look("./a/./b/file"));
  OK(look("a//b///file"));
  OK(look(".//a/.//./b/./file"));
}

CASE("double dots lead to the parent while that is inside") {
  OK(make_tree());
  OK(look("a/../a/b/file"));
  OK(look("a/b/../b/../../a/b/file"));
  OK(look("a/b/.."));
  OK(look("a/.."));
}

CASE("double dots never lead outside, whatever comes behind them") {
  OK(make_tree());
  ERRNO(look(".."), ENOTCAPABLE, EPERM);
  ERRNO(look("../"), ENOTCAPABLE, EPERM);
  ERRNO(look("a/../.."), ENOTCAPABLE, EPERM);
  ERRNO(look("a/b/../../../a/b/file"), ENOTCAPABLE, EPERM);
  ERRNO(look(out_and_in("../", "/a/b/file")), ENOTCAPABLE, EPERM);
}

CASE("an absolute path is refused, be its file inside") {
  OK(make_tree());
  ERRNO(look("/a/b/file"), ENOTCAPABLE, EPERM);
  ERRNO(look("/"), ENOTCAPABLE, EPERM);
  ERRNO(look("//a"), ENOTCAPABLE, EPERM);
}

CASE("double dots behind what does not exist, or is a file, do not cancel it") {
  OK(make_tree());
  ERRNO(look("missing/../a"), ENOENT);
  ERRNO(look("a/b/file/../file"), ENOTDIR);
  ERRNO(look("a/b/file/."), ENOTDIR);
}

CASE("double dots behind a link lead to the parent of what it points to") {
  OK(make_tree());
  OK(make_link("link", "a/b"));
  OK(make_file("a/here", ""));
  OK(look("link/../here"));
  ERRNO(look("link/../a"), ENOENT);
}

CASE("a path with a NUL is refused") {
  OK(make_tree());
  ERRNO(path_open(dir, 0, TEXT("a/b/file\0"), 0, CAN_READ, 0, 0, &ignored), EINVAL, EILSEQ,
        ENOENT);
  ERRNO(path_open(dir, 0, TEXT("a/b/file\0/../.."), 0, CAN_READ, 0, 0, &ignored), EINVAL, EILSEQ,
        ENOENT);
  ERRNO(path_open(dir, 0, TEXT("\0"), OPEN_CREATE, CAN_WRITE, 0, 0, &ignored), EINVAL, EILSEQ,
        ENOENT);
  ERRNO(path_create_directory(dir, TEXT("new\0")), EINVAL, EILSEQ, ENOENT);
  ERRNO(path_symlink(TEXT("tar\0get"), dir, TEXT("link")), EINVAL, EILSEQ, ENOENT);
}

CASE("a path's length counts, not a NUL behind it") {
  OK(make_tree());
  OK(path_open(dir, 0, "a/b/file", 3, OPEN_DIRECTORY, CAN_READDIR, 0, 0, &ignored));
  ERRNO(path_open(dir, 0, "a/b/file", 5, 0, CAN_READ, 0, 0, &ignored), ENOENT);
}

CASE("a trailing slash asks for a directory") {
  OK(make_tree());
  OK(look("a/b/"));
  OK(look("a/b///"));
  ERRNO(look("a/b/file/"), ENOTDIR, ENOENT);
  ERRNO(look("a/b/file///"), ENOTDIR, ENOENT);
}

CASE("a file is not created under a name with a trailing slash") {
  ERRNO(path_open(dir, 0, TEXT("new/"), OPEN_CREATE, CAN_WRITE, 0, 0, &ignored), EISDIR, EINVAL,
        ENOENT, ENOTDIR);
  TRUE(!exists("new"));
}

CASE("a trailing slash follows a link to a directory") {
  OK(make_tree());
  OK(make_link("link", "a"));
  OK(path_open(dir, 0, TEXT("link/"), OPEN_DIRECTORY, CAN_READDIR, 0, 0, &ignored));
  OK(path_open(dir, 0, TEXT("link/."), OPEN_DIRECTORY, CAN_READDIR, 0, 0, &ignored));
}

CASE("links on the way are followed, links of links too") {
  OK(make_tree());
  OK(make_link("one", "two"));
  OK(make_link("two", "a/three"));
  OK(make_link("a/three", "b"));
  OK(look("one/file"));
  OK(look("two/file"));
}

CASE("a link's text is read from the directory that the link is in") {
  OK(make_tree());
  OK(make_link("a/b/up", "../here"));
  OK(make_file("a/here", ""));
  OK(look("a/b/up"));
  ERRNO(look("here"), ENOENT);
}

CASE("a link may go up and come down again inside") {
  OK(make_tree());
  OK(make_link("a/b/around", "../../a/b/file"));
  OK(look("a/b/around"));
}

CASE("a link that leads outside is not followed") {
  OK(make_tree());
  OK(make_link("up", ".."));
  OK(make_link("far", "../../../../etc/passwd"));
  OK(make_link("a/b/out", out_and_in("../../../", "")));
  ERRNO(look("up"), ENOTCAPABLE, EPERM);
  ERRNO(look("up/"), ENOTCAPABLE, EPERM);
  ERRNO(look("far"), ENOTCAPABLE, EPERM);
  ERRNO(look("a/b/out"), ENOTCAPABLE, EPERM);
  ERRNO(look(out_and_in("up/", "/a")), ENOTCAPABLE, EPERM);
}

CASE("a link that leads outside can be looked at, and removed, itself") {
  struct filestat stat;
  OK(make_link("up", ".."));
  OK(stat_path("up", &stat));
  SAME(stat.type, TYPE_SYMLINK);
  OK(path_unlink_file(dir, TEXT("up")));
}

CASE("a link to itself, and a ring of links, answer ELOOP") {
  OK(make_link("self", "self"));
  OK(make_link("ring-1", "ring-2"));
  OK(make_link("ring-2", "ring-1"));
  ERRNO(look("self"), ELOOP);
  ERRNO(look("self/below"), ELOOP);
  ERRNO(look("ring-1"), ELOOP);
  ERRNO(path_open(dir, 0, TEXT("self"), 0, CAN_READ, 0, 0, &ignored), ELOOP);
}

CASE("a link that grows with each turn answers ELOOP or ENAMETOOLONG") {
  OK(make_link("grow", "grow/x"));
  ERRNO(look("grow"), ELOOP, ENAMETOOLONG);
}

CASE("eight links in a row are not too many") {
  char name[] = "link-0", target[] = "link-0";
  OK(make_file("link-0", "abc"));
  for (char digit = '1'; digit <= '8'; digit++) {
    name[5] = digit;
    target[5] = (char)(digit - 1);
    OK(make_link(name, target));
  }
  OK(look("link-8"));
}

CASE("a path that is very long answers ENAMETOOLONG") {
  static char path[70000];
  for (uint32_t i = 0; i + 2 <= sizeof path; i += 2) memcpy(path + i, "./", 2);
  ERRNO(path_open(dir, 0, path, sizeof path, 0, CAN_READ, 0, 0, &ignored), ENAMETOOLONG);
}

CASE("two hundred directories deep is not too deep") {
  fd_t at = dir, next;
  for (int depth = 0; depth < 200; depth++) {
    OK(path_create_directory(at, TEXT("deeper")));
    OK(path_open(at, 0, TEXT("deeper"), OPEN_DIRECTORY, DIRECTORY_RIGHTS, DIRECTORY_RIGHTS, 0,
                 &next));
    if (at != dir) OK(fd_close(at));
    at = next;
  }
  OK(fd_close(at));
}

CASE("a directory that moves up while it is open lets nobody out") {
  fd_t deep;
  OK(make_tree());
  OK(open_directory(&deep, "a/b"));
  OK(path_rename(dir, TEXT("a/b"), dir, TEXT("moved")));
  ERRNO(path_open(deep, FOLLOW, TEXT(".."), 0, CAN_READ, 0, 0, &ignored), ENOTCAPABLE, EPERM);
  ERRNO(path_open(deep, FOLLOW, TEXT("../.."), 0, CAN_READ, 0, 0, &ignored), ENOTCAPABLE, EPERM);
  OK(path_open(deep, 0, TEXT("file"), 0, CAN_READ, 0, 0, &ignored));
}

CASE("backslashes, colons and spaces are parts of names") {
  OK(make_file("..\\up", ""));
  OK(make_file("c:", ""));
  OK(make_file(" ", ""));
  OK(make_file("...", ""));
  OK(look("..\\up"));
  OK(look("c:"));
  OK(look(" "));
  OK(look("..."));
}
