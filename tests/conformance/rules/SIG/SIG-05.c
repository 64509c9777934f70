/* kill(0,s) signals the own group, kill(-g,s) group g, kill(-1,s) everyone permitted except init (and on Linux the
 * caller). */
#include "../rule.h"

static volatile sig_atomic_t count;
static void on_signal(int number) { count += number == SIGUSR1; }

int main(void) {
  const pid_t leader = CHILD({
    HOLDS(setpgid(0, 0) == 0);
    signal(SIGUSR1, on_signal);
    const pid_t member = CHILD({ pause(); _exit(count == 1 ? 7 : 8); });
    const pid_t stranger = CHILD({
      HOLDS(setpgid(0, 0) == 0);
      pause();
    });
    let_others_run();
    HOLDS(kill(0, SIGUSR1) == 0);
    HOLDS(count == 1);
    HOLDS(end_of(member) == 7);
    HOLDS(is_running(stranger));
    HOLDS(kill(-stranger, SIGTERM) == 0);
    HOLDS(end_of(stranger) == -SIGTERM);
  });
  HOLDS(end_of(leader) == 0);
  return 0;
}
