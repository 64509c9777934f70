#pragma once

#include <cstdint>
#include <string_view>

namespace signalbox::alloc {

// What is wrong with an address that a program gives back. Without checking only what the page map shows is found.
enum class Misuse : std::uint8_t {
  none,
  unknown_address,  // no page of this heap
  free_page,        // its pages are free: freed twice, or never a block
  inside_a_block,   // not where a block begins
  double_free,      // the block is free, for a realloc too
  wrong_size,       // a sized free of another class
};

constexpr std::string_view misuse_text(Misuse misuse) {
  switch (misuse) {
    case Misuse::none:
      return "nothing";
    case Misuse::unknown_address:
      return "not an address of this heap";
    case Misuse::free_page:
      return "its pages are free already";
    case Misuse::inside_a_block:
      return "not the beginning of a block";
    case Misuse::double_free:
      return "free already";
    case Misuse::wrong_size:
      return "freed with a size it does not have";
  }
  return "";
}

}  // namespace signalbox::alloc
