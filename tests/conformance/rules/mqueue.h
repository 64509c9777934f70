/* What the rules of POSIX message queues share: a queue with a name of its own, which is removed when the program ends. */
#pragma once

#include "own_name.h"

#include <mqueue.h>

static inline const char *own_name(void) { return name_until_end(mq_unlink); }

enum { note_bytes = 16 };
static inline mqd_t new_queue(long messages, int flags) {
  struct mq_attr size = {.mq_maxmsg = messages, .mq_msgsize = note_bytes};
  const mqd_t queue = mq_open(own_name(), O_CREAT | O_EXCL | O_RDWR | flags, 0600, &size);
  HOLDS(queue >= 0);
  return queue;
}

static inline int send_note(mqd_t queue, const char *text, unsigned priority) {
  return mq_send(queue, text, strlen(text), priority);
}
/* Whether the message that is received is this one. */
static inline int receives(mqd_t queue, const char *text) {
  char found[note_bytes];
  const ssize_t length = mq_receive(queue, found, sizeof found, NULL);
  return length == (ssize_t)strlen(text) && memcmp(found, text, (size_t)length) == 0;
}
static inline long count_of(mqd_t queue) {
  struct mq_attr now;
  HOLDS(mq_getattr(queue, &now) == 0);
  return now.mq_curmsgs;
}

/* sigev_signo at a message in the empty queue. */
static inline int ask_for_signal(mqd_t queue, int signal, int value) {
  struct sigevent wanted = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = signal, .sigev_value = {.sival_int = value}};
  return mq_notify(queue, &wanted);
}
static inline void block_signal(int signal) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  HOLDS(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
}
/* Whether the blocked signal has come; it is taken. */
static inline int has_come_by(int signal, siginfo_t *info) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  const struct timespec none = {0};
  return sigtimedwait(&set, info, &none) == signal;
}
