/* Counts words: makes a text in a file, a process for each part of it counts into a file of its own, and the parent
 * adds up. Options by getopt(3): -t how many words are told, -p how many processes. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { most_words = 64, lines = 120 };

struct count {
  char word[16];
  int times;
};

static struct count counts[most_words];
static int known;

static void count_word(const char *word, int times) {
  int i = 0;
  while (i < known && strcmp(counts[i].word, word) != 0) ++i;
  if (i == most_words) return;
  if (i == known) snprintf(counts[known++].word, sizeof counts[0].word, "%s", word);
  counts[i].times += times;
}

static void write_text(const char *path) {
  static const char *const words[] = {"process", "thread", "page", "frame", "lock", "signal", "pipe", "tick"};
  FILE *text = fopen(path, "w");
  for (unsigned line = 0; line < lines; ++line) {
    for (unsigned place = 0; place < 1 + line % 7; ++place)
      fprintf(text, "%s, ", words[(line * line + place * line) % 8]);
    fputs("end.\n", text);
  }
  fclose(text);
}

static void name_part(char *name, size_t size, int part) { snprintf(name, size, "/tmp/signalbox_words_%d", part); }

static void count_part(const char *path, int part, int parts) {
  char line[128], name[64];
  FILE *text = fopen(path, "r");
  for (int number = 0; fgets(line, sizeof line, text) != NULL; ++number) {
    if (number % parts != part) continue;
    for (char *word = strtok(line, " ,.\n"); word != NULL; word = strtok(NULL, " ,.\n")) count_word(word, 1);
  }
  fclose(text);
  name_part(name, sizeof name, part);
  FILE *out = fopen(name, "w");
  for (int i = 0; i < known; ++i) fprintf(out, "%s %d\n", counts[i].word, counts[i].times);
  fclose(out);
}

static void add_part(int part) {
  char name[64], word[16];
  int times;
  name_part(name, sizeof name, part);
  FILE *in = fopen(name, "r");
  while (fscanf(in, "%15s %d", word, &times) == 2) count_word(word, times);
  fclose(in);
  unlink(name);
}

static int by_times(const void *a, const void *b) {
  const struct count *one = a, *other = b;
  return one->times != other->times ? other->times - one->times : strcmp(one->word, other->word);
}

int main(int argc, char **argv) {
  const char *path = "/tmp/signalbox_words";
  int told = 4, parts = 3;
  for (int option; (option = getopt(argc, argv, "t:p:")) != -1;) {
    if (option == 't') told = atoi(optarg);
    if (option == 'p') parts = atoi(optarg);
    if (option == '?') return 2;
  }
  write_text(path);
  for (int part = 0; part < parts; ++part) {
    if (fork() > 0) continue;
    count_part(path, part, parts);
    _exit(0);
  }
  while (wait(NULL) > 0) continue;
  for (int part = 0; part < parts; ++part) add_part(part);
  unlink(path);
  qsort(counts, (size_t)known, sizeof counts[0], by_times);
  for (int i = 0; i < told && i < known; ++i) {
    counts[i].word[0] = (char)toupper(counts[i].word[0]);
    printf("%4d %s\n", counts[i].times, counts[i].word);
  }
  return 0;
}
