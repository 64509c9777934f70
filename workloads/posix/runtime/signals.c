/* Signals: the C library's part. Sets are the host's sigset_t, of which the kernel reads the first 64 bits. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "runtime.h"

enum { sb_set_bytes = 8, sb_first_own = 32, sb_first_realtime = 34 }; /* 32 and 33 are the C library's own */

/* As rt_sigaction(2) takes it. */
struct SbAction {
  void *handler;
  uint64_t flags;
  void *restorer;
  uint64_t mask;
};

static uint64_t bits_of(const sigset_t *set) {
  uint64_t bits;
  memcpy(&bits, set, sizeof bits);
  return bits;
}
static void put_bits(sigset_t *set, uint64_t bits) {
  memset(set, 0, sizeof *set);
  memcpy(set, &bits, sizeof bits);
}
static const uint64_t own_bits = UINT64_C(3) << (sb_first_own - 1);

static int is_own(int number) { return number == sb_first_own || number == sb_first_own + 1; }

int sigaction(int signal, const struct sigaction *wanted, struct sigaction *old) {
  if (is_own(signal)) return sb_refuse(EINVAL);
  struct SbAction next, before;
  if (wanted != NULL) {
    next = (struct SbAction){
        .handler = (void *)wanted->sa_handler, .flags = (uint32_t)wanted->sa_flags, .mask = bits_of(&wanted->sa_mask)};
  }
  const int done = (int)SB_CALL4(SYS_rt_sigaction, signal, wanted == NULL ? NULL : &next, old == NULL ? NULL : &before,
                                 sb_set_bytes);
  if (done != 0 || old == NULL) return done;
  old->sa_handler = (void (*)(int))before.handler;
  old->sa_flags = (int)before.flags;
  put_bits(&old->sa_mask, before.mask);
  return 0;
}
static uint64_t interrupting; /* siginterrupt(3) */
static sighandler_t arrange(int signal, sighandler_t handler, int flags) {
  struct sigaction next = {.sa_handler = handler, .sa_flags = flags}, before;
  if (handler == SIG_ERR || signal < 1 || signal >= NSIG) {
    errno = EINVAL;
    return SIG_ERR;
  }
  if ((flags & SA_RESTART) != 0) sigaddset(&next.sa_mask, signal);
  return sigaction(signal, &next, &before) == 0 ? before.sa_handler : SIG_ERR;
}
/* Of BSD: restarts calls and keeps the handler (signal(2)). */
sighandler_t signal(int number, sighandler_t handler) {
  const int restarts = number >= 1 && number < NSIG && (interrupting >> (number - 1) & 1) != 0 ? 0 : SA_RESTART;
  return arrange(number, handler, restarts);
}
sighandler_t bsd_signal(int, sighandler_t) __attribute__((alias("signal")));
sighandler_t sysv_signal(int number, sighandler_t handler) {
  return arrange(number, handler, SA_RESETHAND | SA_NODEFER);
}
sighandler_t __sysv_signal(int, sighandler_t) __attribute__((alias("sysv_signal")));
int siginterrupt(int number, int interrupts) {
  struct sigaction action;
  if (sigaction(number, NULL, &action) != 0) return -1;
  const uint64_t bit = UINT64_C(1) << (number - 1);
  interrupting = interrupts ? interrupting | bit : interrupting & ~bit;
  action.sa_flags = interrupts ? action.sa_flags & ~SA_RESTART : action.sa_flags | SA_RESTART;
  return sigaction(number, &action, NULL);
}

