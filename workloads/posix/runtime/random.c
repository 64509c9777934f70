/* rand(3) and random(3): the additive feedback generator of the manual page, x(i) = x(i-3) + x(i-31), in each process
 * seeded with 1, so that numbers are those of the C library on Linux. drand48(3): the 48-bit congruence of POSIX. */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "runtime.h"

enum { sb_degree = 31, sb_separation = 3 };
static int32_t state[sb_degree];
static unsigned front, rear;
static int is_seeded;

static uint32_t step(void) {
  const uint32_t sum = (uint32_t)state[front] + (uint32_t)state[rear];
  state[front] = (int32_t)sum;
  front = (front + 1) % sb_degree;
  rear = (rear + 1) % sb_degree;
  return sum >> 1;
}

void srandom(unsigned int seed) {
  state[0] = (int32_t)(seed == 0 ? 1 : seed);
  for (int i = 1; i < sb_degree; ++i) {
    /* Schrage's form of 16807 x mod 2^31 - 1. */
    const int32_t low = 16807 * (state[i - 1] % 127773) - 2836 * (state[i - 1] / 127773);
    state[i] = low < 0 ? low + 2147483647 : low;
  }
  front = sb_separation;
  rear = 0;
  is_seeded = 1;
  for (int i = 0; i < sb_degree * 10; ++i) step();
}
long random(void) {
  if (!is_seeded) srandom(1);
  return (long)step();
}
void srand(unsigned int seed) { srandom(seed); }
int rand(void) { return (int)random(); }
int rand_r(unsigned int *seed) {
  uint32_t next = *seed;
  uint32_t result = 0;
  const int bits[3] = {2048, 1024, 1024};
  for (int i = 0; i < 3; ++i) {
    next = next * 1103515245U + 12345U;
    const uint32_t part = next / 65536U % (uint32_t)bits[i];
    result = i == 0 ? part : (result << 10U) ^ part;
  }
  *seed = next;
  return (int)result;
}

static uint64_t x48 = 0x1234abcd330eULL;
static uint64_t next48(uint64_t x) { return (x * 0x5deece66dULL + 0xb) & 0xffffffffffffULL; }
void srand48(long seed) { x48 = ((uint64_t)(uint32_t)seed << 16U) | 0x330e; }
double drand48(void) {
  x48 = next48(x48);
  return (double)x48 / 281474976710656.0;
}
long lrand48(void) {
  x48 = next48(x48);
  return (long)(x48 >> 17U);
}
long mrand48(void) {
  x48 = next48(x48);
  return (long)(int32_t)(x48 >> 16U);
}

/* Numbers of the system's (getrandom(2)), the same in every run: SplitMix64 of how many a process has asked for, and
 * whose they are (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014). */
ssize_t getrandom(void *to, size_t bytes, unsigned int flags) {
  static uint64_t taken;
  (void)flags;
  for (size_t at = 0; at < bytes; at += 8) {
    uint64_t value =
        (__atomic_add_fetch(&taken, 1, __ATOMIC_RELAXED) + ((uint64_t)getpid() << 40U)) * 0x9e3779b97f4a7c15ULL;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
    value ^= value >> 31U;
    memcpy((char *)to + at, &value, bytes - at < 8 ? bytes - at : 8);
  }
  return (ssize_t)bytes;
}
int getentropy(void *to, size_t bytes) {
  if (bytes > 256) return sb_refuse(EIO);
  return getrandom(to, bytes, 0) == (ssize_t)bytes ? 0 : -1;
}
uint32_t arc4random(void) {
  uint32_t value;
  getrandom(&value, sizeof value, 0);
  return value;
}
