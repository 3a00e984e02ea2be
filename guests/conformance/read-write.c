// fd_read, fd_write, fd_pread, fd_pwrite.
#include "../lib/case.h"

#define EMPTY_SPANS ((struct span[]){{0, 0}})

static char bytes[256];

CASE("fd_write puts bytes where fd_pread finds them") {
  fd_t fd;
  uint32_t got = 0;
  OK(open_file(&fd, "file"));
  OK(write_text(fd, "hello"));
  OK(read_at(fd, 0, bytes, sizeof bytes, &got));
  SAME(got, 5);
  TRUE(memcmp(bytes, "hello", 5) == 0);
}

CASE("fd_write gathers its pieces in order, empty ones among them") {
  fd_t fd;
  uint32_t written = 0;
  struct const_span pieces[] = {{"ab", 2}, {NULL, 0}, {"c", 1}, {"defg", 4}};
  OK(open_file(&fd, "file"));
  OK(fd_write(fd, pieces, 4, &written));
  TRUE(written >= 2 && written <= 7);
  if (written == 7) TRUE(holds("file", "abcdefg"));
}

CASE("fd_read scatters over its pieces in order, empty ones among them") {
  fd_t fd;
  char first[2], second[3];
  uint32_t got = 0;
  struct span pieces[] = {{first, 2}, {NULL, 0}, {second, 3}};
  OK(make_file("file", "abcdefg"));
  OK(open_file(&fd, "file"));
  OK(fd_read(fd, pieces, 3, &got));
  TRUE(got >= 2 && got <= 5);
  TRUE(memcmp(first, "ab", 2) == 0);
  if (got == 5) TRUE(memcmp(second, "cde", 3) == 0);
}

CASE("fd_read goes on where it stopped") {
  fd_t fd;
  uint32_t got = 0;
  struct span piece = {bytes, 3};
  OK(make_file("file", "abcdefg"));
  OK(open_file(&fd, "file"));
  OK(fd_read(fd, &piece, 1, &got));
  OK(fd_read(fd, &piece, 1, &got));
  SAME(got, 3);
  TRUE(memcmp(bytes, "def", 3) == 0);
}

CASE("fd_read answers fewer bytes at the end, then none") {
  fd_t fd;
  uint32_t got = 0;
  struct span piece = {bytes, sizeof bytes};
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  OK(fd_read(fd, &piece, 1, &got));
  SAME(got, 3);
  OK(fd_read(fd, &piece, 1, &got));
  SAME(got, 0);
}

CASE("fd_read leaves the bytes behind what it read alone") {
  fd_t fd;
  uint32_t got = 0;
  struct span piece = {bytes, 8};
  memset(bytes, '#', 8);
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  OK(fd_read(fd, &piece, 1, &got));
  TRUE(memcmp(bytes, "abc#####", 8) == 0);
}

CASE("fd_read of no pieces reads nothing") {
  fd_t fd;
  uint32_t got = 7;
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  OK(fd_read(fd, EMPTY_SPANS, 0, &got));
  SAME(got, 0);
}

CASE("fd_write of no pieces writes nothing") {
  fd_t fd;
  uint32_t written = 7;
  OK(open_file(&fd, "file"));
  OK(fd_write(fd, EMPTY_SPANS, 0, &written));
  SAME(written, 0);
}

CASE("fd_write of an empty piece writes nothing") {
  fd_t fd;
  uint32_t written = 7;
  OK(open_file(&fd, "file"));
  OK(fd_write(fd, EMPTY_SPANS, 1, &written));
  SAME(written, 0);
}

CASE("fd_pread leaves the offset alone") {
  fd_t fd;
  uint32_t got = 0;
  uint64_t offset = 9;
  OK(make_file("file", "abcdefg"));
  OK(open_file(&fd, "file"));
  OK(read_at(fd, 3, bytes, 2, &got));
  TRUE(got == 2 && memcmp(bytes, "de", 2) == 0);
  OK(fd_tell(fd, &offset));
  SAME(offset, 0);
}

CASE("fd_pwrite leaves the offset alone") {
  fd_t fd;
  uint32_t written = 0;
  uint64_t offset = 9;
  struct const_span piece = {"XY", 2};
  OK(make_file("file", "abcdefg"));
  OK(open_file(&fd, "file"));
  OK(fd_pwrite(fd, &piece, 1, 2, &written));
  SAME(written, 2);
  OK(fd_tell(fd, &offset));
  SAME(offset, 0);
  TRUE(holds("file", "abXYefg"));
}

