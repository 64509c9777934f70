#include "tools/compiler/image_builder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tools/compiler/edge_code.hpp"
#include "tools/compiler/host_command.hpp"
#include "tools/compiler/runtime_files.hpp"
#include "tools/compiler/symbol_check.hpp"
#include "workloads/input_error.hpp"
#include "workloads/posix/image_file.hpp"
#include "workloads/posix/image_header.hpp"

namespace signalbox {
namespace {

using Input = CompilerWords::Input;
using Words = std::vector<std::string>;

void append(Words& to, const Words& more) { to.insert(to.end(), more.begin(), more.end()); }

// Gone at the end, with all that is in it.
class WorkFolder {
 public:
  WorkFolder() : path_((std::filesystem::temp_directory_path() / "signalbox-cc-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr)
      throw InputError({.file = path_}, "it cannot be made", "a folder to write in");
  }
  ~WorkFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::string read_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string stem_of(const std::string& path) { return std::filesystem::path(path).stem().string(); }

class Builder {
 public:
  explicit Builder(const CompilerWords& words)
      : words_(words),
        compiler_(!words.compiler.empty() ? words.compiler
                  : words.is_cxx          ? "g++"
                                          : "gcc"),
        runtime_(find_runtime_files()) {}

  int build() {
    switch (words_.stage) {
      case CompilerWords::Stage::pass:
        return pass();
      case CompilerWords::Stage::objects:
        return compile_all();
      case CompilerWords::Stage::link:
        break;
    }
    return words_.inputs.empty() ? pass() : link();
  }

 private:
  int pass() const {
    Words command{compiler_};
    append(command, words_.all);
    return run_host_command(command).status;
  }

  // Debug information, unless it is refused (-g0), names the source by the path that was given; what else we add comes
  // last, so that it holds.
  int compile(const Input& source, const std::string& object) const {
    Words command{compiler_, "-O0", "-g"};
    append(command, words_.compile);
    if (!is_assembly(source)) append(command, {"-include", runtime_.edges_header});
    append(command, {"-fPIC", "-fsanitize-coverage=trace-pc", "-U_FORTIFY_SOURCE", "-fno-stack-protector"});
    if (!source.language.empty()) append(command, {"-x", source.language});
    if (is_assembly(source)) {
      append(command, {"-c", source.name, "-o", object});
      if (const int status = run_host_command(command).status; status != 0) return status;
      return rename(object);
    }
    const std::string assembly = work_.file(stem_of(object) + ".s");
    append(command, dependency_words(object));
    append(command, {"-S", source.name, "-o", assembly});
    if (const int status = run_host_command(command).status; status != 0) return status;
    const std::string inlined = inline_edges(read_text(assembly));
    std::ofstream(assembly) << inlined;
    // The compiler has warned; clang's assembler says of clang's own output that it names only some files' checksums.
    const Words assemble{compiler_, "-Wa,--no-warn", "-c", assembly, "-o", object};
    if (const int status = run_host_command(assemble).status; status != 0) return status;
    return rename(object);
  }

  static bool is_assembly(const Input& source) {
    if (!source.language.empty()) return source.language.starts_with("assembler");
    const auto ending = std::filesystem::path(source.name).extension();
    return ending == ".s" || ending == ".S" || ending == ".sx";
  }

  // Where a list of included files goes and what it is of, as if the compiler made the object itself.
  Words dependency_words(const std::string& object) const {
    const auto has = [&](std::string_view option) {
      return std::ranges::any_of(words_.compile, [&](const std::string& word) { return word.starts_with(option); });
    };
    Words words;
    if (!has("-MD") && !has("-MMD")) return words;
    if (!has("-MF")) append(words, {"-MF", std::filesystem::path(object).replace_extension(".d")});
    if (!has("-MT") && !has("-MQ")) append(words, {"-MT", object});
    return words;
  }

  int rename(const std::string& object) const {
    return run_host_command({"objcopy", "--redefine-syms=" + runtime_.rename_map, object}).status;
  }

  int compile_all() const {
    const auto is_source = [](const Input& input) { return input.kind == Input::Kind::source; };
    const auto sources = std::ranges::count_if(words_.inputs, is_source);
    if (!words_.output.empty() && sources > 1) {
      throw InputError({.file = "signalbox cc"}, "-o with -c and several sources", "one source, or no -o");
    }
    for (const Input& input : words_.inputs) {
      if (!is_source(input)) continue;
      const std::string object = words_.output.empty() ? stem_of(input.name) + ".o" : words_.output;
      if (const int status = compile(input, object); status != 0) return status;
    }
    return 0;
  }

  // A copy of what others compiled or kept: renaming does nothing twice.
  std::string renamed_copy(const std::string& path) {
    std::error_code error;
    const std::string copy =
        work_.file(std::to_string(objects_.size()) + "-" + std::filesystem::path(path).filename().string());
    std::filesystem::copy_file(path, copy, error);
    if (error)
      throw InputError({.file = path}, "it cannot be read: " + error.message(), "an object or a static library");
    if (rename(copy) != 0)
      throw InputError({.file = path}, "objcopy does not read it", "an object or a static library");
    return copy;
  }

  std::string find_library(const std::string& name) const {
    for (const std::string& folder : words_.library_dirs) {
      const std::string path = fmt::format("{}/lib{}.a", folder, name);
      if (std::filesystem::exists(path)) return path;
    }
    return {};
  }

  // Answers a status; what belongs to the C library is in the runtime.
  int add(const Input& input) {
    static constexpr auto own =
        std::to_array<std::string_view>({"c", "m", "pthread", "rt", "dl", "gcc", "gcc_s", "stdc++"});
    if (input.kind == Input::Kind::source) {
      const std::string object = work_.file(fmt::format("{}-{}.o", objects_.size(), stem_of(input.name)));
      objects_.push_back({object, input.name});
      return compile(input, object);
    }
    if (input.kind != Input::Kind::library) {
      objects_.push_back({renamed_copy(input.name), input.name});
      return 0;
    }
    const std::string path = find_library(input.name);
    if (!path.empty()) {
      objects_.push_back({renamed_copy(path), path});
    } else if (std::ranges::find(own, input.name) == own.end()) {
      throw InputError({.file = "signalbox cc"}, fmt::format("there is no static library for -l{}", input.name),
                       fmt::format("lib{}.a in a folder of -L, compiled by `signalbox cc`", input.name));
    }
    return 0;
  }

  // What made the program, in the program.
  std::string note_object() const {
    const std::string version = run_host_command({compiler_, "--version"}, CommandOutput::captured).output;
    const ImageNote note{.version = SIGNALBOX_IMAGE_VERSION,
                         .compiler = fmt::format("{} ({})", std::filesystem::path(compiler_).filename().string(),
                                                 version.substr(0, version.find('\n'))),
                         .flags = words_.compile.empty() ? "-O0" : fmt::format("{}", fmt::join(words_.compile, " "))};
    const std::string text = work_.file("note.txt");
    const std::string object = work_.file("note.o");
    std::ofstream(text) << note_text(note);
    const std::string assembly = work_.file("note.s");
    std::ofstream(assembly) << fmt::format(
        "\t.section {},\"\",@progbits\n\t.incbin \"{}\"\n\t.section .note.GNU-stack,\"\",@progbits\n",
        SIGNALBOX_NOTE_SECTION, text);
    run_host_command({"gcc", "-c", assembly, "-o", object});
    return object;
  }

  int link() {
    for (const Input& input : words_.inputs) {
      if (const int status = add(input); status != 0) return status;
    }
    const std::string output = words_.output.empty() ? "a.out" : words_.output;
    const std::string image = work_.file("image");
    Words command{compiler_,
                  "-shared",
                  "-nostdlib",
                  "-Wl,-Bsymbolic",
                  "-Wl,-z,now",
                  "-Wl,-z,noexecstack",
                  "-Wl,-u," SIGNALBOX_HEADER_SYMBOL,
                  "-Wl,-T," + runtime_.linker_script,
                  "-Wl,--version-script=" + runtime_.exports};
    append(command, words_.link);
    for (const Object& object : objects_) command.push_back(object.path);
    if (has_cxx()) append(command, cxx_libraries());
    append(command, {note_object(), runtime_.archive, "-lc", "-lm", "-lgcc", "-o", image});
    if (const int status = run_host_command(command).status; status != 0) return status;
    if (const int missing = report_missing(image); missing > 0) return 2;
    std::error_code error;
    std::filesystem::copy_file(image, output, std::filesystem::copy_options::overwrite_existing, error);
    if (error) throw InputError({.file = output}, "it cannot be written: " + error.message(), "a file to write");
    return 0;
  }

  bool has_cxx() const {
    return words_.is_cxx || std::ranges::any_of(words_.inputs, [](const Input& input) {
             return input.kind == Input::Kind::library && input.name == "stdc++";
           });
  }

  // The compiler's own, whose references to the C library are the runtime's too. They have no edges.
  Words cxx_libraries() {
    Words words{"-Wl,-u,__cxa_pure_virtual", "-Wl,--start-group"};  // referred to weakly, which fetches nothing
    for (const char* name : {"libstdc++.a", "libgcc_eh.a"}) {
      const auto found =
          run_host_command({compiler_, std::string("-print-file-name=") + name}, CommandOutput::captured);
      words.push_back(renamed_copy(found.output.substr(0, found.output.find('\n'))));
    }
    words.emplace_back("-Wl,--end-group");
    return words;
  }

  // A line for each symbol that nobody has.
  int report_missing(const std::string& image) const {
    const auto pure = parse_pure_functions(read_text(runtime_.pure_functions));
    const CommandResult found = run_host_command({"nm", "-D", "--undefined-only", image}, CommandOutput::captured);
    std::string needs;
    int missing = 0;
    for (const std::string& symbol : undefined_symbols(found.output)) {
      if (pure.contains(symbol)) continue;
      if (missing++ == 0) needs = needed_symbols();
      const std::string object = object_that_needs(needs, symbol);
      fmt::print(stderr, "{}: error: {} is not there in emulated programs; expected {}\n", name_of(object),
                 in_quotes(symbol), "a function of workloads/posix/README.md, or one of the program's own");
    }
    return missing;
  }

  std::string needed_symbols() const {
    Words command{"nm", "-A", "--undefined-only"};
    for (const Object& object : objects_) command.push_back(object.path);
    return run_host_command(command, CommandOutput::captured).output;
  }

  // Objects of archives are PATH:MEMBER.
  std::string name_of(const std::string& object) const {
    for (const Object& known : objects_) {
      if (object.starts_with(known.path)) return known.name + object.substr(known.path.size());
    }
    return "signalbox cc";
  }

  struct Object {
    std::string path;
    std::string name;  // as the user knows it
  };

  const CompilerWords& words_;
  std::string compiler_;
  RuntimeFiles runtime_;
  WorkFolder work_;
  std::vector<Object> objects_;
};

}  // namespace

int build_image(const CompilerWords& words) { return Builder(words).build(); }

}  // namespace signalbox
