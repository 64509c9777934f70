#include "tools/memory/page_pattern.hpp"

namespace signalbox {

PatternRun::PatternRun(const PagePattern& pattern, std::uint64_t seed, const std::string& name)
    : pattern_(pattern), random_(Prng(seed).split(name)) {}

PatternRun::Use PatternRun::next() {
  const std::uint64_t count = count_++;
  switch (pattern_.kind) {
    case PagePattern::Kind::strided:
      return {.offset = count * pattern_.step % pattern_.bytes()};
    case PagePattern::Kind::random:
      return {.offset = random_.below(pattern_.bytes())};
    case PagePattern::Kind::references: {
      const PageReference& reference = pattern_.references[count % pattern_.references.size()];
      return {.offset = reference.page * pattern_.page_bytes,
              .access = reference.is_write ? Access::write : Access::read};
    }
  }
  return {};
}

}  // namespace signalbox
