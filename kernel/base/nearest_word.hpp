#pragma once

#include <span>
#include <string_view>

namespace signalbox {

// The known word that takes the fewest typing slips to get from `word` (a letter too many, missing, wrong, or two
// neighbours swapped); the first of several. Requires at least one known word.
std::string_view nearest_word(std::string_view word, std::span<const std::string_view> known);

}  // namespace signalbox
