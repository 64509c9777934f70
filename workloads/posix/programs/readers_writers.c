/* Readers and writers of one record (Courtois, Heymans and Parnas, 1971) under a read-write lock: no reader ever sees
 * it half written. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

enum { readers = 4, writers = 2, rounds = 50, fields = 8 };

static int record[fields];
static int torn;
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static sem_t done;

static void *read_record(void *unused) {
  (void)unused;
  for (int round = 0; round < rounds; ++round) {
    pthread_rwlock_rdlock(&lock);
    for (int i = 1; i < fields; ++i) torn += record[i] != record[0];
    pthread_rwlock_unlock(&lock);
  }
  sem_post(&done);
  return NULL;
}

static void *write_record(void *unused) {
  (void)unused;
  for (int round = 0; round < rounds; ++round) {
    pthread_rwlock_wrlock(&lock);
    for (int i = 0; i < fields; ++i) ++record[i];
    pthread_rwlock_unlock(&lock);
  }
  sem_post(&done);
  return NULL;
}

int main(void) {
  pthread_t thread;
  sem_init(&done, 0, 0);
  for (int i = 0; i < readers + writers; ++i) {
    pthread_create(&thread, NULL, i % 3 == 2 ? write_record : read_record, NULL);
    pthread_detach(thread);
  }
  for (int i = 0; i < readers + writers; ++i) sem_wait(&done);
  printf("%d writes, %d torn reads\n", record[0], torn);
  return 0;
}
