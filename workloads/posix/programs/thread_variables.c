/* What belongs to a thread: __thread variables, keys with destructors, errno; and what happens once (pthread_once). */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { threads = 4 };

static __thread int own = 7;
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int made, destroyed, mixed;

static void destroy(void *value) {
  pthread_mutex_lock(&mutex);
  ++destroyed;
  pthread_mutex_unlock(&mutex);
  free(value);
}

static void make_key(void) {
  ++made;
  pthread_key_create(&key, destroy);
}

static void *use(void *argument) {
  const int number = (int)(long)argument;
  pthread_once(&once, make_key);
  int *value = malloc(sizeof *value);
  pthread_setspecific(key, value);
  for (int i = 0; i < 50; ++i) {
    *value = number;
    own += number;
    errno = number;
    usleep(10);
    const int found = *(int *)pthread_getspecific(key);
    if (found != number || own != 7 + number * (i + 1) || errno != number) {
      pthread_mutex_lock(&mutex);
      ++mixed;
      pthread_mutex_unlock(&mutex);
    }
  }
  return NULL;
}

int main(void) {
  pthread_t all[threads];
  for (long i = 0; i < threads; ++i) pthread_create(&all[i], NULL, use, (void *)(i + 1));
  for (int i = 0; i < threads; ++i) pthread_join(all[i], NULL);
  printf("keys made %d, values destroyed %d, mixed %d, main's own %d\n", made, destroyed, mixed, own);
  return mixed;
}
