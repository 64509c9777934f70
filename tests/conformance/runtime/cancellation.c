/* pthread_cancel(3): where threads are cancelled, what runs then, and where they are not. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int pipe_ends[2];
static sem_t semaphore, ready;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_key_t key;
static pid_t child;

static void pass(int milliseconds) {
  const struct timespec time = {.tv_nsec = milliseconds * 1000000};
  nanosleep(&time, NULL);
}
static void say(void *what) { printf("cleans up %s\n", (const char *)what); }
static void destroy(void *what) { printf("destroys %s\n", (const char *)what); }

static void in_read(void) {
  char byte;
  read(pipe_ends[0], &byte, 1);
}
static void in_fgets(void) {
  char line[16];
  FILE *file = fdopen(dup(pipe_ends[0]), "r");
  fgets(line, sizeof line, file);
}
static void in_sem_wait(void) { sem_wait(&semaphore); }
static void in_pause(void) { pause(); }
static void in_sleep(void) { sleep(1000); }
static void in_poll(void) { poll(NULL, 0, -1); }
static void in_select(void) { select(0, NULL, NULL, NULL, NULL); }
static void in_waitpid(void) { waitpid(child, NULL, 0); }
static void in_sigwait(void) {
  sigset_t set;
  int taken;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  sigwait(&set, &taken);
}
static void in_loop(void) {
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
  for (volatile int i = 0;; ++i) continue;
}
static void in_testcancel(void) {
  for (;;) pthread_testcancel();
}
static void unlock(void *unused) {
  (void)unused;
  printf("unlocks: %d\n", pthread_mutex_unlock(&mutex)); /* an error if it were not its own: the kind checks */
}
static void in_cond_wait(void) {
  pthread_mutex_lock(&mutex);
  pthread_cleanup_push(unlock, NULL);
  for (;;) pthread_cond_wait(&condition, &mutex);
  pthread_cleanup_pop(0);
}
static void in_timedwait(void) {
  struct timespec deadline;
  clock_gettime(CLOCK_REALTIME, &deadline);
  deadline.tv_sec += 1000;
  pthread_mutex_lock(&mutex);
  pthread_cleanup_push(unlock, NULL);
  pthread_cond_timedwait(&condition, &mutex, &deadline);
  pthread_cleanup_pop(0);
}

struct Part {
  const char *name;
  void (*act)(void);
};
static void *run(void *at) {
  const struct Part *part = at;
  pthread_setspecific(key, "the key");
  pthread_cleanup_push(say, "first");
  pthread_cleanup_push(say, (void *)part->name);
  part->act();
  printf("comes back from %s\n", part->name);
  pthread_cleanup_pop(0);
  pthread_cleanup_pop(1);
  return NULL;
}
static void cancel_in(const struct Part *part) {
  pthread_t thread;
  void *result = NULL;
  pthread_create(&thread, NULL, run, (void *)part);
  pass(20);
  const int asked = pthread_cancel(thread);
  const int joined = pthread_join(thread, &result);
  printf("%s: asked %d, joined %d, cancelled %d\n", part->name, asked, joined, result == PTHREAD_CANCELED);
}

static void *disabled(void *unused) {
  int old = -1;
  printf("state %d", pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old));
  printf(", was %d\n", old == PTHREAD_CANCEL_ENABLE);
  sem_post(&ready);
  in_sem_wait();
  pthread_testcancel();
  puts("is not cancelled while it must not be");
  pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old);
  puts("nor by that");
  pthread_testcancel();
  puts("never");
  return unused;
}
static void *locks(void *unused) {
  pthread_mutex_lock(&mutex);
  puts("has the mutex");
  pthread_mutex_unlock(&mutex);
  pthread_testcancel();
  puts("never");
  return unused;
}
static void *returns_result(void *result) {
  in_sem_wait();
  return result;
}
static void *joins(void *thread) {
  pthread_join(*(pthread_t *)thread, NULL);
  puts("never");
  return NULL;
}
static void *cancels_itself(void *unused) {
  pthread_cancel(pthread_self());
  puts("goes on to a cancellation point");
  pthread_testcancel();
  return unused;
}
static void *finishes(void *result) { return result; }
static sigjmp_buf place;
static void on_user(int number) {
  if (number == SIGUSR1) siglongjmp(place, 1);
}
/* A handler that jumps out of a call, and one after which the call would begin again. */
static void *jumps(void *unused) {
  if (sigsetjmp(place, 1) == 0) in_read();
  sem_post(&ready);
  in_read();
  puts("never");
  return unused;
}

