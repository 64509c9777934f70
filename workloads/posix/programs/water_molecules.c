/* Atoms meet: two of hydrogen and one of oxygen make a molecule, and nobody goes on to the next before all three bonded
 * (Andrews, Concurrent Programming). */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

enum { molecules = 8 };

static sem_t hydrogen, oxygen;
static pthread_barrier_t bond;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int bonded_hydrogen, bonded_oxygen, whole, wrong;

static void count_atom(int *kind) {
  pthread_mutex_lock(&mutex);
  ++*kind;
  pthread_mutex_unlock(&mutex);
}

static void *be_hydrogen(void *unused) {
  (void)unused;
  sem_wait(&hydrogen);
  count_atom(&bonded_hydrogen);
  pthread_barrier_wait(&bond);
  pthread_barrier_wait(&bond);
  return NULL;
}

static void *be_oxygen(void *unused) {
  (void)unused;
  sem_wait(&oxygen);
  count_atom(&bonded_oxygen);
  pthread_barrier_wait(&bond);
  ++whole;
  if (bonded_hydrogen != 2 * whole || bonded_oxygen != whole) ++wrong;
  pthread_barrier_wait(&bond);
  sem_post(&hydrogen);
  sem_post(&hydrogen);
  sem_post(&oxygen);
  return NULL;
}

int main(void) {
  sem_init(&hydrogen, 0, 2);
  sem_init(&oxygen, 0, 1);
  pthread_barrier_init(&bond, NULL, 3);
  pthread_t atoms[3 * molecules];
  for (int i = 0; i < 3 * molecules; ++i) {
    pthread_create(&atoms[i], NULL, i < molecules ? be_oxygen : be_hydrogen, NULL);
  }
  for (int i = 0; i < 3 * molecules; ++i) pthread_join(atoms[i], NULL);
  printf("%d molecules of %d and %d atoms, %d wrong\n", whole, bonded_hydrogen, bonded_oxygen, wrong);
  return wrong;
}
