// path_filestat_get, path_filestat_set_times.
#include "../lib/case.h"

static errno_t follow_stat(const char *path, struct filestat *stat) {
  return path_filestat_get(dir, FOLLOW, path, strlen(path), stat);
}

static errno_t set_times(const char *path, uint32_t lookup, uint64_t atime, uint64_t mtime,
                         uint32_t flags) {
  return path_filestat_set_times(dir, lookup, path, strlen(path), atime, mtime, flags);
}

CASE("path_filestat_get tells files, directories and links apart") {
  struct filestat stat;
  OK(make_file("file", "abc"));
  OK(make_directory("sub"));
  OK(make_link("link", "file"));
  OK(stat_path("file", &stat));
  SAME(stat.type, TYPE_FILE);
  SAME(stat.size, 3);
  OK(stat_path("sub", &stat));
  SAME(stat.type, TYPE_DIRECTORY);
  OK(stat_path("link", &stat));
  SAME(stat.type, TYPE_SYMLINK);
  SAME(stat.size, 4);
}

CASE("path_filestat_get follows a last link when told to") {
  struct filestat file, link;
  OK(make_file("file", "abc"));
  OK(make_link("link", "file"));
  OK(stat_path("file", &file));
  OK(follow_stat("link", &link));
  SAME(link.inode, file.inode);
  SAME(link.type, TYPE_FILE);
}

CASE("path_filestat_get always follows links on the way") {
  struct filestat stat;
  OK(make_directory("sub"));
  OK(make_file("sub/file", "abc"));
  OK(make_link("link", "sub"));
  OK(stat_path("link/file", &stat));
  SAME(stat.size, 3);
}

CASE("path_filestat_get agrees with fd_filestat_get") {
  fd_t fd;
  struct filestat by_path, by_fd;
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  OK(stat_path("file", &by_path));
  OK(fd_filestat_get(fd, &by_fd));
  SAME(by_path.device, by_fd.device);
  SAME(by_path.inode, by_fd.inode);
  SAME(by_path.type, by_fd.type);
  SAME(by_path.links, by_fd.links);
  SAME(by_path.size, by_fd.size);
  SAME(by_path.atime, by_fd.atime);
  SAME(by_path.mtime, by_fd.mtime);
  SAME(by_path.ctime, by_fd.ctime);
}

CASE("path_filestat_get of a dangling link: itself, or ENOENT when followed") {
  struct filestat stat;
  OK(make_link("link", "missing"));
  OK(stat_path("link", &stat));
  ERRNO(follow_stat("link", &stat), ENOENT);
}

CASE("path_filestat_get of what does not exist answers ENOENT") {
  struct filestat stat;
  OK(make_file("file", ""));
  ERRNO(stat_path("missing", &stat), ENOENT);
  ERRNO(stat_path("missing/file", &stat), ENOENT);
  ERRNO(stat_path("", &stat), ENOENT, EINVAL);
  ERRNO(stat_path("file/below", &stat), ENOTDIR);
}

CASE("path_filestat_get of a file with a trailing slash answers ENOTDIR") {
  struct filestat stat;
  OK(make_file("file", ""));
  OK(make_directory("sub"));
  ERRNO(stat_path("file/", &stat), ENOTDIR, ENOENT);
  OK(stat_path("sub/", &stat));
}

CASE("path_filestat_get in what is no open directory answers an errno") {
  fd_t fd;
  struct filestat stat;
  OK(open_file(&fd, "file"));
  ERRNO(path_filestat_get(fd, 0, TEXT("file"), &stat), ENOTDIR, ENOTCAPABLE, EBADF);
  ERRNO(path_filestat_get(9999, 0, TEXT("file"), &stat), EBADF);
}

CASE("path_filestat_get sees a size that was just written") {
  fd_t fd;
  struct filestat stat;
  OK(open_file(&fd, "file"));
  OK(write_text(fd, "abc"));
  OK(stat_path("file", &stat));
  SAME(stat.size, 3);
}

CASE("writing moves the modification time on") {
  fd_t fd;
  struct filestat before, after;
  OK(open_file(&fd, "file"));
  OK(set_times("file", 0, 0, 1000000000, SET_MTIME));
  OK(stat_path("file", &before));
  OK(write_text(fd, "abc"));
  OK(stat_path("file", &after));
  TRUE(after.mtime > before.mtime);
}

CASE("creating a file in a directory moves the directory's modification time on") {
  struct filestat before, after;
  OK(make_directory("sub"));
  OK(set_times("sub", 0, 0, 1000000000, SET_MTIME));
  OK(stat_path("sub", &before));
  SAME(before.mtime, 1000000000);
  OK(make_file("sub/file", ""));
  OK(stat_path("sub", &after));
  TRUE(after.mtime > before.mtime);
}

CASE("path_filestat_set_times sets the times it is told to set and no others") {
  struct filestat before, after;
  OK(make_file("file", ""));
  OK(stat_path("file", &before));
  OK(set_times("file", 0, 5000000000, 7000000000, SET_MTIME));
  OK(stat_path("file", &after));
  SAME(after.mtime, 7000000000);
  SAME(after.atime, before.atime);
  OK(set_times("file", 0, 5000000000, 9000000000, SET_ATIME));
  OK(stat_path("file", &after));
  SAME(after.atime, 5000000000);
  SAME(after.mtime, 7000000000);
}

CASE("path_filestat_set_times sets a link's own times, or those of what it points to") {
  struct filestat file, link;
  OK(make_file("file", ""));
  OK(make_link("link", "file"));
  OK(set_times("file", 0, 0, 1000000000, SET_MTIME));
  OK(set_times("link", 0, 0, 2000000000, SET_MTIME));
  OK(stat_path("file", &file));
  OK(stat_path("link", &link));
  SAME(file.mtime, 1000000000);
  SAME(link.mtime, 2000000000);
  OK(set_times("link", FOLLOW, 0, 3000000000, SET_MTIME));
  OK(stat_path("file", &file));
  OK(stat_path("link", &link));
  SAME(file.mtime, 3000000000);
  SAME(link.mtime, 2000000000);
}

CASE("path_filestat_set_times answers EINVAL for a time both given and present") {
  struct filestat before, after;
  OK(make_file("file", ""));
  OK(stat_path("file", &before));
  ERRNO(set_times("file", 0, 1, 2, SET_MTIME | SET_MTIME_NOW), EINVAL);
  ERRNO(set_times("file", 0, 1, 2, SET_ATIME | SET_ATIME_NOW), EINVAL);
  OK(stat_path("file", &after));
  SAME(after.mtime, before.mtime);
}

CASE("path_filestat_set_times of what does not exist, or is not open, answers an errno") {
  ERRNO(set_times("missing", 0, 0, 0, SET_MTIME_NOW), ENOENT);
  ERRNO(path_filestat_set_times(9999, 0, TEXT("file"), 0, 0, SET_MTIME_NOW), EBADF);
}
