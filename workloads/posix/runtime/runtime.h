/* What the files of the user runtime share. Its functions have the names of the C library's: `signalbox cc` gives them,
 * and every reference of a program to them, the prefix sb_, and refuses what is left. What it does not define itself
 * must be on the list of pure host functions (pure_functions.txt). */
#pragma once

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "image_header.hpp"

extern struct SignalboxImageHeader signalbox_image __attribute__((visibility("protected")));

/* A thread's own, at the low end of its block; the variables of the program begin above it. */
struct SbThread {
  struct SbThread *self;
  char *tls;
  struct SbCleanup *cleanups;
  void *(*entry)(void *);
  void *argument;
  void *result;
  void *stack; /* what the runtime mapped for it; null: the first thread's, or the program's own */
  size_t stack_bytes;
  int64_t tid;
  int is_detached;
  int is_cancelled, cancel_state, cancel_type; /* asked to; PTHREAD_CANCEL_ENABLE and _DEFERRED are 0 */
  int is_in_point;                             /* it may be cancelled where it sleeps */
  int is_refused;                              /* a stream has given up for that; acted on when it is unlocked */
  int is_ending;
  const void *keys[64];
  struct SbThread *next; /* of those that have ended */
};

static inline struct SbThread *sb_self(void) { return (struct SbThread *)signalbox_image.thread; }

/* The kernel's answer as it is: minus the errno. */
int64_t sb_raw(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f);
/* The same, with -1 and errno for an error. */
int64_t sb_call(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f);

/* The same two for calls that are cancellation points (pthreads(7)). */
int64_t sb_raw_point(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f);
int64_t sb_point(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f);
/* sb_raw that a cancellation ends, or keeps from beginning, with -EINTR: the caller has to tidy up before it is acted
 * upon (pthread_testcancel(3)). */
int64_t sb_ending_early(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f);
/* Whether the next cancellation point acts upon one. */
int sb_is_cancelled(void);

static inline int sb_refuse(int error) {
  errno = error;
  return -1;
}

/* What a raw call answered, with -1 and errno for an error. */
static inline int64_t sb_answer(int64_t result) {
  return result >= 0 || result < -4095 ? result : sb_refuse((int)-result);
}

#define SB_WORD(x) ((uint64_t)(uintptr_t)(x))
#define SB_CALL0(n) sb_call((n), 0, 0, 0, 0, 0, 0)
#define SB_CALL1(n, a) sb_call((n), SB_WORD(a), 0, 0, 0, 0, 0)
#define SB_CALL2(n, a, b) sb_call((n), SB_WORD(a), SB_WORD(b), 0, 0, 0, 0)
#define SB_CALL3(n, a, b, c) sb_call((n), SB_WORD(a), SB_WORD(b), SB_WORD(c), 0, 0, 0)
#define SB_CALL4(n, a, b, c, d) sb_call((n), SB_WORD(a), SB_WORD(b), SB_WORD(c), SB_WORD(d), 0, 0)
#define SB_POINT0(n) sb_point((n), 0, 0, 0, 0, 0, 0)
#define SB_POINT1(n, a) sb_point((n), SB_WORD(a), 0, 0, 0, 0, 0)
#define SB_POINT2(n, a, b) sb_point((n), SB_WORD(a), SB_WORD(b), 0, 0, 0, 0)
#define SB_POINT3(n, a, b, c) sb_point((n), SB_WORD(a), SB_WORD(b), SB_WORD(c), 0, 0, 0)
#define SB_POINT4(n, a, b, c, d) sb_point((n), SB_WORD(a), SB_WORD(b), SB_WORD(c), SB_WORD(d), 0, 0)

/* Variables of a new thread's, in `room` bytes that are aligned as they want to be. */
size_t sb_tls_room(void);
struct SbThread *sb_make_thread(void *room);

void sb_flush_all(void);
void sb_forget_other_threads(void); /* after a fork */
/* Locks of the runtime's own objects; a thread that waits sleeps in the kernel. */
struct SbLock {
  uint32_t state;
};
void sb_lock(struct SbLock *lock);
void sb_unlock(struct SbLock *lock);
struct timespec;
/* What a sleep is for, as reports name it: the kernel's WaitKind. */
enum SbWait { sb_wait_mutex = 3, sb_wait_condition, sb_wait_barrier, sb_wait_semaphore };
/* futex(2): sleeps while the word has the value, until the deadline if there is one; minus the errno. */
int sb_futex_wait(uint32_t *word, uint32_t value, const struct timespec *deadline, enum SbWait kind);
/* The same, which a cancellation ends with -EINTR. */
int sb_futex_wait_point(uint32_t *word, uint32_t value, const struct timespec *deadline, enum SbWait kind);
void sb_futex_wake(uint32_t *word, uint32_t count);
void sb_say(const char *text);
/* The array with place for `wanted` elements: itself, or one of twice the room, which is said in *room. Null: there is
 * no memory, and the array is as it was. */
void *sb_grow(void *array, size_t *room, size_t wanted, size_t size);
