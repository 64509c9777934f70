#pragma once

#include <span>
#include <string>
#include <string_view>

namespace signalbox {

// The known word that takes the fewest typing slips to get from `word` (a letter too many, missing, wrong, or two
// neighbours swapped); the first of several. Requires at least one known word.
std::string_view nearest_word(std::string_view word, std::span<const std::string_view> known);

// The known word that was probably meant: the nearest if a third of its letters at most is wrong, or one that `word`
// abbreviates; empty if there is none.
std::string_view likely_word(std::string_view word, std::span<const std::string_view> known);

// What was expected instead of `word`, for an error message: "one of a, b, c (did you mean b?)"; "none" of no words.
std::string one_of(std::string_view word, std::span<const std::string_view> known);

}  // namespace signalbox
