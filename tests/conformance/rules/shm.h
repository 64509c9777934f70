/* What the rules of shared memory by name share: a name that no other program has, and that goes with the program. */
#pragma once

#include "mapping.h"

static char shm_name[64];
static pid_t shm_maker;

static void unlink_shm(void) {
  if (getpid() == shm_maker) shm_unlink(shm_name);
}
static inline const char *own_name(void) {
  if (shm_maker == 0) {
    shm_maker = getpid();
    snprintf(shm_name, sizeof shm_name, "/signalbox-shm-%d", (int)shm_maker);
    shm_unlink(shm_name);
    atexit(unlink_shm);
  }
  return shm_name;
}
