/* SETVAL out of range gives ERANGE. */
#include "../sysv.h"

int main(void) {
  const int set = new_set(2);
  FAILS(set_value(set, 0, 32768), ERANGE);
  FAILS(set_value(set, 0, -1), ERANGE);
  HOLDS(set_value(set, 0, 32767) == 0 && value(set, 0) == 32767);
  unsigned short values[2] = {1, 40000};
  FAILS(semctl(set, 0, SETALL, (union semun){.array = values}), ERANGE);
  HOLDS(value(set, 0) == 32767);
  values[1] = 9;
  HOLDS(semctl(set, 0, SETALL, (union semun){.array = values}) == 0);
  unsigned short read[2] = {0};
  HOLDS(semctl(set, 0, GETALL, (union semun){.array = read}) == 0 && read[0] == 1 && read[1] == 9);
  return 0;
}
