#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// A function or variable that a program needs and an emulated machine has not, and where it is needed.
struct MissingSymbol {
  std::string symbol;
  std::string object;  // as the user knows it; empty: the runtime's own

  bool operator==(const MissingSymbol&) const = default;
};

// The names in the list of pure functions: words, but for lines that begin with #.
std::set<std::string, std::less<>> parse_pure_functions(std::string_view text);

// The undefined names in what `nm -D --undefined-only` prints, without versions.
std::vector<std::string> undefined_symbols(std::string_view nm);
// Which file needs one: from what `nm -A --undefined-only FILES` prints. Empty: none of them.
std::string object_that_needs(std::string_view nm, std::string_view symbol);

}  // namespace signalbox
