/* POSIX threads: a thread is its SbThread, which lies above its stack with its variables. */
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "runtime.h"

/* In a pthread_attr_t. */
struct SbAttributes {
  size_t stack_bytes;
  void *stack;
  size_t guard_bytes;
  int is_detached, policy, scope, inherits;
  struct sched_param param;
};
_Static_assert(sizeof(struct SbAttributes) <= sizeof(pthread_attr_t), "the host's type has room for ours");

enum { sb_default_stack = 8 << 20, sb_guard = 4096, sb_most_keys = 64 };

void sb_jump(void *place, int value) __attribute__((noreturn));

static int thread_count = 1;   /* of this process */
static struct SbThread *ended; /* detached ones, whose stacks are given back by whoever comes next */

void sb_forget_other_threads(void) { thread_count = 1; }

int pthread_attr_init(pthread_attr_t *attributes) {
  memset(attributes, 0, sizeof *attributes);
  ((struct SbAttributes *)attributes)->stack_bytes = sb_default_stack;
  ((struct SbAttributes *)attributes)->guard_bytes = sb_guard;
  return 0;
}
int pthread_attr_destroy(pthread_attr_t *attributes) {
  (void)attributes;
  return 0;
}
int pthread_attr_setdetachstate(pthread_attr_t *attributes, int state) {
  if (state != PTHREAD_CREATE_DETACHED && state != PTHREAD_CREATE_JOINABLE) return EINVAL;
  ((struct SbAttributes *)attributes)->is_detached = state == PTHREAD_CREATE_DETACHED;
  return 0;
}
int pthread_attr_getdetachstate(const pthread_attr_t *attributes, int *state) {
  const int is_detached = ((const struct SbAttributes *)attributes)->is_detached;
  *state = is_detached ? PTHREAD_CREATE_DETACHED : PTHREAD_CREATE_JOINABLE;
  return 0;
}
int pthread_attr_setstacksize(pthread_attr_t *attributes, size_t bytes) {
  if (bytes < (size_t)PTHREAD_STACK_MIN) return EINVAL;
  ((struct SbAttributes *)attributes)->stack_bytes = bytes;
  return 0;
}
int pthread_attr_getstacksize(const pthread_attr_t *attributes, size_t *bytes) {
  *bytes = ((const struct SbAttributes *)attributes)->stack_bytes;
  return 0;
}

static void give_back(struct SbThread *thread) {
  if (thread->stack != NULL) munmap(thread->stack, thread->stack_bytes);
}
static void give_back_ended(void) {
  while (ended != NULL) {
    struct SbThread *thread = ended;
    ended = thread->next;
    give_back(thread);
  }
}

static __attribute__((noreturn)) void end_thread(struct SbThread *self) {
  if (self->is_detached && self->stack != NULL) {
    self->next = ended;
    ended = self;
  }
  if (--thread_count == 0) exit(0); /* as if the last one had called it (pthread_exit(3)) */
  for (;;) sb_raw(SYS_exit, 0, 0, 0, 0, 0, 0);
}

static void thread_main(struct SbThread *self) {
  signalbox_image.thread = self;
  self->tid = sb_raw(SYS_gettid, 0, 0, 0, 0, 0, 0);
  pthread_exit(self->entry(self->argument));
}

int pthread_create(pthread_t *to, const pthread_attr_t *wanted, void *(*entry)(void *), void *argument) {
  struct SbAttributes attributes = {.stack_bytes = sb_default_stack};
  if (wanted != NULL) attributes = *(const struct SbAttributes *)wanted;
  give_back_ended();
  const size_t room = (sb_tls_room() + 4095) & ~(size_t)4095;
  const size_t bytes = ((attributes.stack_bytes + 4095) & ~(size_t)4095) + room + sb_guard;
  char *stack =
      mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (stack == MAP_FAILED) return EAGAIN;
  mprotect(stack, sb_guard, PROT_NONE);
  struct SbThread *thread = sb_make_thread(stack + bytes - room);
  thread->entry = entry;
  thread->argument = argument;
  thread->stack = stack;
  thread->stack_bytes = bytes;
  thread->is_detached = attributes.is_detached;
  ++thread_count;
  const int64_t tid =
      sb_raw(SIGNALBOX_CALL_THREAD, SB_WORD(thread_main), SB_WORD(thread), SB_WORD(stack + bytes - room), 0, 0, 0);
  if (tid < 0) {
    --thread_count;
    give_back(thread);
    return (int)-tid;
  }
  thread->tid = tid;
  *to = (pthread_t)thread;
  if (thread->is_detached) sb_raw(SIGNALBOX_CALL_DETACH, (uint64_t)tid, 0, 0, 0, 0, 0);
  return 0;
}

