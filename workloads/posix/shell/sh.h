/* What the parts of the shell share. */
#pragma once

#include <stddef.h>

/* Ends with a null one. */
struct ShWords {
  char **at;
  size_t count, room;
};
void sh_add_word(struct ShWords *to, char *word);

/* Reads the word at `at`, and adds what becomes of it: variables are replaced, and split into fields and matched with
 * files' names if `splits`; answers where it ends. Null: it has what this shell has not, and that has been said. */
const char *sh_read_word(const char *at, struct ShWords *to, int splits, int status);
int sh_ends_word(char letter);
/* Of a variable's name there; 0: none. */
size_t sh_name_length(const char *at);
/* $1 and so on begin behind the name, $0. */
void sh_set_parameters(int count, char **parameters, const char *name);

/* Commands that are the shell's own; `status` is $?. Null: there is none of that name. */
typedef int (*ShBuiltin)(int argc, char **argv, int status);
ShBuiltin sh_builtin(const char *name);

void sh_complain(const char *what, const char *why);