int pthread_sigmask(int how, const sigset_t *wanted, sigset_t *old) {
  uint64_t next = 0, before = 0;
  if (wanted != NULL) next = bits_of(wanted) & ~own_bits;
  const int64_t done = sb_raw(SYS_rt_sigprocmask, (uint64_t)how, SB_WORD(wanted == NULL ? NULL : &next),
                              SB_WORD(&before), sb_set_bytes, 0, 0);
  if (done < 0) return (int)-done;
  if (old != NULL) put_bits(old, before);
  return 0;
}
int sigprocmask(int how, const sigset_t *wanted, sigset_t *old) {
  const int error = pthread_sigmask(how, wanted, old);
  return error == 0 ? 0 : sb_refuse(error);
}
static int change_mask(int how, int number) {
  sigset_t only;
  sigemptyset(&only);
  return sigaddset(&only, number) == 0 ? sigprocmask(how, &only, NULL) : -1;
}
int sigpending(sigset_t *to) {
  uint64_t bits = 0;
  if (SB_CALL2(SYS_rt_sigpending, &bits, sb_set_bytes) != 0) return -1;
  put_bits(to, bits);
  return 0;
}
int sigsuspend(const sigset_t *during) { return (int)SB_POINT2(SYS_rt_sigsuspend, during, sb_set_bytes); }
int pause(void) { return (int)SB_POINT0(SYS_pause); }
int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout) {
  const int taken = (int)SB_POINT4(SYS_rt_sigtimedwait, set, info, timeout, sb_set_bytes);
  if (taken > 0 && info != NULL && info->si_code == SI_TKILL) info->si_code = SI_USER; /* as glibc says it */
  return taken;
}
int sigwaitinfo(const sigset_t *set, siginfo_t *info) { return sigtimedwait(set, info, NULL); }
int sigwait(const sigset_t *set, int *to) {
  int taken;
  do taken = sigtimedwait(set, NULL, NULL);
  while (taken < 0 && errno == EINTR);
  if (taken < 0) return errno;
  *to = taken;
  return 0;
}

/* Sending. */
int kill(pid_t pid, int number) { return (int)SB_CALL2(SYS_kill, pid, number); }
int killpg(pid_t group, int number) { return group < 0 ? sb_refuse(EINVAL) : kill(-group, number); }
int tgkill(pid_t process, pid_t thread, int number) { return (int)SB_CALL3(SYS_tgkill, process, thread, number); }
int raise(int number) { return tgkill(getpid(), (pid_t)sb_self()->tid, number); }
int gsignal(int) __attribute__((alias("raise")));
int pthread_kill(pthread_t thread, int number) {
  if (is_own(number)) return EINVAL;
  return (int)-sb_raw(SYS_tgkill, (uint64_t)getpid(), (uint64_t)((struct SbThread *)thread)->tid, (uint64_t)number, 0,
                      0, 0);
}
static siginfo_t queued(int number, union sigval value) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  info.si_signo = number;
  info.si_code = SI_QUEUE;
  info.si_pid = getpid();
  info.si_uid = getuid();
  info.si_value = value;
  return info;
}
int sigqueue(pid_t pid, int number, union sigval value) {
  const siginfo_t info = queued(number, value);
  return (int)SB_CALL3(SYS_rt_sigqueueinfo, pid, number, &info);
}
int pthread_sigqueue(pthread_t thread, int number, union sigval value) {
  const siginfo_t info = queued(number, value);
  return (int)-sb_raw(SYS_rt_tgsigqueueinfo, (uint64_t)getpid(), (uint64_t)((struct SbThread *)thread)->tid,
                      (uint64_t)number, SB_WORD(&info), 0, 0);
}

/* At a time. */
unsigned int alarm(unsigned int seconds) { return (unsigned int)SB_CALL1(SYS_alarm, seconds); }
int setitimer(__itimer_which_t which, const struct itimerval *wanted, struct itimerval *old) {
  return (int)SB_CALL3(SYS_setitimer, which, wanted, old);
}
int getitimer(__itimer_which_t which, struct itimerval *to) { return (int)SB_CALL2(SYS_getitimer, which, to); }
useconds_t ualarm(useconds_t first, useconds_t interval) {
  const struct itimerval wanted = {.it_value = {.tv_usec = first}, .it_interval = {.tv_usec = interval}};
  struct itimerval old;
  if (setitimer(ITIMER_REAL, &wanted, &old) != 0) return (useconds_t)-1;
  return (useconds_t)(old.it_value.tv_sec * 1000000 + old.it_value.tv_usec);
}