int pthread_join(pthread_t other, void **result) {
  struct SbThread *thread = (struct SbThread *)other;
  int64_t joined;
  do joined = sb_raw_point(SIGNALBOX_CALL_JOIN, (uint64_t)thread->tid, 0, 0, 0, 0, 0);
  while (joined == -EINTR);
  if (joined < 0) return (int)-joined;
  if (result != NULL) *result = thread->result;
  give_back(thread);
  return 0;
}
int pthread_detach(pthread_t other) {
  struct SbThread *thread = (struct SbThread *)other;
  const int64_t detached = sb_raw(SIGNALBOX_CALL_DETACH, (uint64_t)thread->tid, 0, 0, 0, 0, 0);
  if (detached < 0) return (int)-detached;
  thread->is_detached = 1;
  return 0;
}
pthread_t pthread_self(void) { return (pthread_t)sb_self(); }
int pthread_equal(pthread_t a, pthread_t b) { return a == b; }
int pthread_yield(void) { return sched_yield(); }
int pthread_setname_np(pthread_t thread, const char *name) {
  if (strlen(name) > 15) return ERANGE;
  if (thread != pthread_self()) return ENOSYS; /* prctl(2) names its caller */
  return sb_raw(SYS_prctl, 15, SB_WORD(name), 0, 0, 0, 0) == 0 ? 0 : EINVAL;
}

/* Keys: a destructor runs at the thread's end while it leaves values (pthread_key_create(3p)). */
static struct {
  int is_used;
  void (*destroy)(void *);
} keys[sb_most_keys];

/* C++'s library asks it: threads may come at any time. */
char __libc_single_threaded = 0;

int pthread_key_create(pthread_key_t *to, void (*destroy)(void *)) {
  for (unsigned i = 0; i < sb_most_keys; ++i) {
    if (keys[i].is_used) continue;
    keys[i].is_used = 1;
    keys[i].destroy = destroy;
    *to = i;
    return 0;
  }
  return EAGAIN;
}
int __pthread_key_create(pthread_key_t *, void (*)(void *)) __attribute__((alias("pthread_key_create")));
int pthread_key_delete(pthread_key_t key) {
  if (key >= sb_most_keys || !keys[key].is_used) return EINVAL;
  keys[key].is_used = 0;
  return 0;
}
int pthread_setspecific(pthread_key_t key, const void *value) {
  if (key >= sb_most_keys || !keys[key].is_used) return EINVAL;
  sb_self()->keys[key] = value;
  return 0;
}
void *pthread_getspecific(pthread_key_t key) { return key < sb_most_keys ? (void *)sb_self()->keys[key] : NULL; }

static void destroy_values(struct SbThread *self) {
  for (int round = 0; round < PTHREAD_DESTRUCTOR_ITERATIONS; ++round) {
    int found = 0;
    for (unsigned i = 0; i < sb_most_keys; ++i) {
      void *value = (void *)self->keys[i];
      self->keys[i] = NULL;
      if (value == NULL || !keys[i].is_used || keys[i].destroy == NULL) continue;
      keys[i].destroy(value);
      found = 1;
    }
    if (!found) return;
  }
}

/* What pthread_cleanup_push(3) makes of a function: places to jump to, the newest first (<pthread.h>). */
void __pthread_register_cancel(__pthread_unwind_buf_t *buffer) {
  buffer->__pad[0] = sb_self()->cleanups;
  sb_self()->cleanups = (struct SbCleanup *)buffer;
}
void __pthread_unregister_cancel(__pthread_unwind_buf_t *buffer) { sb_self()->cleanups = buffer->__pad[0]; }
void __pthread_unwind_next(__pthread_unwind_buf_t *buffer) {
  struct SbThread *self = sb_self();
  self->cleanups = buffer->__pad[0];
  pthread_exit(self->result);
}
void pthread_exit(void *result) {
  struct SbThread *self = sb_self();
  self->result = result;
  self->is_ending = 1;
  __pthread_unwind_buf_t *newest = (__pthread_unwind_buf_t *)self->cleanups;
  /* Eight words, all that our setjmp writes. */
  void *place = newest == NULL ? NULL : newest->__cancel_jmp_buf;
  if (place != NULL) sb_jump(place, 1);
  destroy_values(self);
  end_thread(self);
}

int pthread_once(pthread_once_t *once, void (*begin)(void)) {
  enum { idle = 0, runs = 1, done = 2 };
  uint32_t *state = (uint32_t *)once;
  while (*state == runs) sb_futex_wait(state, runs, NULL, sb_wait_mutex);
  if (*state == done) return 0;
  *state = runs;
  begin();
  *state = done;
  sb_futex_wake(state, INT_MAX);
  return 0;
}

int pthread_setaffinity_np(pthread_t thread, size_t bytes, const cpu_set_t *cpus) {
  return sched_setaffinity((pid_t)((struct SbThread *)thread)->tid, bytes, cpus) == 0 ? 0 : errno;
}
int pthread_getaffinity_np(pthread_t thread, size_t bytes, cpu_set_t *cpus) {
  return sched_getaffinity((pid_t)((struct SbThread *)thread)->tid, bytes, cpus) == 0 ? 0 : errno;
}
int pthread_setschedparam(pthread_t thread, int policy, const struct sched_param *param) {
  return sched_setscheduler((pid_t)((struct SbThread *)thread)->tid, policy, param) == 0 ? 0 : errno;
}
int pthread_getschedparam(pthread_t thread, int *policy, struct sched_param *param) {
  *policy = sched_getscheduler((pid_t)((struct SbThread *)thread)->tid);
  return *policy >= 0 && sched_getparam((pid_t)((struct SbThread *)thread)->tid, param) == 0 ? 0 : errno;
}
