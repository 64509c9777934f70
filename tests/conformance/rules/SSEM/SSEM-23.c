/* A blocked multi-operation holds nothing, so all-at-once acquisition cannot deadlock. */
#include "../sysv.h"

/* Each takes its own two forks at once; one after the other they would all hold one and wait for ever. */
int main(void) {
  enum { philosophers = 4, meals = 50 };
  const int forks = new_set(philosophers);
  for (int i = 0; i < philosophers; ++i) HOLDS(set_value(forks, i, 1) == 0);
  pid_t children[philosophers];
  for (int i = 0; i < philosophers; ++i) {
    children[i] = CHILD({
      struct sembuf both[] = {{.sem_num = (unsigned short)i, .sem_op = -1},
                              {.sem_num = (unsigned short)((i + 1) % philosophers), .sem_op = -1}};
      for (int meal = 0; meal < meals; ++meal) {
        both[0].sem_op = both[1].sem_op = -1;
        HOLDS(semop(forks, both, 2) == 0);
        both[0].sem_op = both[1].sem_op = 1;
        HOLDS(semop(forks, both, 2) == 0);
      }
    });
  }
  for (int i = 0; i < philosophers; ++i) HOLDS(end_of(children[i]) == 0);
  for (int i = 0; i < philosophers; ++i) HOLDS(value(forks, i) == 1);
  return 0;
}