static void others(void) {
  pthread_t one, two;
  void *result = NULL;
  pthread_create(&one, NULL, disabled, NULL);
  sem_wait(&ready);
  pthread_cancel(one);
  pass(20);
  sem_post(&semaphore);
  pthread_join(one, &result);
  printf("cancelled %d\n", result == PTHREAD_CANCELED);

  pthread_mutex_lock(&mutex);
  pthread_create(&one, NULL, locks, NULL);
  pass(20);
  pthread_cancel(one);
  pass(20);
  puts("unlocks now");
  pthread_mutex_unlock(&mutex);
  pthread_join(one, &result);
  printf("cancelled %d\n", result == PTHREAD_CANCELED);

  pthread_create(&one, NULL, returns_result, "kept");
  pthread_create(&two, NULL, joins, &one);
  pass(20);
  pthread_cancel(two);
  pthread_join(two, &result);
  printf("join cancelled %d\n", result == PTHREAD_CANCELED);
  sem_post(&semaphore);
  printf("joined again %d", pthread_join(one, &result));
  printf(": %s\n", (char *)result);

  pthread_create(&one, NULL, cancels_itself, NULL);
  pthread_join(one, &result);
  printf("cancelled %d\n", result == PTHREAD_CANCELED);

  pthread_create(&one, NULL, finishes, "done");
  pass(20);
  printf("too late %d", pthread_cancel(one));
  pthread_join(one, &result);
  printf(": %s\n", (char *)result);

  struct sigaction action = {.sa_handler = on_user, .sa_flags = SA_RESTART};
  sigaction(SIGUSR1, &action, NULL);
  sigaction(SIGUSR2, &action, NULL);
  pthread_create(&one, NULL, jumps, NULL);
  pass(20);
  pthread_kill(one, SIGUSR1);
  sem_wait(&ready);
  pass(20);
  pthread_kill(one, SIGUSR2);
  pthread_cancel(one);
  pthread_join(one, &result);
  printf("cancelled %d\n", result == PTHREAD_CANCELED);
}

int main(void) {
  static const struct Part parts[] = {{"read", in_read},
                                      {"fgets", in_fgets},
                                      {"sem_wait", in_sem_wait},
                                      {"pause", in_pause},
                                      {"sleep", in_sleep},
                                      {"poll", in_poll},
                                      {"select", in_select},
                                      {"waitpid", in_waitpid},
                                      {"sigwait", in_sigwait},
                                      {"loop", in_loop},
                                      {"testcancel", in_testcancel},
                                      {"cond_wait", in_cond_wait},
                                      {"cond_timedwait", in_timedwait}};
  pthread_mutexattr_t checks;
  pthread_mutexattr_init(&checks);
  pthread_mutexattr_settype(&checks, PTHREAD_MUTEX_ERRORCHECK);
  pthread_mutex_init(&mutex, &checks);
  sem_init(&semaphore, 0, 0);
  sem_init(&ready, 0, 0);
  pipe(pipe_ends);
  fflush(stdout);
  child = fork();
  if (child == 0) {
    close(pipe_ends[1]);
    char byte;
    _exit((int)read(pipe_ends[0], &byte, 1));
  }
  pthread_key_create(&key, destroy);
  for (size_t i = 0; i < sizeof parts / sizeof *parts; ++i) cancel_in(&parts[i]);
  others();
  int old;
  printf("%d", pthread_setcancelstate(7, &old) == EINVAL);
  printf(" %d", pthread_setcanceltype(7, &old) == EINVAL);
  printf(" %d", pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old));
  printf(" %d\n", old == PTHREAD_CANCEL_DEFERRED);
  pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &old);
  close(pipe_ends[1]);
  printf("child %d\n", waitpid(child, NULL, 0) == child);
  pthread_t last;
  pthread_create(&last, NULL, finishes, NULL);
  pthread_detach(last);
  puts("the last thread's end ends the process");
  pthread_exit(NULL);
}
