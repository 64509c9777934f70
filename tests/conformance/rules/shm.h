/* What the rules of shared memory by name share: an object that goes with the program. */
#pragma once

#include "mapping.h"
#include "own_name.h"

static inline const char *own_name(void) { return name_until_end(shm_unlink); }
