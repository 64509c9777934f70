/* Mutexes, conditions, rwlocks, barriers, spin locks and semaphores on futex(2), in the host's types. What is said of
 * plain words in lock.c holds here. Deadlines count on one clock: all clocks of a run are the same. */
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <string.h>
#include <time.h>

#include "runtime.h"

/* The kind is where static initialisers of the host's header have it. */
struct SbMutex {
  uint32_t state; /* 0: open, 1: held, 2: held, and somebody sleeps */
  uint32_t depth;
  int32_t owner;
  uint32_t unused;
  int32_t kind;
};
_Static_assert(offsetof(struct SbMutex, kind) == offsetof(struct __pthread_mutex_s, __kind), "see above");

int pthread_mutexattr_init(pthread_mutexattr_t *attributes) {
  *(int *)attributes = PTHREAD_MUTEX_NORMAL;
  return 0;
}
int pthread_mutexattr_destroy(pthread_mutexattr_t *attributes) {
  (void)attributes;
  return 0;
}
int pthread_mutexattr_settype(pthread_mutexattr_t *attributes, int kind) {
  if (kind < PTHREAD_MUTEX_NORMAL || kind > PTHREAD_MUTEX_ADAPTIVE_NP) return EINVAL;
  *(int *)attributes = kind;
  return 0;
}
int pthread_mutexattr_setpshared(pthread_mutexattr_t *attributes, int shared) {
  (void)attributes; /* memory decides: what is in a shared mapping is shared */
  return shared == PTHREAD_PROCESS_SHARED || shared == PTHREAD_PROCESS_PRIVATE ? 0 : EINVAL;
}
int pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attributes) {
  memset(mutex, 0, sizeof *mutex);
  ((struct SbMutex *)mutex)->kind = attributes == NULL ? PTHREAD_MUTEX_NORMAL : *(const int *)attributes;
  return 0;
}
int pthread_mutex_destroy(pthread_mutex_t *mutex) { return ((struct SbMutex *)mutex)->state == 0 ? 0 : EBUSY; }

static int lock_until(struct SbMutex *mutex, const struct timespec *deadline) {
  const int32_t self = (int32_t)sb_self()->tid;
  if (mutex->state != 0 && mutex->owner == self) {
    if (mutex->kind == PTHREAD_MUTEX_ERRORCHECK) return EDEADLK;
    if (mutex->kind == PTHREAD_MUTEX_RECURSIVE) {
      if (mutex->depth == UINT_MAX) return EAGAIN;
      ++mutex->depth;
      return 0;
    }
  }
  uint32_t taken = 1;
  while (mutex->state != 0) {
    mutex->state = taken = 2;
    const int slept = sb_futex_wait(&mutex->state, 2, deadline, sb_wait_mutex);
    if (slept == -ETIMEDOUT || slept == -EINVAL) return -slept;
  }
  mutex->state = taken;
  mutex->owner = self;
  mutex->depth = 1;
  return 0;
}
int pthread_mutex_lock(pthread_mutex_t *mutex) { return lock_until((struct SbMutex *)mutex, NULL); }
int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *deadline) {
  return lock_until((struct SbMutex *)mutex, deadline);
}
int pthread_mutex_trylock(pthread_mutex_t *at) {
  struct SbMutex *mutex = (struct SbMutex *)at;
  const int is_own = mutex->state != 0 && mutex->owner == (int32_t)sb_self()->tid;
  if (mutex->state != 0 && !(is_own && mutex->kind == PTHREAD_MUTEX_RECURSIVE)) return EBUSY;
  return lock_until(mutex, NULL);
}
int pthread_mutex_unlock(pthread_mutex_t *at) {
  struct SbMutex *mutex = (struct SbMutex *)at;
  const int is_checked = mutex->kind == PTHREAD_MUTEX_ERRORCHECK || mutex->kind == PTHREAD_MUTEX_RECURSIVE;
  if (is_checked && (mutex->state == 0 || mutex->owner != (int32_t)sb_self()->tid)) return EPERM;
  if (mutex->depth > 1) {
    --mutex->depth;
    return 0;
  }
  const uint32_t was = mutex->state;
  mutex->state = 0;
  mutex->owner = 0;
  mutex->depth = 0;
  if (was == 2) sb_futex_wake(&mutex->state, 1);
  return 0;
}

