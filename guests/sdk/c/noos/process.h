// noos/process.h: programs as parents.
//
// What a program needs to start children, learn how they end, and be asked to end itself, on any
// compiler that makes WebAssembly. Nothing is to be linked: the functions are imports of the module
// `noos:process`.
//
//   clang --target=wasm32-wasi -I SDK/c boss.c
//
// Each function answers 0, or why not, as an errno of WASI preview 1: with wasi-libc, <errno.h> has
// the names and strerror the words. A process that was granted no children gets ENOTSUP from all of
// them. An address outside the memory is EFAULT. The manual has more: docs/manual/process.md.
//
// The rules of the family are kept by noos, not by the program: when a process ends, all below it
// have ended first; a child's failure is to be acknowledged within 5 s, or the parent ends too.
#ifndef NOOS_PROCESS_H
#define NOOS_PROCESS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NOOS_IMPORT(name) __attribute__((import_module("noos:process"), import_name(name)))

// One life of a child. No number is used twice, and none is 0.
typedef uint64_t noos_child;

// UTF-8 without a NUL. Same layout as an iovec.
struct noos_text {
  const char *bytes;
  size_t length;
};

// A text of a string literal.
#define NOOS_TEXT(literal) ((struct noos_text){(literal), sizeof(literal) - 1})

// Texts one after the other. A list at NULL is left out: then it is as the spec says. An empty list
// has an address and the count 0.
struct noos_texts {
  const struct noos_text *list;
  size_t count;
};

enum {
  NOOS_NAME_MAX = 100,       // bytes of a spec's or child's name; longer is ENAMETOOLONG
  NOOS_TEXTS_MAX = 1024,     // texts in one list; more is E2BIG
  NOOS_REQUEST_MAX = 65536,  // bytes of all texts of a request; more is E2BIG
};

// How a child is to be started.
struct noos_spawn {
  struct noos_text spec;     // the name of a spec that this process was granted
  struct noos_text name;     // what it is called among its siblings; no '/', no controls
  struct noos_texts args;    // arguments after the program's name
  struct noos_texts env;     // NAME=value, in place of the spec's
  struct noos_texts uses;    // which of the spec's grants it gets, as "files:./data:ro"
  struct noos_texts limits;  // "memory=64MiB", "cpu-share=0.5": each within this process's own
};

// Starts a child and waits until it is there.
//   ENOENT        there is no such spec, or it was not granted
//   EEXIST        a child of that name is alive
//   ENOTCAPABLE   a use that the spec, or this process, does not have
//   EPERM         a limit beyond this process's own; or this process is ending
//   EAGAIN        it has as many children as it may, or their memory limits together would be more
//                 than its own
//   EINVAL        an empty name, one with '/' or a control, a setting without '=', a limit that
//                 cannot be
//   EILSEQ, ENAMETOOLONG, E2BIG
NOOS_IMPORT("spawn") int noos_spawn_sized(const struct noos_spawn *, size_t, noos_child *);

static inline int noos_spawn(const struct noos_spawn *request, noos_child *child) {
  return noos_spawn_sized(request, sizeof *request, child);
}

// What a notice is about.
enum noos_kind {
  NOOS_ENDED = 1,  // a child, and all below it, has ended
  NOOS_ASKED = 2,  // this process itself is asked to end, before its grace is over
};

// How a child ended.
enum noos_how {
  NOOS_EXITED,          // by itself, with a status
  NOOS_KILLED,          // a limit was reached, or somebody ended it
  NOOS_TRAPPED,         // by a mistake of its code
  NOOS_REFUSED,         // it could not be started
  NOOS_UNACKNOWLEDGED,  // it left a failure of its own child unacknowledged
  NOOS_GAVE_UP,         // a supervisor met more restarts than it was to bear
  NOOS_ENDED_WELL,      // a supervisor was asked to end
};

#define NOOS_FOR_EVER UINT64_MAX

struct noos_notice {
  noos_child child;      // who has ended; 0 when this process is asked
  uint64_t grace_ns;     // how long it may take to end; NOOS_FOR_EVER without a bound
  uint32_t kind;         // enum noos_kind
  uint32_t is_failure;   // 1: to be acknowledged
  uint32_t how;          // enum noos_how
  uint32_t code;         // the exit status of a child that exited
  char text[224];        // the same for people, as "exited(1)"; ends with a NUL, cut if need be
};

enum { NOOS_NO_WAIT = 1 };

// Takes the next notice; waits for one unless NOOS_NO_WAIT is given, which makes it EAGAIN.
// EINVAL for other flags, and for room of less than 32 bytes.
NOOS_IMPORT("next_exit") int noos_next_exit_sized(struct noos_notice *, size_t, uint32_t flags);

static inline int noos_next_exit(struct noos_notice *notice, uint32_t flags) {
  return noos_next_exit_sized(notice, sizeof *notice, flags);
}

// Opens a descriptor that poll finds readable while a notice waits. It cannot be read from: take
// the notice with NOOS_NO_WAIT. Closing it changes nothing else. EMFILE when no number is free.
NOOS_IMPORT("exit_fd") int noos_exit_fd(uint32_t *fd);

// Takes note of a failure that next_exit told of. ECHILD for anything else, and the second time.
NOOS_IMPORT("acknowledge") int noos_acknowledge(noos_child child);

// Asks a child to end, and ends it when the grace is over: at once with 0. Its end is told as any
// other, and is no failure. ECHILD once that was read, and for what is no child.
NOOS_IMPORT("end") int noos_end(noos_child child, uint64_t grace_ns);

// Where this process is in the tree: "shop/boss", without a NUL. The length is told in any case;
// ERANGE when the buffer is too small.
NOOS_IMPORT("self") int noos_self(char *buffer, size_t size, size_t *length);

#undef NOOS_IMPORT

#ifndef __cplusplus
_Static_assert(sizeof(struct noos_spawn) == 48, "the record has pointers of 32 bits");
_Static_assert(offsetof(struct noos_notice, text) == 32, "text follows the head");
_Static_assert(sizeof(struct noos_notice) == 256, "notice");
#endif

#ifdef __cplusplus
}
#endif

#endif