CASE("fd_pread behind the end reads nothing") {
  fd_t fd;
  uint32_t got = 7;
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  OK(read_at(fd, 3, bytes, 10, &got));
  SAME(got, 0);
  OK(read_at(fd, 1000000, bytes, 10, &got));
  SAME(got, 0);
}

CASE("fd_pwrite behind the end leaves zeros between") {
  fd_t fd;
  uint32_t written = 0;
  struct const_span piece = {"z", 1};
  OK(make_file("file", "ab"));
  OK(open_file(&fd, "file"));
  OK(fd_pwrite(fd, &piece, 1, 5, &written));
  uint32_t got = 0;
  OK(read_at(fd, 0, bytes, 10, &got));
  SAME(got, 6);
  TRUE(memcmp(bytes, "ab\0\0\0z", 6) == 0);
}

CASE("fd_pread scatters over its pieces") {
  fd_t fd;
  char first[2], second[3];
  uint32_t got = 0;
  struct span pieces[] = {{first, 2}, {second, 3}};
  OK(make_file("file", "abcdefg"));
  OK(open_file(&fd, "file"));
  OK(fd_pread(fd, pieces, 2, 1, &got));
  TRUE(got >= 2);
  TRUE(memcmp(first, "bc", 2) == 0);
  if (got == 5) TRUE(memcmp(second, "def", 3) == 0);
}

CASE("fd_pread reads nothing, or answers an errno, at an offset that no file reaches") {
  fd_t fd;
  uint32_t got = 0;
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  ERRNO(read_at(fd, UINT64_MAX, bytes, 4, &got), SUCCESS, EINVAL, EOVERFLOW);
  SAME(got, 0);
}

CASE("fd_pwrite answers an errno at an offset that no file reaches, and writes nothing") {
  fd_t fd;
  uint32_t written = 0;
  struct const_span piece = {"x", 1};
  OK(make_file("file", "abc"));
  OK(open_file(&fd, "file"));
  ERRNO(fd_pwrite(fd, &piece, 1, UINT64_MAX, &written), EINVAL, EOVERFLOW, EFBIG, ENOSPC);
  TRUE(holds("file", "abc"));
}

CASE("fd_write in append mode goes to the end whatever the offset") {
  fd_t fd;
  uint64_t offset = 0;
  OK(make_file("file", "abc"));
  OK(path_open(dir, 0, TEXT("file"), 0, FILE_RIGHTS, 0, F_APPEND, &fd));
  OK(fd_seek(fd, 0, FROM_START, &offset));
  OK(write_text(fd, "de"));
  TRUE(holds("file", "abcde"));
}

CASE("fd_write in append mode sees what another descriptor appended") {
  fd_t one, two;
  OK(path_open(dir, 0, TEXT("file"), OPEN_CREATE, FILE_RIGHTS, 0, F_APPEND, &one));
  OK(path_open(dir, 0, TEXT("file"), 0, FILE_RIGHTS, 0, F_APPEND, &two));
  OK(write_text(one, "1"));
  OK(write_text(two, "2"));
  OK(write_text(one, "3"));
  TRUE(holds("file", "123"));
}

CASE("fd_read through one descriptor sees what another wrote") {
  fd_t writer, reader;
  uint32_t got = 0;
  struct span piece = {bytes, 8};
  OK(open_as(&reader, "file", OPEN_CREATE, CAN_READ));
  OK(open_as(&writer, "file", 0, CAN_WRITE));
  OK(write_text(writer, "x"));
  OK(fd_read(reader, &piece, 1, &got));
  TRUE(got == 1 && bytes[0] == 'x');
}

CASE("two descriptors of one file have offsets of their own") {
  fd_t one, two;
  uint32_t got = 0;
  struct span piece = {bytes, 2};
  OK(make_file("file", "abcd"));
  OK(open_file(&one, "file"));
  OK(open_file(&two, "file"));
  OK(fd_read(one, &piece, 1, &got));
  OK(fd_read(two, &piece, 1, &got));
  TRUE(got == 2 && memcmp(bytes, "ab", 2) == 0);
}