struct SbCondition {
  uint32_t turn;
  uint32_t sleepers;
};
int pthread_condattr_init(pthread_condattr_t *attributes) {
  memset(attributes, 0, sizeof *attributes);
  return 0;
}
int pthread_condattr_destroy(pthread_condattr_t *attributes) {
  (void)attributes;
  return 0;
}
int pthread_condattr_setpshared(pthread_condattr_t *attributes, int shared) {
  (void)attributes;
  return shared == PTHREAD_PROCESS_SHARED || shared == PTHREAD_PROCESS_PRIVATE ? 0 : EINVAL;
}
int pthread_condattr_setclock(pthread_condattr_t *attributes, clockid_t clock) {
  (void)attributes;
  return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC ? 0 : EINVAL;
}
int pthread_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attributes) {
  (void)attributes;
  memset(condition, 0, sizeof *condition);
  return 0;
}
int pthread_cond_destroy(pthread_cond_t *condition) {
  (void)condition;
  return 0;
}
static int await_condition(struct SbCondition *condition, pthread_mutex_t *mutex, const struct timespec *deadline) {
  pthread_testcancel();
  const uint32_t turn = condition->turn;
  ++condition->sleepers;
  pthread_mutex_unlock(mutex);
  int slept = 0;
  do slept = condition->turn == turn ? sb_futex_wait_point(&condition->turn, turn, deadline, sb_wait_condition) : 0;
  while (slept == -EINTR && !sb_is_cancelled());
  --condition->sleepers;
  pthread_mutex_lock(mutex);
  if (slept == -EINTR) pthread_testcancel(); /* one who was woken takes no wake-up with it */
  return slept == -ETIMEDOUT || slept == -EINVAL ? -slept : 0;
}
int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *deadline) {
  return await_condition((struct SbCondition *)condition, mutex, deadline);
}
int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex) {
  return await_condition((struct SbCondition *)condition, mutex, NULL);
}
static int wake_condition(struct SbCondition *condition, uint32_t count) {
  ++condition->turn;
  if (condition->sleepers > 0) sb_futex_wake(&condition->turn, count);
  return 0;
}
int pthread_cond_signal(pthread_cond_t *condition) { return wake_condition((struct SbCondition *)condition, 1); }
int pthread_cond_broadcast(pthread_cond_t *condition) {
  return wake_condition((struct SbCondition *)condition, INT_MAX);
}

/* Readers go before writers, as in glibc's default. */
struct SbRwlock {
  uint32_t turn;
  uint32_t readers;
  int32_t writer;
  uint32_t sleepers;
};
int pthread_rwlock_init(pthread_rwlock_t *lock, const pthread_rwlockattr_t *attributes) {
  (void)attributes;
  memset(lock, 0, sizeof *lock);
  return 0;
}
int pthread_rwlock_destroy(pthread_rwlock_t *lock) {
  (void)lock;
  return 0;
}
static void await_rwlock(struct SbRwlock *lock) {
  ++lock->sleepers;
  sb_futex_wait(&lock->turn, lock->turn, NULL, sb_wait_mutex);
  --lock->sleepers;
}
int pthread_rwlock_rdlock(pthread_rwlock_t *at) {
  struct SbRwlock *lock = (struct SbRwlock *)at;
  if (lock->writer == (int32_t)sb_self()->tid) return EDEADLK;
  while (lock->writer != 0) await_rwlock(lock);
  ++lock->readers;
  return 0;
}
int pthread_rwlock_tryrdlock(pthread_rwlock_t *lock) {
  return ((struct SbRwlock *)lock)->writer != 0 ? EBUSY : pthread_rwlock_rdlock(lock);
}
int pthread_rwlock_wrlock(pthread_rwlock_t *at) {
  struct SbRwlock *lock = (struct SbRwlock *)at;
  if (lock->writer == (int32_t)sb_self()->tid) return EDEADLK;
  while (lock->writer != 0 || lock->readers != 0) await_rwlock(lock);
  lock->writer = (int32_t)sb_self()->tid;
  return 0;
}
int pthread_rwlock_trywrlock(pthread_rwlock_t *at) {
  struct SbRwlock *lock = (struct SbRwlock *)at;
  return lock->writer != 0 || lock->readers != 0 ? EBUSY : pthread_rwlock_wrlock(at);
}
int pthread_rwlock_unlock(pthread_rwlock_t *at) {
  struct SbRwlock *lock = (struct SbRwlock *)at;
  if (lock->writer != 0)
    lock->writer = 0;
  else if (lock->readers > 0)
    --lock->readers;
  ++lock->turn;
  if (lock->sleepers > 0) sb_futex_wake(&lock->turn, INT_MAX);
  return 0;
}