int sigaltstack(const stack_t *wanted, stack_t *old) { return (int)SB_CALL2(SYS_sigaltstack, wanted, old); }

/* abort(3): blocked or not, and its handler may run once. */
void abort(void) {
  change_mask(SIG_UNBLOCK, SIGABRT);
  raise(SIGABRT);
  struct sigaction by_default = {.sa_handler = SIG_DFL};
  sigaction(SIGABRT, &by_default, NULL);
  for (;;) {
    raise(SIGABRT);
    sb_raw(SYS_sched_yield, 0, 0, 0, 0, 0, 0);
  }
}

/* What a jump does about masks; the registers are jump.S's. It may leave a call that a handler interrupted. */
enum { sb_has_mask = 1, sb_is_in_point = 2 };
int sb_save_mask(struct __jmp_buf_tag *place, int wants) {
  const int has_mask = wants != 0 && pthread_sigmask(SIG_BLOCK, NULL, (sigset_t *)&place->__saved_mask) == 0;
  place->__mask_was_saved = (has_mask ? sb_has_mask : 0) | (sb_self()->is_in_point ? sb_is_in_point : 0);
  return 0;
}
void sb_jump(void *place, int value) __attribute__((noreturn));
void siglongjmp(struct __jmp_buf_tag place[1], int value) {
  sb_self()->is_in_point = (place->__mask_was_saved & sb_is_in_point) != 0;
  if ((place->__mask_was_saved & sb_has_mask) != 0)
    pthread_sigmask(SIG_SETMASK, (sigset_t *)&place->__saved_mask, NULL);
  sb_jump(place, value);
}
void longjmp(struct __jmp_buf_tag[1], int) __attribute__((alias("siglongjmp"), noreturn));
void _longjmp(struct __jmp_buf_tag[1], int) __attribute__((alias("siglongjmp"), noreturn));

/* Sets, beyond those that are the host's. */
int sigisemptyset(const sigset_t *set) { return bits_of(set) == 0; }
int sigandset(sigset_t *to, const sigset_t *a, const sigset_t *b) {
  put_bits(to, bits_of(a) & bits_of(b));
  return 0;
}
int sigorset(sigset_t *to, const sigset_t *a, const sigset_t *b) {
  put_bits(to, bits_of(a) | bits_of(b));
  return 0;
}
int sighold(int number) { return change_mask(SIG_BLOCK, number); }
int sigrelse(int number) { return change_mask(SIG_UNBLOCK, number); }
int sigignore(int number) { return arrange(number, SIG_IGN, 0) == SIG_ERR ? -1 : 0; }
int __xpg_sigpause(int number) {
  sigset_t during;
  sigprocmask(SIG_BLOCK, NULL, &during);
  return sigdelset(&during, number) == 0 ? sigsuspend(&during) : -1;
}
int __libc_current_sigrtmin(void) { return sb_first_realtime; }
int __libc_current_sigrtmax(void) { return 64; }

/* Names. */
char *strsignal(int number) {
  static char room[64];
  const char *text = number > 0 && number < NSIG ? sigdescr_np(number) : NULL;
  if (text != NULL) return (char *)text;
  const int is_realtime = number >= sb_first_realtime && number < NSIG;
  if (is_realtime) snprintf(room, sizeof room, "Real-time signal %d", number - sb_first_realtime);
  if (!is_realtime) snprintf(room, sizeof room, "Unknown signal %d", number);
  return room;
}
void psignal(int number, const char *text) {
  const int has_text = text != NULL && *text != '\0';
  fprintf(stderr, "%s%s%s\n", has_text ? text : "", has_text ? ": " : "", strsignal(number));
}
