/* Processes strike out multiples in memory that they share; each takes the next prime from a counter behind a
 * semaphore. */
#include <semaphore.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { limit = 3000, root = 54, workers = 3 };

struct sieve {
  sem_t lock;
  int next;
  char struck[limit];
};

static void strike(struct sieve *sieve) {
  for (;;) {
    sem_wait(&sieve->lock);
    while (sieve->next <= root && sieve->struck[sieve->next]) ++sieve->next;
    const int prime = sieve->next++;
    sem_post(&sieve->lock);
    if (prime > root) return;
    for (int multiple = prime * prime; multiple < limit; multiple += prime) sieve->struck[multiple] = 1;
  }
}

int main(void) {
  struct sieve *sieve = mmap(NULL, sizeof *sieve, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (sieve == MAP_FAILED) {
    perror("mmap");
    return 1;
  }
  sieve->next = 2;
  sem_init(&sieve->lock, 1, 1);
  for (int worker = 0; worker < workers; ++worker) {
    if (fork() == 0) {
      strike(sieve);
      _exit(0);
    }
  }
  while (wait(NULL) > 0) continue;
  int primes = 0, last = 0;
  for (int number = 2; number < limit; ++number) {
    if (sieve->struck[number]) continue;
    ++primes;
    last = number;
  }
  printf("%d primes below %d, the last %d\n", primes, limit, last);
  return 0;
}
