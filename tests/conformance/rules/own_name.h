/* A name that no other program has, and that goes with the program. */
#pragma once

#include "rule.h"

static char name_room[64];
static pid_t name_maker;
static int (*unlink_name)(const char *);

static void unlink_own(void) {
  if (getpid() == name_maker) unlink_name(name_room);
}
/* The same each time; `by` unlinks it. */
static inline const char *name_until_end(int (*by)(const char *)) {
  if (name_maker == 0) {
    name_maker = getpid();
    unlink_name = by;
    snprintf(name_room, sizeof name_room, "/signalbox-%d", (int)name_maker);
    by(name_room);
    atexit(unlink_own);
  }
  return name_room;
}
