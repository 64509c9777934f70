/* Threads move money between accounts, each with its lock; taking the lower account's lock first prevents the cycle
 * that a deadlock needs (Silberschatz, Operating System Concepts, chapter 8). No money comes or goes. */
#include <pthread.h>
#include <stdio.h>

enum { accounts = 5, tellers = 4, transfers = 100 };

static struct {
  pthread_mutex_t lock;
  long balance;
} bank[accounts];

static void transfer(int from, int to, long amount) {
  const int lower = from < to ? from : to, higher = from < to ? to : from;
  pthread_mutex_lock(&bank[lower].lock);
  pthread_mutex_lock(&bank[higher].lock);
  bank[from].balance -= amount;
  bank[to].balance += amount;
  pthread_mutex_unlock(&bank[higher].lock);
  pthread_mutex_unlock(&bank[lower].lock);
}

static void *work(void *argument) {
  unsigned state = (unsigned)(long)argument;
  for (int i = 0; i < transfers; ++i) {
    state = state * 1103515245 + 12345;
    const int from = (int)(state >> 16) % accounts;
    const int to = (from + 1 + (int)(state >> 8) % (accounts - 1)) % accounts;
    transfer(from, to, (state >> 20) % 50);
  }
  return NULL;
}

int main(void) {
  pthread_t threads[tellers];
  for (int i = 0; i < accounts; ++i) {
    pthread_mutex_init(&bank[i].lock, NULL);
    bank[i].balance = 1000;
  }
  for (long i = 0; i < tellers; ++i) pthread_create(&threads[i], NULL, work, (void *)i);
  for (int i = 0; i < tellers; ++i) pthread_join(threads[i], NULL);
  long sum = 0;
  for (int i = 0; i < accounts; ++i) {
    printf("account %d: %ld\n", i, bank[i].balance);
    sum += bank[i].balance;
  }
  printf("all: %ld\n", sum);
  return 0;
}
