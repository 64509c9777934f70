/* getopt(3) as POSIX has it, and getopt_long(3); words that are no options end the options, as with POSIXLY_CORRECT. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "runtime.h"

char *optarg;
int optind = 1, opterr = 1, optopt = '?';
static const char *next_letter; /* within a word of several */

static void complain(char *const argv[], const char *what, int letter) {
  if (opterr) fprintf(stderr, "%s: %s -- '%c'\n", argv[0], what, letter);
}

int getopt(int argc, char *const argv[], const char *options) {
  optarg = NULL;
  if (next_letter == NULL || *next_letter == '\0') {
    if (optind >= argc || argv[optind][0] != '-' || argv[optind][1] == '\0') return -1;
    if (strcmp(argv[optind], "--") == 0) {
      ++optind;
      return -1;
    }
    next_letter = argv[optind] + 1;
  }
  const int letter = *next_letter++;
  const int ends_word = *next_letter == '\0';
  if (*options == '+' || *options == '-') ++options;
  const int is_quiet = *options == ':';
  const char *found = letter == ':' ? NULL : strchr(options, letter);
  if (ends_word) ++optind;
  if (found == NULL) {
    optopt = letter;
    if (!is_quiet) complain(argv, "invalid option", letter);
    return '?';
  }
  if (found[1] != ':') return letter;
  if (!ends_word) {
    optarg = (char *)next_letter;
    ++optind;
  } else if (found[2] != ':') {
    if (optind >= argc) {
      optopt = letter;
      if (!is_quiet) complain(argv, "option requires an argument", letter);
      return is_quiet ? ':' : '?';
    }
    optarg = argv[optind++];
  }
  next_letter = NULL;
  return letter;
}

int getopt_long(int argc, char *const argv[], const char *options, const struct option *long_options, int *index) {
  const int is_inside = next_letter != NULL && *next_letter != '\0';
  if (is_inside || optind >= argc || strncmp(argv[optind], "--", 2) != 0 || argv[optind][2] == '\0') {
    return getopt(argc, argv, options);
  }
  const char *name = argv[optind++] + 2;
  const size_t length = strcspn(name, "=");
  optarg = NULL;
  for (int i = 0; long_options[i].name != NULL; ++i) {
    const struct option *option = &long_options[i];
    if (strlen(option->name) != length || strncmp(option->name, name, length) != 0) continue;
    if (name[length] == '=') optarg = (char *)name + length + 1;
    else if (option->has_arg == required_argument && optind < argc) optarg = argv[optind++];
    if (index != NULL) *index = i;
    if (option->has_arg == required_argument && optarg == NULL) break;
    if (option->flag == NULL) return option->val;
    *option->flag = option->val;
    return 0;
  }
  if (opterr) fprintf(stderr, "%s: unrecognized option '--%s'\n", argv[0], name);
  optopt = 0;
  return '?';
}
