#include "tools/experiment/cpu_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace signalbox {
namespace {

class CpuListReader {
 public:
  CpuListReader(std::string_view text, char separator, unsigned cpus)
      : text_(text), separator_(separator), cpus_(cpus) {}

  CpuMask read() const {
    CpuMask mask;
    for (std::size_t from = 0; from <= text_.size();) {
      const std::size_t end = std::min(text_.find(separator_, from), text_.size());
      const std::size_t dash = std::min(text_.find('-', from + 1), end);  // "-1" is no range
      const unsigned first = read_cpu(from, dash);
      const unsigned last = dash < end ? read_cpu(dash + 1, end) : first;
      if (last < first) {
        throw CpuListError{from, fmt::format("the range {}-{} runs backwards", first, last), "the lower CPU first"};
      }
      for (unsigned cpu = first; cpu <= last; ++cpu) mask.set(CpuId(static_cast<CpuId::Value>(cpu)));
      from = end + 1;
    }
    return mask;
  }

 private:
  unsigned read_cpu(std::size_t from, std::size_t end) const {
    unsigned cpu = 0;
    const char* const last = text_.data() + end;
    const auto [stop, error] = std::from_chars(text_.data() + from, last, cpu);
    if (error == std::errc() && stop == last && cpu < cpus_) return cpu;
    throw CpuListError{from, fmt::format("'{}' is no CPU of this machine", text_.substr(from, end - from)),
                       cpu_list_wanted(separator_, cpus_)};
  }

  std::string_view text_;
  char separator_;
  unsigned cpus_;
};

}  // namespace

CpuMask read_cpu_list(std::string_view text, char separator, unsigned cpus) {
  return CpuListReader(text, separator, cpus).read();
}

std::string cpu_list_wanted(char separator, unsigned cpus) {
  if (cpus == 1) return "0, the only CPU";
  if (cpus == 2) return "a list of CPUs, such as 1 or 0-1";
  const unsigned last = std::min(cpus - 1, 6U);
  return fmt::format("a list of CPUs up to {}, such as 2 or 0-{}{}{}", cpus - 1, last / 2, separator, last);
}

std::string cpu_list_text(const CpuMask& mask, char separator) {
  std::string text;
  for (unsigned cpu = 0; cpu < max_cpus; ++cpu) {
    const auto has = [&](unsigned number) { return mask.has(CpuId(static_cast<CpuId::Value>(number))); };
    if (!has(cpu)) continue;
    const unsigned first = cpu;
    while (has(cpu + 1)) ++cpu;
    if (!text.empty()) text += separator;
    text += first == cpu ? fmt::format("{}", first) : fmt::format("{}-{}", first, cpu);
  }
  return text;
}

}  // namespace signalbox
