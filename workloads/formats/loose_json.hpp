#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workloads/input_error.hpp"

namespace signalbox {

struct LooseMember;

// A value of a text that looks like JSON: what it holds, where it stands, and members in the order they were written.
struct LooseValue {
  enum class Kind : unsigned char { nothing, word, number, string, list, object };

  Kind kind = Kind::nothing;  // nothing: the key stood alone
  std::string text;           // of a word, a number (as written) or a string (decoded)
  std::vector<LooseValue> items;
  std::vector<LooseMember> members;
  SourcePlace place;
};

struct LooseMember {
  std::string key;
  LooseValue value;
  SourcePlace place;  // of the key
};

// Reads what rt-app's users write and call JSON: comments (/* */ and //), trailing commas, a key more than once in an
// object, a key without a value, and bare words for values that a script was to fill in. All else is as in RFC 8259.
// Throws InputError.
LooseValue read_loose_json(std::string_view text, const std::string& file);

// True where the first thing in the text, after white space and comments, opens an object.
bool begins_like_loose_json(std::string_view text);

}  // namespace signalbox
