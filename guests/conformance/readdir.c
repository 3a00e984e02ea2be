// fd_readdir.
#include "../lib/case.h"

enum { MANY = 150 };

// What was seen of one entry, by name.
struct seen { uint32_t count; struct dirent entry; };

static char page[4096];
static char names[MANY + 8][16];
static struct seen seen[MANY + 8];
static uint32_t seen_count;

static const struct seen nothing;

// An entry that was not seen has a count of zero.
static const struct seen *find(const char *name) {
  for (uint32_t i = 0; i < seen_count; i++)
    if (is(names[i], name)) return &seen[i];
  return &nothing;
}

static void note(const struct dirent *entry, const char *name) {
  char text[16] = {0};
  memcpy(text, name, entry->name_length < 15 ? entry->name_length : 15);
  for (uint32_t i = 0; i < seen_count; i++) {
    if (!is(names[i], text)) continue;
    seen[i].count++;
    return;
  }
  if (seen_count == MANY + 8) return;
  memcpy(names[seen_count], text, sizeof text);
  seen[seen_count++] = (struct seen){1, *entry};
}

// Lists `fd` from `cookie` with pages of `length` bytes, as the C library does: an entry that is
// cut is asked for again, and a page that is not full is the last.
static errno_t list_from(fd_t fd, uint64_t cookie, uint32_t length) {
  seen_count = 0;
  for (uint32_t rounds = 0; rounds < 10000; rounds++) {
    uint32_t used = 0;
    errno_t error = fd_readdir(fd, page, length, cookie, &used);
    if (error != SUCCESS) return error;
    if (used > length) return EOVERFLOW;
    struct dirent entry;
    uint32_t at = 0;
    for (; at + sizeof entry <= used; at += sizeof entry + entry.name_length) {
      memcpy(&entry, page + at, sizeof entry);
      if (at + sizeof entry + entry.name_length > used) break;
      note(&entry, page + at + sizeof entry);
      cookie = entry.next;
    }
    if (used < length) return SUCCESS;
    if (at == 0) return ENOBUFS;
  }
  return ELOOP;
}

static errno_t fill(uint32_t count) {
  char name[] = "file-000";
  errno_t error = SUCCESS;
  for (uint32_t i = 0; i < count && error == SUCCESS; i++) {
    for (uint32_t at = 7, rest = i; at > 4; at--, rest /= 10) name[at] = (char)('0' + rest % 10);
    error = make_file(name, "");
  }
  return error;
}

CASE("fd_readdir of an empty directory lists itself and its parent") {
  OK(list_from(dir, 0, sizeof page));
  SAME(seen_count, 2);
  TRUE(find(".")->count == 1 && find("..")->count == 1);
  SAME(find(".")->entry.type, TYPE_DIRECTORY);
  SAME(find("..")->entry.type, TYPE_DIRECTORY);
}

CASE("fd_readdir gives the directory's own inode as that of `.`") {
  struct filestat stat;
  OK(fd_filestat_get(dir, &stat));
  OK(list_from(dir, 0, sizeof page));
  SAME(find(".")->entry.inode, stat.inode);
}

CASE("fd_readdir tells files, directories and links apart") {
  OK(make_file("file", ""));
  OK(make_directory("sub"));
  OK(make_link("link", "file"));
  OK(list_from(dir, 0, sizeof page));
  SAME(seen_count, 5);
  SAME(find("file")->entry.type, TYPE_FILE);
  SAME(find("sub")->entry.type, TYPE_DIRECTORY);
  SAME(find("link")->entry.type, TYPE_SYMLINK);
}

CASE("fd_readdir gives the inodes that path_filestat_get gives") {
  struct filestat stat;
  OK(make_file("file", ""));
  OK(make_directory("sub"));
  OK(list_from(dir, 0, sizeof page));
  OK(stat_path("file", &stat));
  SAME(find("file")->entry.inode, stat.inode);
  OK(stat_path("sub", &stat));
  SAME(find("sub")->entry.inode, stat.inode);
}

CASE("fd_readdir lists every one of many entries once") {
  OK(fill(MANY));
  OK(list_from(dir, 0, sizeof page));
  SAME(seen_count, MANY + 2);
  for (uint32_t i = 0; i < seen_count; i++) SAME(seen[i].count, 1);
}

