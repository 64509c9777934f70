/* POSIX message queues: the calls know names without their slash. */
#include <mqueue.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime.h"

mqd_t mq_open(const char *name, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  const struct mq_attr *const attributes = (flags & O_CREAT) != 0 ? va_arg(rest, const struct mq_attr *) : NULL;
  va_end(rest);
  if (name[0] != '/') return sb_refuse(EINVAL);
  return (mqd_t)SB_CALL4(SYS_mq_open, name + 1, flags, mode, attributes);
}
int mq_unlink(const char *name) {
  if (name[0] != '/') return sb_refuse(EINVAL);
  const int answer = (int)SB_CALL1(SYS_mq_unlink, name + 1);
  return answer < 0 && errno == EPERM ? sb_refuse(EACCES) : answer; /* as POSIX has it, and glibc */
}
int mq_close(mqd_t queue) { return (int)SB_CALL1(SYS_close, queue); }

/* The headers say that a deadline is never null; the calls take none. */
static int send_until(mqd_t queue, const char *text, size_t bytes, unsigned priority, const struct timespec *deadline) {
  return (int)sb_point(SYS_mq_timedsend, SB_WORD(queue), SB_WORD(text), bytes, priority, SB_WORD(deadline), 0);
}
static ssize_t receive_until(mqd_t queue, char *to, size_t bytes, unsigned *priority, const struct timespec *deadline) {
  return (ssize_t)sb_point(SYS_mq_timedreceive, SB_WORD(queue), SB_WORD(to), bytes, SB_WORD(priority), SB_WORD(deadline), 0);
}
int mq_timedsend(mqd_t queue, const char *text, size_t bytes, unsigned priority, const struct timespec *deadline) {
  return send_until(queue, text, bytes, priority, deadline);
}
int mq_send(mqd_t queue, const char *text, size_t bytes, unsigned priority) {
  return send_until(queue, text, bytes, priority, NULL);
}
ssize_t mq_timedreceive(mqd_t queue, char *to, size_t bytes, unsigned *priority, const struct timespec *deadline) {
  return receive_until(queue, to, bytes, priority, deadline);
}
ssize_t mq_receive(mqd_t queue, char *to, size_t bytes, unsigned *priority) {
  return receive_until(queue, to, bytes, priority, NULL);
}

int mq_notify(mqd_t queue, const struct sigevent *wanted) { return (int)SB_CALL2(SYS_mq_notify, queue, wanted); }
int mq_setattr(mqd_t queue, const struct mq_attr *wanted, struct mq_attr *before) {
  return (int)SB_CALL3(SYS_mq_getsetattr, queue, wanted, before);
}
int mq_getattr(mqd_t queue, struct mq_attr *attributes) {
  return (int)SB_CALL3(SYS_mq_getsetattr, queue, 0, attributes);
}
