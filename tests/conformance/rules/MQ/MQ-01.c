/* Names: no leading slash EINVAL, a second slash EACCES, "/" ENOENT, missing ENOENT, O_EXCL on existing EEXIST. */
#include "../mqueue.h"

int main(void) {
  FAILS(mq_open("name", O_CREAT | O_RDWR, 0600, NULL), EINVAL);
  FAILS(mq_open("/two/parts", O_CREAT | O_RDWR, 0600, NULL), EACCES);
  FAILS(mq_open("/", O_CREAT | O_RDWR, 0600, NULL), ENOENT);
  FAILS(mq_open(own_name(), O_RDWR), ENOENT);
  const mqd_t queue = new_queue(2, 0);
  FAILS(mq_open(own_name(), O_CREAT | O_EXCL | O_RDWR, 0600, NULL), EEXIST);
  const mqd_t again = mq_open(own_name(), O_CREAT | O_RDWR, 0600, NULL);
  HOLDS(again >= 0 && again != queue);
  return 0;
}
