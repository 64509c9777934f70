/* Heat flows along a rod: threads own a stretch each and meet at a barrier twice a step (Jacobi iteration). */
#include <math.h>
#include <pthread.h>
#include <stdio.h>

enum { cells = 66, workers = 4, steps = 100 };

static double now[cells], next[cells];
static pthread_barrier_t step;
static int serial_threads;

static void *flow(void *argument) {
  const long worker = (long)argument, share = (cells - 2) / workers;
  const long first = 1 + worker * share, last = first + share;
  for (int i = 0; i < steps; ++i) {
    for (long cell = first; cell < last; ++cell) next[cell] = (now[cell - 1] + now[cell + 1]) / 2;
    pthread_barrier_wait(&step);
    for (long cell = first; cell < last; ++cell) now[cell] = next[cell];
    if (pthread_barrier_wait(&step) == PTHREAD_BARRIER_SERIAL_THREAD) ++serial_threads;
  }
  return NULL;
}

int main(void) {
  now[0] = next[0] = 100;
  pthread_barrier_init(&step, NULL, workers);
  pthread_t threads[workers];
  for (long i = 0; i < workers; ++i) pthread_create(&threads[i], NULL, flow, (void *)i);
  for (int i = 0; i < workers; ++i) pthread_join(threads[i], NULL);
  double sum = 0;
  for (int cell = 0; cell < cells; ++cell) sum += now[cell];
  printf("%d steps: %.3f, %.3f, %.3f; mean %.6f\n", serial_threads, now[1], now[10], now[30], sum / cells);
  return isnan(sum);
}
