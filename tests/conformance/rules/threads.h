/* What the rules of threads share. */
#pragma once

#include "rule.h"

#include <pthread.h>

static inline void make_mutex(pthread_mutex_t *mutex, int kind) {
  pthread_mutexattr_t wanted;
  HOLDS(pthread_mutexattr_init(&wanted) == 0);
  HOLDS(pthread_mutexattr_settype(&wanted, kind) == 0);
  HOLDS(pthread_mutex_init(mutex, &wanted) == 0);
}

/* Another thread does it, and has ended when this comes back. */
static inline void in_another_thread(void *(*act)(void *), void *argument) {
  pthread_t other;
  HOLDS(pthread_create(&other, NULL, act, argument) == 0 && pthread_join(other, NULL) == 0);
}
