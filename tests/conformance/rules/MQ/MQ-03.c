/* Without privilege, more than msg_max 10 messages or msgsize_max 8192 bytes give EINVAL. */
#include "../mqueue.h"

int main(void) {
  drop_privilege();
  struct mq_attr size = {.mq_maxmsg = 11, .mq_msgsize = 16};
  FAILS(mq_open(own_name(), O_CREAT | O_RDWR, 0600, &size), EINVAL);
  size = (struct mq_attr){.mq_maxmsg = 2, .mq_msgsize = 8193};
  FAILS(mq_open(own_name(), O_CREAT | O_RDWR, 0600, &size), EINVAL);
  size = (struct mq_attr){.mq_maxmsg = 10, .mq_msgsize = 8192};
  HOLDS(mq_open(own_name(), O_CREAT | O_RDWR, 0600, &size) >= 0);
  return 0;
}
