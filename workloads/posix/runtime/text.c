/* Functions that keep state between calls, or allocate: each process has its own. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "runtime.h"

/* Called by whoever declares them under their ISO C99 names. */
#include <stdarg.h>
int vfscanf(FILE *, const char *, va_list);

char *strtok(char *text, const char *separators) {
  static char *rest;
  return strtok_r(text, separators, &rest);
}
char *strdup(const char *text) {
  const size_t bytes = strlen(text) + 1;
  char *copy = malloc(bytes);
  return copy == NULL ? NULL : memcpy(copy, text, bytes);
}
char *__strdup(const char *) __attribute__((alias("strdup")));
char *strndup(const char *text, size_t most) {
  const size_t length = strnlen(text, most);
  char *copy = malloc(length + 1);
  if (copy == NULL) return NULL;
  copy[length] = '\0';
  return memcpy(copy, text, length);
}
char *strerror(int error) {
  static char room[128];
  return strerror_r(error, room, sizeof room);
}

/* There are no time zones: everything is UTC. */
struct tm *gmtime(const time_t *time) {
  static struct tm broken;
  return gmtime_r(time, &broken);
}
struct tm *localtime_r(const time_t *time, struct tm *to) {
  if (gmtime_r(time, to) == NULL) return NULL;
  to->tm_zone = "UTC";
  return to;
}
struct tm *localtime(const time_t *time) {
  static struct tm broken;
  return localtime_r(time, &broken);
}
time_t mktime(struct tm *broken) {
  const time_t time = timegm(broken);
  if (time != -1) broken->tm_zone = "UTC";
  return time;
}
char *asctime(const struct tm *broken) {
  static char room[64];
  return asctime_r(broken, room);
}
char *ctime_r(const time_t *time, char *to) {
  struct tm broken;
  return asctime_r(gmtime_r(time, &broken), to);
}
char *ctime(const time_t *time) { return asctime(gmtime(time)); }
void tzset(void) {}

/* Only the locale that programs begin with. */
char *setlocale(int category, const char *name) {
  (void)category;
  if (name == NULL || *name == '\0' || strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0) return (char *)"C";
  return NULL;
}

/* A stable merge sort, as glibc's is where memory suffices: equal elements of programs come out as on the host. */
struct SbOrder {
  size_t size;
  int (*compare)(const void *, const void *, void *);
  void *argument;
  char *room;
};

static void merge_sort(const struct SbOrder *order, char *at, size_t count) {
  if (count < 2) return;
  const size_t left = count / 2, size = order->size;
  char *middle = at + left * size, *end = at + count * size;
  merge_sort(order, at, left);
  merge_sort(order, middle, count - left);
  char *a = at, *b = middle, *to = order->room;
  while (a < middle && b < end) {
    char **from = order->compare(a, b, order->argument) <= 0 ? &a : &b;
    memcpy(to, *from, size);
    *from += size;
    to += size;
  }
  memcpy(to, a, (size_t)(middle - a));
  to += middle - a;
  memcpy(at, order->room, (size_t)(to - order->room));
}

void qsort_r(void *base, size_t count, size_t size, int (*compare)(const void *, const void *, void *),
             void *argument) {
  if (count < 2 || size == 0) return;
  char small[1024];
  char *room = count * size <= sizeof small ? small : malloc(count * size);
  if (room == NULL) abort();
  const struct SbOrder order = {.size = size, .compare = compare, .argument = argument, .room = room};
  merge_sort(&order, base, count);
  if (room != small) free(room);
}
static int compare_plain(const void *a, const void *b, void *compare) {
  return ((int (*)(const void *, const void *))compare)(a, b);
}
void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *)) {
  qsort_r(base, count, size, compare_plain, (void *)compare);
}
void *bsearch(const void *key, const void *base, size_t count, size_t size,
              int (*compare)(const void *, const void *)) {
  const char *at = base;
  while (count > 0) {
    const char *middle = at + count / 2 * size;
    const int order = compare(key, middle);
    if (order == 0) return (void *)middle;
    if (order > 0) {
      at = middle + size;
      count -= count / 2 + 1;
    } else {
      count /= 2;
    }
  }
  return NULL;
}
