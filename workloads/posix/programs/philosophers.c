/* Dijkstra's dining philosophers (EWD 310): each takes the lower-numbered fork first, so that no circle of waiting can
 * close. Prints how often each has eaten. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { seats = 5, most_meals = 1000 };

static pthread_mutex_t forks[seats];
static int meals[seats];
static int wanted;

static void *dine(void *argument) {
  const int seat = (int)(long)argument;
  const int left = seat, right = (seat + 1) % seats;
  const int first = left < right ? left : right, second = left < right ? right : left;
  const struct timespec bite = {0, 100000};
  for (int meal = 0; meal < wanted; ++meal) {
    pthread_mutex_lock(&forks[first]);
    pthread_mutex_lock(&forks[second]);
    ++meals[seat];
    nanosleep(&bite, NULL);
    pthread_mutex_unlock(&forks[second]);
    pthread_mutex_unlock(&forks[first]);
  }
  return NULL;
}

int main(int argc, char **argv) {
  pthread_t threads[seats];
  wanted = argc > 1 ? atoi(argv[1]) : 10;
  if (wanted < 1 || wanted > most_meals) {
    fprintf(stderr, "usage: philosophers [MEALS, 1 to %d]\n", most_meals);
    return 2;
  }
  for (int i = 0; i < seats; ++i) pthread_mutex_init(&forks[i], NULL);
  for (long i = 0; i < seats; ++i) pthread_create(&threads[i], NULL, dine, (void *)i);
  for (int i = 0; i < seats; ++i) pthread_join(threads[i], NULL);
  for (int i = 0; i < seats; ++i) printf("philosopher %d has eaten %d times\n", i, meals[i]);
  return 0;
}
