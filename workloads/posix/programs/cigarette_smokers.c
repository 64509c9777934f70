/* An agent lays two of three things on the table; who has the third smokes (Patil 1971, with the pushers of Parnas
 * 1975): semaphores alone cannot wait for two things at once without deadlock, so a pusher for each thing notes what is
 * there. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

enum { tobacco, paper, matches, things };
enum { rounds = 30 };

static sem_t agent, laid[things], turn[things];
static pthread_mutex_t table = PTHREAD_MUTEX_INITIALIZER;
static int is_there[things], smoked[things];

static void *supply(void *unused) {
  (void)unused;
  for (int round = 0; round < rounds; ++round) {
    sem_wait(&agent);
    for (int thing = 0; thing < things; ++thing) {
      if (thing != round % things) sem_post(&laid[thing]);
    }
  }
  return NULL;
}

static void *push(void *argument) {
  const int mine = (int)(long)argument;
  for (int seen = 0; seen < rounds - rounds / things; ++seen) {
    sem_wait(&laid[mine]);
    pthread_mutex_lock(&table);
    int other = (mine + 1) % things;
    if (!is_there[other]) other = (mine + 2) % things;
    if (is_there[other]) {
      is_there[other] = 0;
      sem_post(&turn[things - mine - other]);
    } else {
      is_there[mine] = 1;
    }
    pthread_mutex_unlock(&table);
  }
  return NULL;
}

static void *smoke(void *argument) {
  const int owned = (int)(long)argument;
  while (smoked[owned] < rounds / things) {
    sem_wait(&turn[owned]);
    ++smoked[owned];
    sem_post(&agent);
  }
  return NULL;
}

int main(void) {
  pthread_t supplier, pushers[things], smokers[things];
  sem_init(&agent, 0, 1);
  for (long thing = 0; thing < things; ++thing) {
    sem_init(&laid[thing], 0, 0);
    sem_init(&turn[thing], 0, 0);
    pthread_create(&pushers[thing], NULL, push, (void *)thing);
    pthread_create(&smokers[thing], NULL, smoke, (void *)thing);
  }
  pthread_create(&supplier, NULL, supply, NULL);
  pthread_join(supplier, NULL);
  for (int thing = 0; thing < things; ++thing) {
    pthread_join(pushers[thing], NULL);
    pthread_join(smokers[thing], NULL);
  }
  printf("smoked with own tobacco %d, paper %d, matches %d\n", smoked[tobacco], smoked[paper], smoked[matches]);
  return 0;
}
