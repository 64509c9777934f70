/* There is one locale, "C", in one language. C++'s library asks for locales as objects, and looks into them for the
 * host's tables of letters. And wide characters on streams, which are bytes in that locale. */
#include <iconv.h>
#include <langinfo.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>
#include <wctype.h>

#include "runtime.h"

extern const unsigned short **__ctype_b_loc(void);
extern const int32_t **__ctype_tolower_loc(void);
extern const int32_t **__ctype_toupper_loc(void);

static struct __locale_struct c_locale;

static int is_c(const char *name) { return name[0] == '\0' || strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0; }

locale_t newlocale(int categories, const char *name, locale_t base) {
  (void)categories;
  (void)base;
  if (name == NULL || !is_c(name)) {
    errno = name == NULL ? EINVAL : ENOENT;
    return NULL;
  }
  c_locale.__ctype_b = *__ctype_b_loc();
  c_locale.__ctype_tolower = *__ctype_tolower_loc();
  c_locale.__ctype_toupper = *__ctype_toupper_loc();
  for (int i = 0; i < 13; ++i) c_locale.__names[i] = "C";
  return &c_locale;
}
locale_t duplocale(locale_t locale) { return locale == LC_GLOBAL_LOCALE ? newlocale(LC_ALL_MASK, "C", NULL) : locale; }
void freelocale(locale_t locale) { (void)locale; }
locale_t uselocale(locale_t locale) {
  (void)locale;
  return LC_GLOBAL_LOCALE;
}
locale_t __newlocale(int, const char *, locale_t) __attribute__((alias("newlocale")));
locale_t __duplocale(locale_t) __attribute__((alias("duplocale")));
void __freelocale(locale_t) __attribute__((alias("freelocale")));
locale_t __uselocale(locale_t) __attribute__((alias("uselocale")));

/* What a locale decides is the same in all of them. */
#define SB_IN_ANY_LOCALE(result, name, parameters, answer) \
  result name parameters {                                 \
    (void)locale;                                          \
    return answer;                                         \
  }
SB_IN_ANY_LOCALE(char *, __nl_langinfo_l, (nl_item item, locale_t locale), nl_langinfo(item))
SB_IN_ANY_LOCALE(int, __strcoll_l, (const char *a, const char *b, locale_t locale), strcmp(a, b))
SB_IN_ANY_LOCALE(size_t, __strxfrm_l, (char *to, const char *from, size_t room, locale_t locale),
                 strxfrm(to, from, room))
SB_IN_ANY_LOCALE(size_t, __strftime_l,
                 (char *to, size_t room, const char *format, const struct tm *time, locale_t locale),
                 strftime(to, room, format, time))
SB_IN_ANY_LOCALE(double, __strtod_l, (const char *text, char **end, locale_t locale), strtod(text, end))
SB_IN_ANY_LOCALE(float, __strtof_l, (const char *text, char **end, locale_t locale), strtof(text, end))
SB_IN_ANY_LOCALE(long double, strtold_l, (const char *text, char **end, locale_t locale), strtold(text, end))
SB_IN_ANY_LOCALE(int, __wcscoll_l, (const wchar_t *a, const wchar_t *b, locale_t locale), wcscmp(a, b))
SB_IN_ANY_LOCALE(size_t, __wcsxfrm_l, (wchar_t * to, const wchar_t *from, size_t room, locale_t locale),
                 wcsxfrm(to, from, room))
SB_IN_ANY_LOCALE(size_t, __wcsftime_l,
                 (wchar_t * to, size_t room, const wchar_t *format, const struct tm *time, locale_t locale),
                 wcsftime(to, room, format, time))
SB_IN_ANY_LOCALE(wint_t, __towlower_l, (wint_t letter, locale_t locale), towlower(letter))
SB_IN_ANY_LOCALE(wint_t, __towupper_l, (wint_t letter, locale_t locale), towupper(letter))
SB_IN_ANY_LOCALE(wctype_t, __wctype_l, (const char *name, locale_t locale), wctype(name))
SB_IN_ANY_LOCALE(int, __iswctype_l, (wint_t letter, wctype_t type, locale_t locale), iswctype(letter, type))

#undef dgettext
#undef gettext

/* Messages are as they are written; nothing converts between sets of characters. */
char *dgettext(const char *domain, const char *text) {
  (void)domain;
  return (char *)text;
}
char *gettext(const char *text) { return (char *)text; }
char *bindtextdomain(const char *domain, const char *folder) {
  (void)domain;
  return (char *)folder;
}
char *bind_textdomain_codeset(const char *domain, const char *set) {
  (void)domain;
  return (char *)set;
}
iconv_t iconv_open(const char *to, const char *from) {
  (void)to;
  (void)from;
  errno = EINVAL;
  return (iconv_t)-1;
}
size_t iconv(iconv_t table, char **in, size_t *in_left, char **out, size_t *out_left) {
  (void)table;
  (void)in;
  (void)in_left;
  (void)out;
  (void)out_left;
  errno = EBADF;
  return (size_t)-1;
}
int iconv_close(iconv_t table) {
  (void)table;
  return sb_refuse(EBADF);
}

wint_t fgetwc(FILE *file) {
  const int byte = fgetc(file);
  return byte == EOF ? WEOF : btowc(byte);
}
wint_t fputwc(wchar_t letter, FILE *file) {
  const int byte = wctob((wint_t)letter);
  if (byte == EOF) {
    errno = EILSEQ;
    return WEOF;
  }
  return fputc(byte, file) == EOF ? WEOF : (wint_t)letter;
}
wint_t ungetwc(wint_t letter, FILE *file) {
  const int byte = wctob(letter);
  return byte == EOF || ungetc(byte, file) == EOF ? WEOF : letter;
}
wint_t getwc(FILE *) __attribute__((alias("fgetwc")));
wint_t putwc(wchar_t, FILE *) __attribute__((alias("fputwc")));
