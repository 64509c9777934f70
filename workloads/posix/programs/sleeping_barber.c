/* A barber sleeps until a customer comes; customers beyond the chairs leave and come again (Dijkstra, Cooperating
 * sequential processes). Everybody is shaved once, however often somebody found the shop full. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <unistd.h>

enum { chairs = 2, customers = 9 };

static sem_t waiting, called, shaved_one;
static pthread_mutex_t shop = PTHREAD_MUTEX_INITIALIZER;
static int seated, shaved;

static void *shave(void *unused) {
  (void)unused;
  for (int customer = 0; customer < customers; ++customer) {
    sem_wait(&waiting);
    pthread_mutex_lock(&shop);
    --seated;
    pthread_mutex_unlock(&shop);
    sem_post(&called);
    ++shaved;
    sem_post(&shaved_one);
  }
  return NULL;
}

static int take_a_chair(void) {
  pthread_mutex_lock(&shop);
  const int found = seated < chairs;
  seated += found;
  pthread_mutex_unlock(&shop);
  return found;
}

static void *visit(void *unused) {
  (void)unused;
  while (!take_a_chair()) usleep(100);
  sem_post(&waiting);
  sem_wait(&called);
  sem_wait(&shaved_one);
  return NULL;
}

int main(void) {
  sem_init(&waiting, 0, 0);
  sem_init(&called, 0, 0);
  sem_init(&shaved_one, 0, 0);
  pthread_t barber, visitors[customers];
  pthread_create(&barber, NULL, shave, NULL);
  for (int i = 0; i < customers; ++i) pthread_create(&visitors[i], NULL, visit, NULL);
  for (int i = 0; i < customers; ++i) pthread_join(visitors[i], NULL);
  pthread_join(barber, NULL);
  printf("%d customers shaved, %d still seated\n", shaved, seated);
  return 0;
}
