/* What the rules of System V objects share: a set or a queue that is removed when the program exits. */
#pragma once

#include "rule.h"

#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/time.h>

union semun {
  int val;
  struct semid_ds *buf;
  unsigned short *array;
};

static int made[16];
static int made_queue[16];
static int made_count;
static pid_t maker;

static void remove_all(void) {
  if (getpid() != maker) return;
  for (int i = 0; i < made_count; ++i) {
    if (made_queue[i]) msgctl(made[i], IPC_RMID, NULL);
    else semctl(made[i], 0, IPC_RMID);
  }
}

/* HOLDS ends a program by _exit, so a failed rule leaves its objects: it is a failed rule. */
static inline int keep_until_end(int id, int is_queue) {
  HOLDS(id >= 0);
  if (made_count == 0) {
    maker = getpid();
    atexit(remove_all);
  }
  made[made_count] = id;
  made_queue[made_count++] = is_queue;
  return id;
}
static inline int new_set(int semaphores) { return keep_until_end(semget(IPC_PRIVATE, semaphores, 0600), 0); }
static inline int new_queue(void) { return keep_until_end(msgget(IPC_PRIVATE, 0600), 1); }

static inline int value(int set, int number) { return semctl(set, number, GETVAL); }
static inline int set_value(int set, int number, int to) { return semctl(set, number, SETVAL, (union semun){.val = to}); }
static inline int change(int set, int number, int by, int flags) {
  struct sembuf one = {.sem_num = (unsigned short)number, .sem_op = (short)by, .sem_flg = (short)flags};
  return semop(set, &one, 1);
}

static void on_alarm(int number) { (void)number; }
/* A caught signal in 30 ms, whose handler asks for restarts. */
static inline void interrupt_soon(void) {
  const struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
  const struct itimerval soon = {.it_value = {.tv_usec = 30 * 1000}};
  HOLDS(sigaction(SIGALRM, &action, NULL) == 0 && setitimer(ITIMER_REAL, &soon, NULL) == 0);
}

struct Note {
  long type;
  char text[64];
};
static inline int send_note(int queue, long type, const char *text) {
  struct Note note = {.type = type};
  snprintf(note.text, sizeof note.text, "%s", text);
  return msgsnd(queue, &note, strlen(text), IPC_NOWAIT);
}
/* Whether the message that is received is this one. */
static inline int receives(int queue, long type, int flags, const char *text) {
  struct Note note;
  const ssize_t length = msgrcv(queue, &note, sizeof note.text, type, flags | IPC_NOWAIT);
  return length == (ssize_t)strlen(text) && memcmp(note.text, text, (size_t)length) == 0;
}
