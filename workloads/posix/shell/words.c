/* Words of the shell: quotes, variables, fields, patterns (XCU 2.2, 2.5, 2.6). */
#include <ctype.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sh.h"

static int parameter_count;
static char **parameters;
static const char *own_name = "sh";

void sh_set_parameters(int count, char **all, const char *name) {
  parameter_count = count > 0 ? count - 1 : 0; /* the first is $0 */
  parameters = all + 1;
  own_name = name;
}

void sh_add_word(struct ShWords *to, char *word) {
  if (to->count + 2 > to->room) {
    to->room = to->room == 0 ? 8 : to->room * 2;
    to->at = realloc(to->at, to->room * sizeof *to->at);
    if (to->at == NULL) exit(2);
  }
  to->at[to->count++] = word;
  to->at[to->count] = NULL;
}

/* A field that grows: as it is, and as a pattern, in which quoted letters have a backslash. */
struct Field {
  char *text, *pattern;
  size_t length, pattern_length, room;
  int exists, has_pattern, splits;
  struct ShWords *to;
};

static void put(struct Field *field, char letter, int is_quoted) {
  if (field->pattern_length + 3 > field->room) {
    field->room = field->room == 0 ? 64 : field->room * 2;
    field->text = realloc(field->text, field->room);
    field->pattern = realloc(field->pattern, field->room);
    if (field->text == NULL || field->pattern == NULL) exit(2);
  }
  field->exists = 1;
  field->text[field->length++] = letter;
  const int is_special = strchr("*?[]\\", letter) != NULL;
  if (is_special && is_quoted) field->pattern[field->pattern_length++] = '\\';
  if (is_special && !is_quoted && letter != ']') field->has_pattern = 1;
  field->pattern[field->pattern_length++] = letter;
}

static void end_field(struct Field *field) {
  if (!field->exists) return;
  glob_t found = {0};
  if (field->room == 0)
    put(field, '\0', 1);
  else
    field->text[field->length] = field->pattern[field->pattern_length] = '\0';
  if (field->splits && field->has_pattern && glob(field->pattern, 0, NULL, &found) == 0) {
    for (size_t i = 0; i < found.gl_pathc; ++i) sh_add_word(field->to, strdup(found.gl_pathv[i]));
    globfree(&found);
  } else {
    sh_add_word(field->to, strdup(field->text));
  }
  field->length = field->pattern_length = 0;
  field->exists = field->has_pattern = 0;
}

static void put_value(struct Field *field, const char *value, int is_quoted) {
  for (; *value != '\0'; ++value) {
    if (!is_quoted && field->splits && isspace((unsigned char)*value))
      end_field(field);
    else
      put(field, *value, is_quoted || !field->splits);
  }
}

static void put_all(struct Field *field, int is_quoted) {
  for (int i = 0; i < parameter_count; ++i) {
    if (i > 0) end_field(field);
    put_value(field, parameters[i], is_quoted);
  }
}

/* What stands behind a dollar, if it is one letter; or null. */
static const char *special_value(char letter, int status) {
  static char room[24];
  if (isdigit((unsigned char)letter)) {
    const int number = letter - '0';
    return number == 0 ? own_name : number <= parameter_count ? parameters[number - 1] : "";
  }
  if (strchr("?$#", letter) == NULL) return NULL;
  snprintf(room, sizeof room, "%d", letter == '?' ? status : letter == '$' ? (int)getpid() : parameter_count);
  return room;
}

/* $NAME, ${NAME} and the special ones; `at` is behind the dollar. */
int sh_ends_word(char letter) { return letter == '\0' || strchr(" \t\n;&|<>()", letter) != NULL; }

size_t sh_name_length(const char *at) {
  size_t length = 0;
  while (isalnum((unsigned char)at[length]) || at[length] == '_') ++length;
  return length;
}

static const char *put_variable(struct Field *field, const char *at, int is_quoted, int status) {
  if (*at == '(') {
    sh_complain("Syntax error", "$( ) is not supported");
    return NULL;
  }
  const int has_braces = *at == '{';
  if (has_braces) ++at;
  size_t length = sh_name_length(at);
  if (isdigit((unsigned char)*at)) length = 1;
  if (length == 0 && *at != '\0' && strchr("?$#@*", *at) != NULL) length = 1;
  if (has_braces && (length == 0 || at[length] != '}')) {
    sh_complain("Syntax error", "${ } holds more than a name");
    return NULL;
  }
  if (length == 0) {
    put(field, '$', 1);
    return at;
  }
  char *name = strndup(at, length);
  const char *special = length == 1 ? special_value(*name, status) : NULL;
  const char *value = special != NULL ? special : getenv(name);
  if (*at == '@' || *at == '*')
    put_all(field, is_quoted);
  else if (value != NULL)
    put_value(field, value, is_quoted);
  free(name);
  return at + length + has_braces;
}

/* In double quotes, which `at` is behind. */
static const char *read_quoted(struct Field *field, const char *at, int status) {
  const int is_all = strncmp(at, "$@\"", 3) == 0; /* "$@" without parameters is no field */
  if (!is_all) field->exists = 1;
  while (at != NULL && *at != '"' && *at != '\0') {
    if (*at == '`') {
      sh_complain("Syntax error", "` is not supported");
      return NULL;
    }
    if (*at == '\\' && at[1] == '\n')
      at += 2;
    else if (*at == '\\' && at[1] != '\0' && strchr("$`\"\\", at[1]) != NULL)
      put(field, at[1], 1), at += 2;
    else if (*at == '$')
      at = put_variable(field, at + 1, 1, status);
    else
      put(field, *at++, 1);
  }
  if (at == NULL || *at == '"') return at == NULL ? NULL : at + 1;
  sh_complain("Syntax error", "Unterminated quoted string");
  return NULL;
}

const char *sh_read_word(const char *at, struct ShWords *to, int splits, int status) {
  struct Field field = {.splits = splits, .to = to};
  while (at != NULL && !sh_ends_word(*at)) {
    const char *close = *at == '\'' ? strchr(at + 1, '\'') : NULL;
    if (*at == '`' || (*at == '\'' && close == NULL)) {
      sh_complain("Syntax error", *at == '`' ? "` is not supported" : "Unterminated quoted string");
      return NULL;
    }
    if (close != NULL) {
      field.exists = 1;
      for (++at; at < close; ++at) put(&field, *at, 1);
      ++at;
    } else if (*at == '"') {
      at = read_quoted(&field, at + 1, status);
    } else if (*at == '\\' && at[1] == '\n') {
      at += 2;
    } else if (*at == '\\' && at[1] != '\0') {
      put(&field, at[1], 1);
      at += 2;
    } else if (*at == '$') {
      at = put_variable(&field, at + 1, 0, status);
    } else {
      put(&field, *at++, 0);
    }
  }
  end_field(&field);
  free(field.text);
  free(field.pattern);
  return at;
}