struct SbBarrier {
  uint32_t turn;
  uint32_t parties;
  uint32_t arrived;
};
int pthread_barrier_init(pthread_barrier_t *at, const pthread_barrierattr_t *attributes, unsigned count) {
  (void)attributes;
  if (count == 0) return EINVAL;
  memset(at, 0, sizeof *at);
  ((struct SbBarrier *)at)->parties = count;
  return 0;
}
int pthread_barrier_destroy(pthread_barrier_t *at) {
  (void)at;
  return 0;
}
int pthread_barrier_wait(pthread_barrier_t *at) {
  struct SbBarrier *barrier = (struct SbBarrier *)at;
  const uint32_t turn = barrier->turn;
  if (++barrier->arrived == barrier->parties) {
    barrier->arrived = 0;
    ++barrier->turn;
    sb_futex_wake(&barrier->turn, INT_MAX);
    return PTHREAD_BARRIER_SERIAL_THREAD;
  }
  while (barrier->turn == turn) sb_futex_wait(&barrier->turn, turn, NULL, sb_wait_barrier);
  return 0;
}

int pthread_spin_init(pthread_spinlock_t *lock, int shared) {
  (void)shared;
  *lock = 0;
  return 0;
}
int pthread_spin_destroy(pthread_spinlock_t *lock) {
  (void)lock;
  return 0;
}
int pthread_spin_trylock(pthread_spinlock_t *lock) {
  if (*lock != 0) return EBUSY;
  *lock = 1;
  return 0;
}
/* Each look takes as long as a few edges, or time would stand still. */
int pthread_spin_lock(pthread_spinlock_t *lock) {
  while (pthread_spin_trylock(lock) != 0) sb_raw(SIGNALBOX_CALL_WORK, 20, 0, 0, 0, 0, 0);
  return 0;
}
int pthread_spin_unlock(pthread_spinlock_t *lock) {
  *lock = 0;
  return 0;
}

struct SbSemaphore {
  uint32_t value;
  uint32_t sleepers;
};
int sem_init(sem_t *at, int shared, unsigned value) {
  (void)shared;
  memset(at, 0, sizeof *at);
  if (value > SEM_VALUE_MAX) return sb_refuse(EINVAL);
  ((struct SbSemaphore *)at)->value = value;
  return 0;
}
int sem_destroy(sem_t *at) {
  (void)at;
  return 0;
}
int sem_trywait(sem_t *at) {
  struct SbSemaphore *semaphore = (struct SbSemaphore *)at;
  if (semaphore->value == 0) return sb_refuse(EAGAIN);
  --semaphore->value;
  return 0;
}
static int await_semaphore(struct SbSemaphore *semaphore, const struct timespec *deadline) {
  pthread_testcancel();
  while (semaphore->value == 0) {
    ++semaphore->sleepers;
    const int slept = sb_futex_wait_point(&semaphore->value, 0, deadline, sb_wait_semaphore);
    --semaphore->sleepers;
    if (slept == -EINTR) pthread_testcancel();
    if (slept == -ETIMEDOUT || slept == -EINTR || slept == -EINVAL) return sb_refuse(-slept);
  }
  --semaphore->value;
  return 0;
}
int sem_timedwait(sem_t *at, const struct timespec *deadline) {
  return await_semaphore((struct SbSemaphore *)at, deadline);
}
int sem_wait(sem_t *at) { return await_semaphore((struct SbSemaphore *)at, NULL); }
int sem_post(sem_t *at) {
  struct SbSemaphore *semaphore = (struct SbSemaphore *)at;
  if (semaphore->value == SEM_VALUE_MAX) return sb_refuse(EOVERFLOW);
  ++semaphore->value;
  if (semaphore->sleepers > 0) sb_futex_wake(&semaphore->value, 1);
  return 0;
}
int sem_getvalue(sem_t *at, int *value) {
  *value = (int)((struct SbSemaphore *)at)->value;
  return 0;
}