CASE("fd_readdir lists all in pages that hold hardly more than one entry") {
  OK(fill(20));
  OK(list_from(dir, 0, 40));
  SAME(seen_count, 22);
  for (uint32_t i = 0; i < seen_count; i++) SAME(seen[i].count, 1);
}

CASE("fd_readdir cuts the last entry of a page that is too small for it") {
  uint32_t used = 0;
  OK(make_file("a-long-name", ""));
  OK(fd_readdir(dir, page, 10, 0, &used));
  SAME(used, 10);
  OK(fd_readdir(dir, page, sizeof(struct dirent), 0, &used));
  SAME(used, sizeof(struct dirent));
}

CASE("fd_readdir writes nothing behind what it says it used") {
  uint32_t used = 0;
  memset(page, '#', sizeof page);
  OK(make_file("file", ""));
  OK(fd_readdir(dir, page, sizeof page, 0, &used));
  TRUE(used < sizeof page);
  for (uint32_t i = used; i < sizeof page; i++) TRUE(page[i] == '#');
}

CASE("fd_readdir goes on from the cookie of any entry") {
  uint64_t cookies[8];
  uint32_t count;
  OK(fill(4));
  OK(list_from(dir, 0, sizeof page));
  count = seen_count;
  SAME(count, 6);
  for (uint32_t i = 0; i < count; i++) cookies[i] = seen[i].entry.next;
  for (uint32_t i = 0; i < count; i++) {
    OK(list_from(dir, cookies[i], sizeof page));
    SAME(seen_count, count - 1 - i);
  }
}

CASE("fd_readdir begins again from cookie zero and sees what is new") {
  OK(make_file("one", ""));
  OK(list_from(dir, 0, sizeof page));
  SAME(seen_count, 3);
  OK(make_file("two", ""));
  OK(list_from(dir, 0, sizeof page));
  SAME(seen_count, 4);
  OK(path_unlink_file(dir, TEXT("one")));
  OK(list_from(dir, 0, sizeof page));
  SAME(seen_count, 3);
  TRUE(find("two")->count == 1 && find("one")->count == 0);
}

CASE("fd_readdir keeps its place while what it has listed is removed, as rm -r does") {
  uint64_t cookie = 0;
  uint32_t removed = 0;
  OK(fill(40));
  for (uint32_t rounds = 0; rounds < 1000; rounds++) {
    uint32_t used = 0;
    struct dirent entry;
    OK(fd_readdir(dir, page, 64, cookie, &used));
    if (used < sizeof entry) break;
    memcpy(&entry, page, sizeof entry);
    TRUE(sizeof entry + entry.name_length <= used);
    cookie = entry.next;
    if (page[sizeof entry] == '.') continue;
    OK(path_unlink_file(dir, page + sizeof entry, entry.name_length));
    removed++;
  }
  SAME(removed, 40);
}

CASE("fd_readdir into no bytes uses none") {
  uint32_t used = 7;
  OK(fd_readdir(dir, page, 0, 0, &used));
  SAME(used, 0);
}

CASE("fd_readdir from a cookie that nobody gave lists nothing or answers an errno") {
  uint32_t used = 0;
  errno_t error = fd_readdir(dir, page, sizeof page, 1000000, &used);
  ERRNO(error, SUCCESS, EINVAL, ENOENT);
  if (error == SUCCESS) SAME(used, 0);
}

CASE("fd_readdir of a file answers an errno") {
  fd_t fd;
  uint32_t used = 0;
  OK(open_file(&fd, "file"));
  ERRNO(fd_readdir(fd, page, sizeof page, 0, &used), ENOTDIR, EBADF, ENOTCAPABLE);
}

CASE("fd_readdir of a descriptor that is not open answers EBADF") {
  uint32_t used = 0;
  ERRNO(fd_readdir(9999, page, sizeof page, 0, &used), EBADF);
}

CASE("fd_readdir of a directory that was removed lists nothing or answers ENOENT") {
  fd_t fd;
  OK(make_directory("sub"));
  OK(open_directory(&fd, "sub"));
  OK(path_remove_directory(dir, TEXT("sub")));
  errno_t error = list_from(fd, 0, sizeof page);
  ERRNO(error, SUCCESS, ENOENT);
  if (error == SUCCESS) TRUE(seen_count == 0 || seen_count == 2);
}
