// torture: answers "fine", or misbehaves as the target says. One request at a time.
//
//   /trap /exit      ends in the middle of a request, by a trap or by exit(0)
//   /exit-half       begins an answer, and then exits
//   /spin /sleep     never comes to an answer, computing or waiting
//   /twice           answers twice
//   /newline /status answers with a head that is none, and tells the error
//   /leak            keeps all memory it can have, and traps when there is no more
//   /hoard           uses 32 MiB from now on, and is fine
//   /huge            answers with 256 MiB, or until nobody takes more
//   /deaf            answers without a look at the body
//   /count           how many requests this instance has had
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "../sdk/c/noos/http.h"

enum { PIECE = 65536, HUGE_PIECES = 4096, HOARD = 32 << 20 };

static char head[8192], piece[PIECE];
static int served;
static void *volatile kept;  // the compiler knows what malloc is, and would leave it out

static void say(noos_exchange request, const char *text) {
  noos_reply(request, 200, "text/plain", text, strlen(text));
}

static void begin_half(noos_exchange request) {
  static const char start[] = "200\0content-type\0text/plain";
  noos_respond(request, start, sizeof start, "half", 4, NOOS_MORE);
}

static void on_trap(noos_exchange request) {
  (void)request;
  __builtin_trap();
}

static void on_exit_now(noos_exchange request) {
  (void)request;
  exit(0);
}

static void on_exit_half(noos_exchange request) {
  begin_half(request);
  exit(0);
}

static void on_spin(noos_exchange request) {
  (void)request;
  for (volatile int turns = 0;; turns++) continue;
}

static void on_sleep(noos_exchange request) {
  (void)request;
  struct timespec hour = {.tv_sec = 3600};
  nanosleep(&hour, NULL);
}

static void on_twice(noos_exchange request) {
  say(request, "once");
  say(request, "twice");
}

static void tell(noos_exchange request, int error) {
  char text[32];
  snprintf(text, sizeof text, "error %d\n", error);
  noos_reply(request, 500, "text/plain", text, strlen(text));
}

static void on_newline(noos_exchange request) {
  static const char bad[] = "200\0x-bad\0one\r\nset-cookie: two";
  tell(request, noos_respond(request, bad, sizeof bad, 0, 0, 0));
}

static void on_status(noos_exchange request) {
  static const char bad[] = "99";
  tell(request, noos_respond(request, bad, sizeof bad, 0, 0, 0));
}

static void on_leak(noos_exchange request) {
  (void)request;
  for (;;) {
    kept = malloc(PIECE);
    if (kept == NULL) __builtin_trap();
  }
}

static void on_hoard(noos_exchange request) {
  if (kept == NULL) kept = malloc(HOARD);
  if (kept == NULL) __builtin_trap();
  memset(kept, 1, HOARD);
  say(request, "fine");
}

static void on_huge(noos_exchange request) {
  begin_half(request);
  for (int count = 0; count < HUGE_PIECES; count++) {
    for (size_t at = 0, written = 0; at < PIECE; at += written)
      if (noos_write(request, piece + at, PIECE - at, &written)) return;
  }
  noos_finish(request);
}

static void on_count(noos_exchange request) {
  char text[32];
  snprintf(text, sizeof text, "%d", served);
  say(request, text);
}

static void on_fine(noos_exchange request) { say(request, "fine"); }

static const struct {
  const char *target;
  void (*answer)(noos_exchange);
} misdeeds[] = {
  {"/trap", on_trap},       {"/exit", on_exit_now}, {"/exit-half", on_exit_half},
  {"/spin", on_spin},       {"/sleep", on_sleep},   {"/twice", on_twice},
  {"/newline", on_newline}, {"/status", on_status}, {"/leak", on_leak},
  {"/hoard", on_hoard},       {"/huge", on_huge},       {"/count", on_count},   {"/deaf", on_fine},
};

NOOS_HANDLE(request) {
  size_t length;
  if (noos_head(request, head, sizeof head, &length)) return;
  served++;
  const char *target = noos_next_text(noos_next_text(noos_next_text(head)));
  for (size_t at = 0; at < sizeof misdeeds / sizeof misdeeds[0]; at++)
    if (strcmp(target, misdeeds[at].target) == 0) return misdeeds[at].answer(request);
  on_fine(request);
}
