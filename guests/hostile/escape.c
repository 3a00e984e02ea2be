// escape [PATH …]: tries every way it knows to get at something outside its directory, and prints
// one line a try: the errno that refused it, or REACHED. A PATH is tried as well: the host can put
// links that lead outside beforehand and name them. Ends with code 1 if anything was reached.
//
// What leads outside is only ever read, or named "escape-probe", so that a sandbox that fails loses
// nothing.
#include "../lib/print.h"

enum { ROOT = 3 };

static int reached;

static void report(const char *what, const char *path, uint32_t length, errno_t error) {
  put(error == SUCCESS ? "REACHED " : "refused ");
  if (error == SUCCESS) reached = 1;
  else put_errno(error), put(" ");
  put(what);
  put(" ");
  for (uint32_t i = 0; i < length && i < 64; i++) {
    if (path[i] == 0) put("\\0");
    else put_bytes(path + i, 1);
  }
  if (length > 64) put("...");
  end_line();
}

static errno_t open_for(fd_t directory, uint32_t lookup, const char *path, uint32_t length,
                        uint32_t flags, rights_t rights) {
  fd_t fd;
  errno_t error = path_open(directory, lookup, path, length, flags, rights, 0, 0, &fd);
  if (error == SUCCESS) fd_close(fd);
  return error;
}

// What only reads, so that it may be tried on any path.
static void look(fd_t directory, const char *path, uint32_t length) {
  struct filestat stat;
  report("open", path, length, open_for(directory, FOLLOW, path, length, 0, CAN_READ));
  report("open directory", path, length,
         open_for(directory, FOLLOW, path, length, OPEN_DIRECTORY, CAN_READDIR));
  report("stat", path, length, path_filestat_get(directory, FOLLOW, path, length, &stat));
}

#define LOOK(path) look(ROOT, path, sizeof path - 1)

static void look_outside(void) {
  LOOK("..");
  LOOK("../");
  LOOK("./..");
  LOOK(".//.././");
  LOOK("../../../../../../../../../../etc/passwd");
  LOOK("../../../../../../../../../../etc/passwd/");
  LOOK("/etc/passwd");
  LOOK("//etc/passwd");
  LOOK("/../etc/passwd");
  LOOK("/");
  LOOK("inside/../..");
  LOOK("inside/../../../../../../../../../etc/passwd");
  LOOK("inside/deep/../../../../../../../../../../etc/passwd");
  LOOK("missing/../../../../../../../../../../etc/passwd");
  LOOK("file\0/../../../../../../../../../../etc/passwd");
  LOOK("../../../../../../../../../../etc/passwd\0");
  LOOK("..\\..\\..\\..\\etc\\passwd");
  LOOK("C:\\");
  LOOK("\\\\?\\C:\\");
  LOOK("\xc0\xae\xc0\xae/etc/passwd");
  LOOK("%2e%2e/etc/passwd");
  LOOK("");
}

// What changes something, tried on names outside that nobody has.
static void change(const char *path) {
  uint32_t length = strlen(path);
  rights_t write = CAN_WRITE;
  report("create", path, length, open_for(ROOT, 0, path, length, OPEN_CREATE, write));
  report("create directory", path, length, path_create_directory(ROOT, path, length));
  report("symlink at", path, length, path_symlink("x", 1, ROOT, path, length));
  report("rename to", path, length, path_rename(ROOT, "file", 4, ROOT, path, length));
  report("rename from", path, length, path_rename(ROOT, path, length, ROOT, "new", 3));
  report("link to", path, length, path_link(ROOT, 0, "file", 4, ROOT, path, length));
  report("link from", path, length, path_link(ROOT, 0, path, length, ROOT, "new", 3));
  report("set times", path, length,
         path_filestat_set_times(ROOT, FOLLOW, path, length, 0, 0, SET_MTIME_NOW));
  report("unlink", path, length, path_unlink_file(ROOT, path, length));
  report("remove directory", path, length, path_remove_directory(ROOT, path, length));
}

// Links that the guest makes itself. Making one may be refused; following it must be.
static void follow(const char *name, const char *target, const char *through) {
  errno_t error = path_symlink(target, strlen(target), ROOT, name, strlen(name));
  if (error != SUCCESS) report("make link to", target, strlen(target), error);
  else look(ROOT, through, strlen(through));
}

static void follow_links(void) {
  follow("absolute", "/etc/passwd", "absolute");
  follow("root", "/", "root/etc/passwd");
  follow("up", "..", "up");
  follow("up-slash", "../", "up-slash/");
  follow("far-up", "../../../../../../../../../../etc/passwd", "far-up");
  follow("inside/up", "..", "inside/up/../../../../../../../../../../etc/passwd");
  follow("inside/up-two", "../..", "inside/up-two");
  follow("chain-1", "chain-2", "chain-1");
  follow("chain-2", "inside/chain-3", "chain-2");
  follow("inside/chain-3", "../../../../../../../../../../etc/passwd", "chain-1");
  follow("dots", "inside/../..", "dots");
  follow("self", "self/..", "self");
  follow("here", ".", "here/here/here/..");
}

// A directory that is open while it moves up: its parent is another one now.
static void move_while_open(void) {
  fd_t deep;
  rights_t rights = CAN_OPEN | CAN_STAT_PATH | CAN_READDIR;
  errno_t error = path_open(ROOT, 0, "inside/deep/deeper", 18, OPEN_DIRECTORY, rights,
                            rights | CAN_READ, 0, &deep);
  if (error != SUCCESS) {
    report("open", "inside/deep/deeper", 18, error);
    return;
  }
  look(deep, "../../../..", 11);
  error = path_rename(ROOT, "inside/deep/deeper", 18, ROOT, "moved", 5);
  if (error != SUCCESS) report("rename", "inside/deep/deeper", 18, error);
  look(deep, "..", 2);
  look(deep, "../..", 5);
  look(deep, "../../../../../../../../../../etc/passwd", 40);
}

static void look_far(void) {
  static char path[70000];
  for (uint32_t i = 0; i + 3 <= sizeof path; i += 3) memcpy(path + i, "../", 3);
  look(ROOT, path, 69999);
}

int main(int argc, char **argv) {
  path_create_directory(ROOT, "inside", 6);
  path_create_directory(ROOT, "inside/deep", 11);
  path_create_directory(ROOT, "inside/deep/deeper", 18);
  open_for(ROOT, 0, "file", 4, OPEN_CREATE, CAN_WRITE);
  look_outside();
  change("../escape-probe");
  change("/tmp/escape-probe");
  change("inside/../../escape-probe");
  follow_links();
  move_while_open();
  look_far();
  for (int i = 1; i < argc; i++) look(ROOT, argv[i], strlen(argv[i]));
  return reached;
}