CASE("fd_write and fd_read reach a file that was unlinked while it was open") {
  fd_t fd;
  uint32_t got = 0;
  OK(open_file(&fd, "file"));
  OK(path_unlink_file(dir, TEXT("file")));
  OK(write_text(fd, "still"));
  OK(read_at(fd, 0, bytes, 8, &got));
  TRUE(got == 5 && memcmp(bytes, "still", 5) == 0);
}

CASE("fd_read answers an errno on a descriptor opened for writing") {
  fd_t fd;
  uint32_t got = 0;
  struct span piece = {bytes, 4};
  OK(open_as(&fd, "file", OPEN_CREATE, CAN_WRITE));
  ERRNO(fd_read(fd, &piece, 1, &got), ENOTCAPABLE, EBADF);
  ERRNO(fd_pread(fd, &piece, 1, 0, &got), ENOTCAPABLE, EBADF);
}

CASE("fd_write answers an errno on a descriptor opened for reading") {
  fd_t fd;
  uint32_t written = 0;
  struct const_span piece = {"x", 1};
  OK(make_file("file", "abc"));
  OK(open_as(&fd, "file", 0, CAN_READ));
  ERRNO(fd_write(fd, &piece, 1, &written), ENOTCAPABLE, EBADF);
  ERRNO(fd_pwrite(fd, &piece, 1, 0, &written), ENOTCAPABLE, EBADF);
  TRUE(holds("file", "abc"));
}

CASE("reading and writing a directory answers an errno") {
  uint32_t count = 0;
  struct span into = {bytes, 4};
  struct const_span from = {"x", 1};
  ERRNO(fd_read(dir, &into, 1, &count), EISDIR, EBADF, ENOTCAPABLE);
  ERRNO(fd_pread(dir, &into, 1, 0, &count), EISDIR, EBADF, ENOTCAPABLE);
  ERRNO(fd_write(dir, &from, 1, &count), EISDIR, EBADF, ENOTCAPABLE);
  ERRNO(fd_pwrite(dir, &from, 1, 0, &count), EISDIR, EBADF, ENOTCAPABLE);
}

CASE("reading and writing a descriptor that is not open answers EBADF") {
  uint32_t count = 0;
  struct span into = {bytes, 4};
  struct const_span from = {"x", 1};
  ERRNO(fd_read(9999, &into, 1, &count), EBADF);
  ERRNO(fd_pread(9999, &into, 1, 0, &count), EBADF);
  ERRNO(fd_write(9999, &from, 1, &count), EBADF);
  ERRNO(fd_pwrite(9999, &from, 1, 0, &count), EBADF);
  ERRNO(fd_write(0xffffffff, &from, 1, &count), EBADF);
}

CASE("fd_pread and fd_pwrite of a stream answer ESPIPE") {
  uint32_t count = 0;
  struct span into = {bytes, 4};
  struct const_span from = {"x", 1};
  ERRNO(fd_pread(0, &into, 1, 0, &count), ESPIPE, ENOTCAPABLE, EBADF);
  ERRNO(fd_pwrite(1, &from, 1, 0, &count), ESPIPE, ENOTCAPABLE, EBADF);
}

CASE("fd_write to standard output answers how many bytes it took") {
  uint32_t written = 7;
  struct const_span piece = {NULL, 0};
  OK(fd_write(1, &piece, 1, &written));
  SAME(written, 0);
}

CASE("fd_write of a megabyte arrives whole") {
  static char block[1 << 20];
  fd_t fd;
  struct filestat stat;
  OK(open_file(&fd, "file"));
  for (uint32_t at = 0; at < sizeof block;) {
    uint32_t written = 0;
    struct const_span piece = {block + at, sizeof block - at};
    OK(fd_write(fd, &piece, 1, &written));
    TRUE(written > 0);
    at += written;
  }
  OK(fd_filestat_get(fd, &stat));
  SAME(stat.size, sizeof block);
}

CASE("fd_write takes a thousand pieces") {
  static struct const_span pieces[1000];
  fd_t fd;
  uint32_t written = 0;
  for (int i = 0; i < 1000; i++) pieces[i] = (struct const_span){"x", 1};
  OK(open_file(&fd, "file"));
  OK(fd_write(fd, pieces, 1000, &written));
  TRUE(written > 0 && written <= 1000);
}
