/* System V semaphores and message queues, and the key of a file. */
#include <stdarg.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "runtime.h"

key_t ftok(const char *path, int project) {
  struct stat found;
  if (stat(path, &found) < 0) return -1;
  return (key_t)(((uint32_t)found.st_ino & 0xffff) | (((uint32_t)found.st_dev & 0xff) << 16) |
                 (((uint32_t)project & 0xff) << 24));
}

int semget(key_t key, int count, int flags) { return (int)SB_CALL3(SYS_semget, key, count, flags); }
int semop(int id, struct sembuf *operations, size_t count) { return (int)SB_CALL3(SYS_semop, id, operations, count); }
int semtimedop(int id, struct sembuf *operations, size_t count, const struct timespec *timeout) {
  return (int)SB_CALL4(SYS_semtimedop, id, operations, count, timeout);
}
/* The fourth argument is a union of a number and pointers, of which not every command has one. */
int semctl(int id, int number, int command, ...) {
  va_list rest;
  va_start(rest, command);
  const uint64_t argument = va_arg(rest, uint64_t);
  va_end(rest);
  return (int)SB_CALL4(SYS_semctl, id, number, command, argument);
}

int msgget(key_t key, int flags) { return (int)SB_CALL2(SYS_msgget, key, flags); }
int msgsnd(int id, const void *message, size_t bytes, int flags) {
  return (int)SB_POINT4(SYS_msgsnd, id, message, bytes, flags);
}
ssize_t msgrcv(int id, void *message, size_t bytes, long type, int flags) {
  return (ssize_t)sb_point(SYS_msgrcv, SB_WORD(id), SB_WORD(message), bytes, (uint64_t)type, SB_WORD(flags), 0);
}
int msgctl(int id, int command, struct msqid_ds *record) { return (int)SB_CALL3(SYS_msgctl, id, command, record); }
