/* Cancellation (pthreads(7)). A thread that sleeps in a cancellation point, or may be cancelled anywhere, is sent a
 * signal of the C library's own. Its call ends early, never begins again (the kernel knows the number), and has done
 * nothing then: the thread acts upon it on its way out. Asynchronously, the handler does. */
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime.h"

int sb_is_cancelled(void) {
  const struct SbThread *self = sb_self();
  return self->is_cancelled && self->cancel_state == PTHREAD_CANCEL_ENABLE && !self->is_ending;
}
void pthread_testcancel(void) {
  if (sb_is_cancelled()) pthread_exit(PTHREAD_CANCELED);
}

int64_t sb_ending_early(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f) {
  struct SbThread *self = sb_self();
  if (sb_is_cancelled()) return -EINTR;
  const int before = self->is_in_point;
  self->is_in_point = 1; /* nobody else runs between the question and the call, where the signal waits for it */
  const int64_t result = sb_raw(number, a, b, c, d, e, f);
  self->is_in_point = before;
  return result;
}
int64_t sb_raw_point(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f) {
  const int64_t result = sb_ending_early(number, a, b, c, d, e, f);
  if (result == -EINTR || sb_self()->cancel_type == PTHREAD_CANCEL_ASYNCHRONOUS) pthread_testcancel();
  return result;
}
int64_t sb_point(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f) {
  return sb_answer(sb_raw_point(number, a, b, c, d, e, f));
}
int sb_futex_wait_point(uint32_t *word, uint32_t value, const struct timespec *deadline, enum SbWait kind) {
  return (int)sb_ending_early(SYS_futex, SB_WORD(word), 9, value, SB_WORD(deadline), kind, 0xffffffff);
}

static void on_signal(int number) {
  (void)number;
  const struct SbThread *self = sb_self();
  if (self->cancel_type == PTHREAD_CANCEL_ASYNCHRONOUS && !self->is_in_point) pthread_testcancel();
}

/* As rt_sigaction(2) takes it. */
static void install(void) {
  static int is_installed;
  const uint64_t action[4] = {SB_WORD(on_signal)};
  if (is_installed) return;
  is_installed = 1;
  sb_raw(SYS_rt_sigaction, SIGNALBOX_CANCEL_SIGNAL, SB_WORD(action), 0, 8, 0, 0);
}

int pthread_cancel(pthread_t other) {
  struct SbThread *thread = (struct SbThread *)other;
  thread->is_cancelled = 1;
  const int is_asynchronous = thread->cancel_type == PTHREAD_CANCEL_ASYNCHRONOUS;
  if (thread->cancel_state != PTHREAD_CANCEL_ENABLE || thread->is_ending) return 0;
  if (thread == sb_self()) {
    if (is_asynchronous) pthread_testcancel();
    return 0;
  }
  if (!is_asynchronous && !thread->is_in_point) return 0;
  install();
  sb_raw(SYS_tgkill, (uint64_t)getpid(), (uint64_t)thread->tid, SIGNALBOX_CANCEL_SIGNAL, 0, 0, 0);
  return 0; /* one that has ended and was not joined counts as cancelled, as in glibc */
}

static int change(int *setting, int wanted, int *old) {
  if (wanted != 0 && wanted != 1) return EINVAL;
  if (old != NULL) *old = *setting;
  *setting = wanted;
  if (sb_self()->cancel_type == PTHREAD_CANCEL_ASYNCHRONOUS) pthread_testcancel();
  return 0;
}
int pthread_setcancelstate(int wanted, int *old) { return change(&sb_self()->cancel_state, wanted, old); }
int pthread_setcanceltype(int wanted, int *old) { return change(&sb_self()->cancel_type, wanted, old); }

/* pthread_cleanup_push_defer_np(3): deferred from here to its pop. */
void __pthread_register_cancel_defer(__pthread_unwind_buf_t *buffer) {
  struct SbThread *self = sb_self();
  __pthread_register_cancel(buffer);
  buffer->__pad[1] = (void *)(intptr_t)self->cancel_type;
  self->cancel_type = PTHREAD_CANCEL_DEFERRED;
}
void __pthread_unregister_cancel_restore(__pthread_unwind_buf_t *buffer) {
  __pthread_unregister_cancel(buffer);
  pthread_setcanceltype((int)(intptr_t)buffer->__pad[1], NULL);
}
