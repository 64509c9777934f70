/* Sorts by threads: each half is sorted by a thread of its own, as deep as asked, and merged. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { values = 2000 };

struct part {
  int *first;
  size_t count;
  int depth;
};

static void merge(int *values_in, size_t left, size_t count) {
  int *merged = malloc(count * sizeof *merged);
  size_t a = 0, b = left;
  for (size_t i = 0; i < count; ++i) {
    merged[i] = b == count || (a < left && values_in[a] <= values_in[b]) ? values_in[a++] : values_in[b++];
  }
  memcpy(values_in, merged, count * sizeof *merged);
  free(merged);
}

static void *sort(void *argument) {
  const struct part *part = argument;
  if (part->count < 2) return NULL;
  const size_t half = part->count / 2;
  struct part left = {part->first, half, part->depth - 1};
  struct part right = {part->first + half, part->count - half, part->depth - 1};
  pthread_t other;
  const int has_thread = part->depth > 0 && pthread_create(&other, NULL, sort, &left) == 0;
  if (!has_thread) sort(&left);
  sort(&right);
  if (has_thread) pthread_join(other, NULL);
  merge(part->first, half, part->count);
  return NULL;
}

int main(void) {
  int *numbers = malloc(values * sizeof *numbers);
  unsigned state = 1;
  for (int i = 0; i < values; ++i) numbers[i] = (int)((state = state * 1103515245 + 12345) >> 16) % 10000;
  struct part all = {numbers, values, 3};
  sort(&all);
  int is_sorted = 1;
  for (int i = 1; i < values; ++i) is_sorted &= numbers[i - 1] <= numbers[i];
  printf("%s: %d, %d, %d ... %d\n", is_sorted ? "sorted" : "not sorted", numbers[0], numbers[1], numbers[2],
         numbers[values - 1]);
  free(numbers);
  return !is_sorted;
}
