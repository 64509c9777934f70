/* Six small kernels, each about as long as the others: kernels N runs them N times. What the edges of emulated programs
 * cost is the ratio of this program's time to its own on the host. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { side = 24, limit = 9000, sorted = 1200, nodes = 700, text_bytes = 6000 };

static unsigned next_random(unsigned *state) { return (*state = *state * 1103515245 + 12345) >> 16; }

static unsigned multiply(void) {
  static double a[side][side], b[side][side], c[side][side];
  for (int i = 0; i < side * side; ++i) a[i / side][i % side] = b[i % side][i / side] = i % 7;
  for (int i = 0; i < side; ++i) {
    for (int j = 0; j < side; ++j) {
      double sum = 0;
      for (int k = 0; k < side; ++k) sum += a[i][k] * b[k][j];
      c[i][j] = sum;
    }
  }
  return (unsigned)c[3][5];
}

static unsigned sieve(void) {
  static char struck[limit];
  unsigned primes = 0;
  memset(struck, 0, sizeof struck);
  for (int number = 2; number < limit; ++number) {
    if (struck[number]) continue;
    ++primes;
    for (int multiple = 2 * number; multiple < limit; multiple += number) struck[multiple] = 1;
  }
  return primes;
}

static void quicksort(int *first, int *last) {
  while (first < last) {
    const int pivot = first[(last - first) / 2];
    int *low = first, *high = last;
    while (low <= high) {
      while (*low < pivot) ++low;
      while (*high > pivot) --high;
      if (low > high) break;
      const int kept = *low;
      *low++ = *high;
      *high-- = kept;
    }
    quicksort(first, high);
    first = low;
  }
}

static unsigned sort(void) {
  static int values[sorted];
  unsigned state = 1;
  for (int i = 0; i < sorted; ++i) values[i] = (int)next_random(&state);
  quicksort(values, values + sorted - 1);
  return (unsigned)values[sorted / 2];
}

static unsigned checksum(void) {
  unsigned sum = ~0U, state = 7;
  for (int i = 0; i < 1500; ++i) {
    sum ^= next_random(&state) & 255;
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1) ^ (0xedb88320U & -(sum & 1));
  }
  return sum;
}

struct node {
  struct node *left, *right;
  unsigned key;
};

static unsigned search_tree(void) {
  static struct node pool[nodes];
  struct node *root = NULL;
  unsigned state = 3, found = 0;
  for (int i = 0; i < nodes; ++i) {
    pool[i] = (struct node){NULL, NULL, next_random(&state)};
    struct node **place = &root;
    while (*place != NULL) place = pool[i].key < (*place)->key ? &(*place)->left : &(*place)->right;
    *place = &pool[i];
  }
  for (unsigned i = 0; i < nodes; ++i) {
    const unsigned wanted = next_random(&state);
    const struct node *at = root;
    while (at != NULL && at->key != wanted) at = wanted < at->key ? at->left : at->right;
    found += at != NULL;
  }
  return found;
}

static unsigned count_words(void) {
  static char text[text_bytes];
  unsigned state = 5, words = 0, letters = 0;
  for (int i = 0; i < text_bytes; ++i) text[i] = next_random(&state) % 6 == 0 ? ' ' : (char)('a' + i % 26);
  for (int i = 0, in_word = 0; i < text_bytes; ++i) {
    if (text[i] == ' ') {
      in_word = 0;
    } else {
      words += !in_word;
      in_word = 1;
      ++letters;
    }
  }
  return words * 31 + letters;
}

int main(int argc, char **argv) {
  const long rounds = argc > 1 ? atol(argv[1]) : 1;
  unsigned sum = 0;
  for (long i = 0; i < rounds; ++i) {
    sum += multiply() + sieve() + sort() + checksum() + search_tree() + count_words();
  }
  printf("%u\n", sum);
  return 0;
}
