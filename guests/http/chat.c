// chat: one room. Every message of a WebSocket goes to all others in it, but to those who still
// have one to take. Who asks for no WebSocket is told how many are there.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "../sdk/c/noos/http.h"

enum { GUESTS_MAX = 64 };

static noos_exchange room[GUESTS_MAX];
static char message[4096];

static int count_guests(void) {
  int count = 0;
  for (int place = 0; place < GUESTS_MAX; place++) count += room[place] != 0;
  return count;
}

static void leave(noos_exchange guest) {
  for (int place = 0; place < GUESTS_MAX; place++)
    if (room[place] == guest) room[place] = 0;
  noos_close(guest);
}

static void tell_others(noos_exchange sender, const struct noos_message *told) {
  for (int place = 0; place < GUESTS_MAX; place++) {
    noos_exchange guest = room[place];
    if (guest == 0 || guest == sender) continue;
    int error = noos_send(guest, told->kind, message, told->length);
    if (error && error != EAGAIN) leave(guest);
  }
}

static void listen_to(noos_exchange guest) {
  struct noos_message told;
  for (;;) {
    int error = noos_receive(guest, message, sizeof message, &told);
    if (error == EAGAIN) return;
    if (error == ERANGE) noos_leave(guest, 1009, "too long", 8);
    if (error || told.kind == NOOS_CLOSED) return leave(guest);
    tell_others(guest, &told);
  }
}

static void admit(noos_exchange guest) {
  size_t length;
  char text[32];
  if (noos_head(guest, message, sizeof message, &length)) return leave(guest);
  if (strcmp(noos_next_text(message), "ws") != 0 || count_guests() == GUESTS_MAX) {
    int size = snprintf(text, sizeof text, "%d here\n", count_guests());
    noos_reply(guest, 200, "text/plain", text, (size_t)size);
    return leave(guest);
  }
  if (noos_accept(guest, "", 0)) return leave(guest);
  for (int place = 0; place < GUESTS_MAX; place++) {
    if (room[place] != 0) continue;
    room[place] = guest;
    return listen_to(guest);
  }
}

NOOS_EVENT(what, exchange) {
  if (what == NOOS_REQUEST) admit(exchange);
  if (what == NOOS_MESSAGE) listen_to(exchange);
  if (what == NOOS_GONE) leave(exchange);
}
