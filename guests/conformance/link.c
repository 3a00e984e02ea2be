// path_link, path_symlink, path_readlink.
#include "../lib/case.h"

static errno_t link_to(const char *path, const char *new_path) {
  return path_link(dir, 0, path, strlen(path), dir, new_path, strlen(new_path));
}

static char bytes[64];

static errno_t read_link(const char *path, uint32_t length, uint32_t *used) {
  memset(bytes, '#', sizeof bytes);
  return path_readlink(dir, path, strlen(path), bytes, length, used);
}

CASE("path_link gives a file a second name") {
  struct filestat one, two;
  OK(make_file("one", "abc"));
  OK(link_to("one", "two"));
  OK(stat_path("one", &one));
  OK(stat_path("two", &two));
  SAME(one.inode, two.inode);
  SAME(one.links, 2);
  TRUE(holds("two", "abc"));
}

CASE("path_link works across directories") {
  fd_t sub;
  OK(make_directory("sub"));
  OK(open_directory(&sub, "sub"));
  OK(make_file("one", "abc"));
  OK(path_link(dir, 0, TEXT("one"), sub, TEXT("two")));
  TRUE(holds("sub/two", "abc"));
}

CASE("path_link answers EEXIST for a name that is taken, be it by itself") {
  OK(make_file("one", ""));
  OK(make_file("two", ""));
  OK(make_directory("sub"));
  OK(make_link("dangling", "missing"));
  ERRNO(link_to("one", "two"), EEXIST);
  ERRNO(link_to("one", "one"), EEXIST);
  ERRNO(link_to("one", "sub"), EEXIST);
  ERRNO(link_to("one", "dangling"), EEXIST);
}

CASE("path_link of a directory answers EPERM") {
  OK(make_directory("sub"));
  ERRNO(link_to("sub", "two"), EPERM, EACCES);
}

CASE("path_link answers ENOENT without a source, a parent, or with a trailing slash") {
  OK(make_file("one", ""));
  ERRNO(link_to("missing", "two"), ENOENT);
  ERRNO(link_to("one", "missing/two"), ENOENT);
  ERRNO(link_to("one", "two/"), ENOENT);
  ERRNO(link_to("one", ""), ENOENT, EINVAL);
}

CASE("path_link of a link links the link") {
  struct filestat stat;
  OK(make_link("dangling", "missing"));
  OK(link_to("dangling", "two"));
  OK(stat_path("two", &stat));
  SAME(stat.type, TYPE_SYMLINK);
}

CASE("path_link with FOLLOW answers EINVAL, or follows") {
  OK(make_link("dangling", "missing"));
  ERRNO(path_link(dir, FOLLOW, TEXT("dangling"), dir, TEXT("two")), EINVAL, ENOENT);
}

CASE("path_link of a descriptor that is not open answers EBADF") {
  OK(make_file("one", ""));
  ERRNO(path_link(9999, 0, TEXT("one"), dir, TEXT("two")), EBADF);
  ERRNO(path_link(dir, 0, TEXT("one"), 9999, TEXT("two")), EBADF);
}

CASE("path_symlink makes a link whose text path_readlink gives back") {
  uint32_t used = 0;
  OK(make_link("link", "some/where"));
  OK(read_link("link", sizeof bytes, &used));
  SAME(used, 10);
  TRUE(memcmp(bytes, "some/where#", 11) == 0);
}

CASE("path_symlink keeps its text as it is, be it no clean path") {
  uint32_t used = 0;
  OK(make_link("link", "./a//../b/"));
  OK(read_link("link", sizeof bytes, &used));
  TRUE(used == 10 && memcmp(bytes, "./a//../b/", 10) == 0);
}

CASE("path_symlink answers EEXIST for a name that is taken") {
  OK(make_file("file", ""));
  OK(make_directory("sub"));
  OK(make_link("dangling", "missing"));
  ERRNO(make_link("file", "x"), EEXIST);
  ERRNO(make_link("sub", "x"), EEXIST);
  ERRNO(make_link("sub/", "x"), EEXIST, ENOENT);
  ERRNO(make_link("dangling", "x"), EEXIST);
}

CASE("path_symlink answers ENOENT for a name with a trailing slash, without text, or parent") {
  ERRNO(make_link("new/", "x"), ENOENT);
  ERRNO(make_link("missing/new", "x"), ENOENT);
  ERRNO(make_link("new", ""), ENOENT, EINVAL);
  ERRNO(make_link("", "x"), ENOENT, EINVAL);
}

CASE("path_symlink with an absolute text is refused, or leads nowhere") {
  fd_t fd;
  errno_t error = make_link("link", "/etc/passwd");
  ERRNO(error, SUCCESS, ENOTCAPABLE, EPERM);
  if (error == SUCCESS)
    ERRNO(path_open(dir, FOLLOW, TEXT("link"), 0, CAN_READ, 0, 0, &fd), ENOTCAPABLE, EPERM,
          ENOENT);
}

CASE("path_symlink in what is no open directory answers an errno") {
  fd_t fd;
  OK(open_file(&fd, "file"));
  ERRNO(path_symlink(TEXT("x"), fd, TEXT("link")), ENOTDIR, ENOTCAPABLE, EBADF);
  ERRNO(path_symlink(TEXT("x"), 9999, TEXT("link")), EBADF);
}

CASE("path_readlink cuts what does not fit") {
  uint32_t used = 0;
  OK(make_link("link", "target"));
  OK(read_link("link", 4, &used));
  SAME(used, 4);
  TRUE(memcmp(bytes, "targ#", 5) == 0);
}

CASE("path_readlink of what is no link answers EINVAL") {
  uint32_t used = 0;
  OK(make_file("file", ""));
  OK(make_directory("sub"));
  ERRNO(read_link("file", sizeof bytes, &used), EINVAL);
  ERRNO(read_link("sub", sizeof bytes, &used), EINVAL);
}

CASE("path_readlink of what does not exist answers ENOENT, of what is not open EBADF") {
  uint32_t used = 0;
  ERRNO(read_link("missing", sizeof bytes, &used), ENOENT);
  ERRNO(path_readlink(9999, TEXT("link"), bytes, 8, &used), EBADF);
}
