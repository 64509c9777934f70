/* A product of matrices, its rows divided among threads that meet at a barrier and check each other's trace. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { workers = 4, size = 48 };

static double *a, *b, *product;
static pthread_barrier_t barrier;
static double traces[workers];

static void *multiply(void *argument) {
  const int self = (int)(long)argument;
  for (int row = self; row < size; row += workers) {
    for (int column = 0; column < size; ++column) {
      double sum = 0;
      for (int k = 0; k < size; ++k) sum += a[row * size + k] * b[k * size + column];
      product[row * size + column] = sum;
    }
  }
  pthread_barrier_wait(&barrier);
  for (int i = 0; i < size; ++i) traces[self] += product[i * size + i];
  return &traces[self];
}

int main(void) {
  pthread_t threads[workers];
  a = malloc(size * size * sizeof *a);
  b = malloc(size * size * sizeof *b);
  product = calloc(size * size, sizeof *product);
  if (a == NULL || b == NULL || product == NULL) return 1;
  for (int i = 0; i < size * size; ++i) {
    a[i] = i % 7;
    b[i] = i % 5;
  }
  pthread_barrier_init(&barrier, NULL, workers);
  for (long i = 0; i < workers; ++i) pthread_create(&threads[i], NULL, multiply, (void *)i);
  for (int i = 0; i < workers; ++i) {
    void *trace;
    pthread_join(threads[i], &trace);
    printf("worker %d: trace %.1f\n", i, *(double *)trace);
  }
  free(a);
  free(b);
  free(product);
  return 0;
}
