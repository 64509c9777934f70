/* Default attributes: 10 messages of 8192 bytes; zero or negative attributes give EINVAL. */
#include "../mqueue.h"

int main(void) {
  for (int i = 0; i < 4; ++i) {
    struct mq_attr size = {.mq_maxmsg = i == 0 ? 0 : i == 1 ? -1 : 5, .mq_msgsize = i == 2 ? 0 : i == 3 ? -1 : 5};
    FAILS(mq_open(own_name(), O_CREAT | O_RDWR, 0600, &size), EINVAL);
  }
  FAILS(mq_open(own_name(), O_RDWR), ENOENT);
  const mqd_t queue = mq_open(own_name(), O_CREAT | O_RDWR, 0600, NULL);
  HOLDS(queue >= 0);
  struct mq_attr found;
  HOLDS(mq_getattr(queue, &found) == 0);
  HOLDS(found.mq_flags == 0 && found.mq_maxmsg == 10 && found.mq_msgsize == 8192 && found.mq_curmsgs == 0);
  return 0;
}
