#include "tests/bench/host.hpp"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <fstream>

namespace signalbox {

double cpu_time() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

std::size_t resident_bytes() {
  std::ifstream pages("/proc/self/statm");
  std::size_t mapped = 0;
  std::size_t resident = 0;
  pages >> mapped >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::size_t peak_resident_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

}  // namespace signalbox
