#include "tools/compiler/compiler_words.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

using Input = CompilerWords::Input;
using Stage = CompilerWords::Stage;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

// Options of gcc whose argument may be the next word (gcc(1)).
bool takes_next_word(std::string_view word) {
  return is_one_of(word, {"-D", "-U", "-I", "-include", "-imacros", "-isystem", "-iquote", "-idirafter", "-iprefix",
                          "-MF", "-MT", "-MQ", "--param", "-Xpreprocessor", "-Xassembler", "-isysroot", "-arch"});
}

// What only prints, or stops before there is an object.
bool is_passed(std::string_view word) {
  return is_one_of(word, {"-E", "-S", "-M", "-MM", "--version", "-dumpversion", "-dumpmachine", "-dumpfullversion",
                          "-dumpspecs", "-fsyntax-only", "--help", "-v", "-###"}) ||
         word.starts_with("-print-") || word.starts_with("--print-") || word.starts_with("--help=");
}

// Programs are linked as shared objects with the runtime: these say otherwise, and mean nothing here.
bool is_dropped(std::string_view word) {
  return is_one_of(word,
                   {"-pie", "-no-pie", "-static", "-static-pie", "-rdynamic", "-s", "-fPIE", "-fpie", "-fno-pie",
                    "-fno-PIE", "-fPIC", "-fpic", "-fno-pic", "-fno-PIC", "-static-libgcc", "-static-libstdc++"}) ||
         word.starts_with("-fuse-ld=");
}

Input::Kind kind_of(const std::string& name) {
  const std::string ending = std::filesystem::path(name).extension().string();
  if (ending == ".a") return Input::Kind::archive;
  if (is_one_of(ending, {".c", ".i", ".s", ".S", ".C", ".cc", ".cpp", ".cxx", ".c++", ".ii"}))
    return Input::Kind::source;
  return Input::Kind::object;
}

class Reader {
 public:
  explicit Reader(const std::vector<std::string>& words) : words_(words) {}

  CompilerWords read() {
    for (; at_ < words_.size(); ++at_) read_word(words_[at_]);
    return std::move(result_);
  }

 private:
  const std::string& argument(const std::string& option) {
    if (at_ + 1 < words_.size()) return words_[++at_];
    throw InputError({.file = "signalbox cc"}, option + " has no argument", "one behind it");
  }

  // The value of an option of one letter, in the same word or in the next one.
  std::string joined(const std::string& word) { return word.size() > 2 ? word.substr(2) : argument(word); }

  void read_word(const std::string& word) {
    if (word == "--cxx") {
      result_.is_cxx = true;
      return;
    }
    if (word == "--compiler" || word.starts_with("--compiler=")) {
      result_.compiler = word == "--compiler" ? argument(word) : word.substr(word.find('=') + 1);
      return;
    }
    const std::size_t first = at_;
    read_known(word);
    result_.all.insert(result_.all.end(), words_.begin() + static_cast<std::ptrdiff_t>(first),
                       words_.begin() + static_cast<std::ptrdiff_t>(at_ + 1));
  }

  void read_known(const std::string& word) {
    if (word.starts_with("-o")) {
      result_.output = joined(word);
    } else if (word == "-c") {
      if (result_.stage == Stage::link) result_.stage = Stage::objects;
    } else if (is_passed(word)) {
      result_.stage = Stage::pass;
    } else if (word.starts_with("-L")) {
      result_.library_dirs.push_back(joined(word));
    } else if (word.starts_with("-l")) {
      result_.inputs.push_back({.kind = Input::Kind::library, .name = joined(word), .language = {}});
    } else if (word.starts_with("-x")) {
      language_ = joined(word);
      if (language_ == "none") language_.clear();
    } else {
      read_rest(word);
    }
  }

  void read_rest(const std::string& word) {
    if (word == "-shared") {
      throw InputError({.file = "signalbox cc"},
                       "-shared makes a library that is loaded later, which no emulated program can",
                       "objects, or a static library (ar)");
    }
    if (word.starts_with("-fsanitize")) {
      throw InputError({.file = "signalbox cc"}, word + " needs the sanitizer's own runtime", "a build without it");
    }
    if (is_dropped(word)) return;
    if (word.starts_with("-Wl,")) {
      result_.link.push_back(word);
    } else if (word == "-Xlinker" || word == "-z") {
      result_.link.push_back(word);
      result_.link.push_back(argument(word));
    } else if (takes_next_word(word)) {
      result_.compile.push_back(word);
      result_.compile.push_back(argument(word));
    } else if (word.starts_with('-') && word != "-") {
      result_.compile.push_back(word);
    } else {
      result_.inputs.push_back(
          {.kind = language_.empty() ? kind_of(word) : Input::Kind::source, .name = word, .language = language_});
    }
  }

  const std::vector<std::string>& words_;
  std::size_t at_ = 0;
  std::string language_;
  CompilerWords result_;
};

}  // namespace

CompilerWords read_compiler_words(const std::vector<std::string>& words) { return Reader(words).read(); }

}  // namespace signalbox
