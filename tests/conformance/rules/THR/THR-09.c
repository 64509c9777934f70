/* cond_wait releases and waits in one step and holds the mutex on return. */
#include "../threads.h"

enum { rounds = 500 };
static pthread_mutex_t mutex;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static int turn;

/* A signal that came between release and wait would be lost, and both would wait for ever. */
static void *take_turns(void *mine) {
  for (int i = 0; i < rounds; ++i) {
    HOLDS(pthread_mutex_lock(&mutex) == 0);
    while (turn != *(const int *)mine) {
      HOLDS(pthread_cond_wait(&turned, &mutex) == 0);
      HOLDS(pthread_mutex_lock(&mutex) == EDEADLK); /* it is held */
    }
    turn = !turn;
    HOLDS(pthread_cond_signal(&turned) == 0);
    HOLDS(pthread_mutex_unlock(&mutex) == 0);
  }
  return NULL;
}

int main(void) {
  make_mutex(&mutex, PTHREAD_MUTEX_ERRORCHECK);
  pthread_t other;
  const int mine = 0, others = 1;
  HOLDS(pthread_create(&other, NULL, take_turns, (void *)&others) == 0);
  take_turns((void *)&mine);
  HOLDS(pthread_join(other, NULL) == 0 && turn == 0);
  return 0;
}
