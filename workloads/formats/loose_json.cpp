#include "workloads/formats/loose_json.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "workloads/formats/loose_string.hpp"
#include "workloads/formats/text_cursor.hpp"

namespace signalbox {
namespace {

constexpr unsigned deepest_nesting = 64;  // the reader recurses; real files nest five deep

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }
bool is_space(char letter) { return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r'; }

// Placeholders come as NAME, name, $name, @name@, %name%, <name>.
bool begins_word(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         std::string_view("_$@%<").find(letter) != std::string_view::npos;
}
bool continues_word(char letter) {
  return begins_word(letter) || is_digit(letter) || letter == '.' || letter == '-' || letter == '+' || letter == '>';
}

// digits [. digits] [e [+-] digits], after an optional minus.
bool is_number(std::string_view text) {
  const auto skip_digits = [&text] {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count > 0;
  };
  if (text.starts_with('-')) text.remove_prefix(1);
  if (!skip_digits()) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (!skip_digits()) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (!skip_digits()) return false;
  }
  return text.empty();
}

// Recursive descent; each function begins at the first character of what it reads.
class Reader {
 public:
  Reader(std::string_view text, const std::string& file) : cursor_(text, file) {}

  LooseValue whole_text() {
    skip_space();
    LooseValue value = read_value();
    skip_space();
    if (!cursor_.at_end()) unexpected("the end of the file");
    return value;
  }

  void skip_space() {
    for (;;) {
      while (is_space(cursor_.peek())) cursor_.advance();
      if (cursor_.starts_with("//")) {
        while (!cursor_.at_end() && cursor_.peek() != '\n') cursor_.advance();
      } else if (cursor_.starts_with("/*")) {
        skip_comment();
      } else {
        return;
      }
    }
  }

  bool is_at(char letter) const { return cursor_.peek() == letter; }

 private:
  [[noreturn]] void unexpected(const std::string& expected) const {
    if (cursor_.at_end()) throw InputError(cursor_.place(), "the file ends here", expected);
    const char letter = cursor_.peek();
    if (begins_word(letter)) {
      std::size_t length = 0;
      while (continues_word(cursor_.peek(length))) ++length;
      TextCursor end = cursor_;
      end.advance(length);
      throw InputError(cursor_.place(), "unexpected word " + in_quotes(end.since(cursor_.offset())), expected);
    }
    const bool is_ascii = static_cast<unsigned char>(letter) < 0x80;
    throw InputError(cursor_.place(), is_ascii ? fmt::format("unexpected '{}'", letter) : "unexpected character",
                     expected);
  }

  void skip_comment() {
    const SourcePlace begin = cursor_.place();
    cursor_.advance(2);
    while (!cursor_.starts_with("*/")) {
      if (cursor_.at_end()) throw InputError(begin, "this comment has no end", "\"*/\"");
      cursor_.advance();
    }
    cursor_.advance(2);
  }

  LooseValue read_value() {
    const char letter = cursor_.peek();
    if (letter == '{') return read_nested(&Reader::read_object);
    if (letter == '[') return read_nested(&Reader::read_list);
    LooseValue value;
    value.place = cursor_.place();
    if (letter == '"') {
      value.kind = LooseValue::Kind::string;
      value.text = read_loose_string(cursor_);
    } else if (letter == '-' || is_digit(letter)) {
      value.kind = LooseValue::Kind::number;
      value.text = read_token();
      if (!is_number(value.text)) throw InputError(value.place, in_quotes(value.text) + " is not a number", "a number");
    } else if (begins_word(letter)) {
      value.kind = LooseValue::Kind::word;
      value.text = read_token();
    } else {
      unexpected("a value");
    }
    return value;
  }

  LooseValue read_nested(void (Reader::*read)(LooseValue&)) {
    LooseValue value;
    value.place = cursor_.place();
    if (depth_ == deepest_nesting) {
      throw InputError(value.place, "nested too deep", fmt::format("at most {} levels", deepest_nesting));
    }
    ++depth_;
    (this->*read)(value);
    --depth_;
    return value;
  }

  void read_object(LooseValue& object) {
    object.kind = LooseValue::Kind::object;
    cursor_.advance();
    skip_space();
    while (!is_at('}')) {
      if (!is_at('"')) unexpected("a key in double quotes or '}'");
      object.members.push_back(read_member());
      skip_space();
      if (is_at('}')) break;
      if (!is_at(',')) unexpected("',' or '}'");
      cursor_.advance();
      skip_space();
    }
    cursor_.advance();
  }

  LooseMember read_member() {
    LooseMember member;
    member.place = cursor_.place();
    member.key = read_loose_string(cursor_);
    skip_space();
    if (is_at(':')) {
      cursor_.advance();
      skip_space();
      member.value = read_value();
    } else if (is_at(',') || is_at('}')) {
      member.value.place = member.place;
    } else {
      unexpected("':' after the key " + in_quotes(member.key));
    }
    return member;
  }

  void read_list(LooseValue& list) {
    list.kind = LooseValue::Kind::list;
    cursor_.advance();
    skip_space();
    while (!is_at(']')) {
      list.items.push_back(read_value());
      skip_space();
      if (is_at(']')) break;
      if (!is_at(',')) unexpected("',' or ']'");
      cursor_.advance();
      skip_space();
    }
    cursor_.advance();
  }

  std::string read_token() {
    const std::size_t begin = cursor_.offset();
    while (continues_word(cursor_.peek())) cursor_.advance();
    return std::string(cursor_.since(begin));
  }

  TextCursor cursor_;
  unsigned depth_ = 0;
};

}  // namespace

LooseValue read_loose_json(std::string_view text, const std::string& file) { return Reader(text, file).whole_text(); }

bool begins_like_loose_json(std::string_view text) {
  Reader reader(text, "");
  try {
    reader.skip_space();
  } catch (const InputError&) {
    return true;  // a comment without an end: let the format's own reader say so
  }
  return reader.is_at('{');
}

}  // namespace signalbox
