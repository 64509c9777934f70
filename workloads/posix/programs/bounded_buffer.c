/* Producers and consumers around a ring of a few places, with two conditions (Silberschatz, Operating System Concepts,
 * chapter 7). Every item arrives once: the sum of all is printed. */
#include <pthread.h>
#include <stdio.h>

enum { places = 4, producers = 3, consumers = 2, items = 200 };

static int ring[places];
static int count, first, produced, taken;
static long sum;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_full = PTHREAD_COND_INITIALIZER, not_empty = PTHREAD_COND_INITIALIZER;

static void *produce(void *unused) {
  (void)unused;
  for (;;) {
    pthread_mutex_lock(&mutex);
    while (count == places && produced < items) pthread_cond_wait(&not_full, &mutex);
    if (produced == items) break;
    ring[(first + count++) % places] = ++produced;
    pthread_cond_signal(&not_empty);
    pthread_mutex_unlock(&mutex);
  }
  pthread_cond_broadcast(&not_full);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

static void *consume(void *unused) {
  (void)unused;
  for (;;) {
    pthread_mutex_lock(&mutex);
    while (count == 0 && taken < items) pthread_cond_wait(&not_empty, &mutex);
    if (taken == items) break;
    sum += ring[first];
    first = (first + 1) % places;
    --count;
    ++taken;
    pthread_cond_signal(&not_full);
    pthread_mutex_unlock(&mutex);
  }
  pthread_cond_broadcast(&not_empty);
  pthread_mutex_unlock(&mutex);
  return NULL;
}

int main(void) {
  pthread_t threads[producers + consumers];
  for (int i = 0; i < producers + consumers; ++i) {
    pthread_create(&threads[i], NULL, i < producers ? produce : consume, NULL);
  }
  for (int i = 0; i < producers + consumers; ++i) pthread_join(threads[i], NULL);
  printf("%d items, sum %ld\n", taken, sum);
  return 0;
}
