// Printing without stdio, which would make each program thirty times as large.
#ifndef NOOS_PRINT_H
#define NOOS_PRINT_H

#include <string.h>
#include "wasi.h"

#define ERRNO_NAME(name) #name,
static const char *const errno_names[ERRNO_COUNT] = {ERRNOS(ERRNO_NAME)};
#undef ERRNO_NAME

// Writes all of it; a write that fails or stops making progress ends the program.
__attribute__((unused)) static void write_all(fd_t fd, const void *bytes, uint32_t length) {
  const char *at = bytes;
  while (length > 0) {
    struct const_span piece = {at, length};
    uint32_t written = 0;
    errno_t error = fd_write(fd, &piece, 1, &written);
    if (error == EAGAIN) continue;
    if (error != SUCCESS || written == 0) proc_exit(74);
    at += written;
    length -= written;
  }
}

// A line is gathered here first, so that it leaves in one write.
static char line_bytes[4096];
static uint32_t line_length;

__attribute__((unused)) static void put_bytes(const char *bytes, uint32_t length) {
  uint32_t room = sizeof line_bytes - line_length;
  if (length > room) length = room;
  memcpy(line_bytes + line_length, bytes, length);
  line_length += length;
}

__attribute__((unused)) static void put(const char *text) { put_bytes(text, strlen(text)); }

__attribute__((unused)) static void put_number(uint64_t number) {
  char digits[20];
  int at = sizeof digits;
  do digits[--at] = '0' + number % 10;
  while ((number /= 10) > 0);
  put_bytes(digits + at, sizeof digits - at);
}

__attribute__((unused)) static void put_hex(uint64_t number, int digits) {
  while (digits-- > 0) put_bytes(&"0123456789abcdef"[(number >> (4 * digits)) & 15], 1);
}

__attribute__((unused)) static void put_errno(errno_t error) {
  if (error >= 0 && error < ERRNO_COUNT) put(errno_names[error]);
  else put_number((uint64_t)(uint32_t)error);
}

__attribute__((unused)) static void flush_to(fd_t fd) {
  write_all(fd, line_bytes, line_length);
  line_length = 0;
}

__attribute__((unused)) static void end_line(void) {
  put("\n");
  flush_to(1);
}

__attribute__((unused)) static void print(const char *text) {
  put(text);
  end_line();
}

__attribute__((unused)) static uint64_t parse_number(const char *text) {
  uint64_t number = 0;
  while (*text >= '0' && *text <= '9') number = number * 10 + (uint64_t)(*text++ - '0');
  return number;
}

__attribute__((unused)) static int is(const char *text, const char *other) {
  return strcmp(text, other) == 0;
}

#endif
