// Random C programs (fork, threads, files, memory, ends by fault) say the same emulated as on the host, under policies
// and numbers of CPUs that differ, and each runs the same twice. A failure is shrunk, and printed as the program it is;
// 25 of them, or as many as RC_PARAMS="max_success=1000" asks for.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <climits>
#include <cstdlib>

#include "tests/support/compiled_run.hpp"

namespace signalbox::random_programs_test {

// Numbers as a program: each is a deed with two arguments, or begins a thread's or a child's block of the next ones.
class ProgramText {
 public:
  explicit ProgramText(const std::vector<std::uint32_t>& words) : words_(words) {
    const std::string main_deeds = deeds(words.size(), 0, false);
    text_ = fmt::format("#include \"{}/tests/conformance/random_program.h\"\n\n{}", SIGNALBOX_SOURCE_DIR, blocks_);
    text_ += fmt::format(
        "int main(int argc, char **argv) {{\n  static struct actor actor, *self = &actor;\n"
        "  begin(self, argc > 1 ? argv[1] : \"/tmp\");\n{}  return end(self);\n}}\n",
        main_deeds);
  }
  const std::string& text() const { return text_; }

 private:
  static constexpr std::array simple{"compute",  "use_heap",  "use_heap", "use_global", "use_file",
                                     "use_file", "use_names", "use_maps", "err",        "use_library",
                                     "leap",     "nap",       "add"};

  std::string deeds(std::size_t count, int depth, bool is_thread) {
    std::string text;
    for (; count > 0 && next_ < words_.size(); --count) text += deed(words_[next_++], depth, is_thread);
    return text;
  }

  std::string deed(std::uint32_t word, int depth, bool is_thread) {
    const std::uint32_t kind = word % 20, a = word >> 8 & 255, b = word >> 16 & 255;
    if (kind < simple.size()) return fmt::format("  {}(self, {}, {});\n", simple.at(kind), a, b);
    if (kind == 18) return "  join(self);\n";
    if (kind == 19) return "  reap(self);\n";
    if (is_thread || depth == 3 || actors_ == 200) return "  nap(self, 1, 0);\n";
    const bool starts_thread = kind % 2 == 0;
    const int number = ++actors_;
    const std::string body = deeds(1 + a % 8, depth + 1, starts_thread);
    blocks_ += fmt::format("static void block_{}(struct actor *self) {{\n{}  (void)self;\n}}\n\n", number, body);
    if (starts_thread) return fmt::format("  start(self, block_{0}, {0});\n", number);
    return fmt::format("  spawn(self, block_{0}, {0}, {1});\n", number, b % 12);
  }

  const std::vector<std::uint32_t>& words_;
  std::size_t next_ = 0;
  int actors_ = 0;
  std::string blocks_;
  std::string text_;
};

void compare(const std::vector<std::uint32_t>& words, unsigned number) {
  static constexpr std::array policies{"round_robin:quantum=5us", "eevdf", "fcfs", "random", "mlfq", "lottery"};
  const ProgramText program(words);
  const TestFolder folder;
  const std::string source = folder.write("program.c", program.text());
  const TestFolder files;
  const std::string expected = host_output(folder, source, {"gcc", "-w", "-O1", "-pthread"}, {files.path("")});
  const std::string image = folder.path("program");
  RC_ASSERT(build_image(read_compiler_words({number % 2 == 0 ? "-O0" : "-O2", "-w", source, "-o", image})) == 0);
  for (const unsigned cpus : {1U, 3U}) {
    const CompiledOptions options{
        .policy = policies.at((number + cpus) % policies.size()), .cpus = cpus, .limit = 100_s};
    const CompiledRun run = run_image(image, options);
    if (run.output != expected || run.end != RunEnd::finished) {
      RC_LOG() << options.policy << " on " << cpus << "\n" << program.text();
    }
    RC_ASSERT(run.output == expected);
    RC_ASSERT(run.end == RunEnd::finished);
    RC_ASSERT(run_image(image, options).hash == run.hash);
  }
}

TEST(RandomPrograms, SayTheSameEmulatedAsOnTheHost) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const unsigned most = std::getenv("RC_PARAMS") != nullptr ? UINT_MAX : 25;
  unsigned number = 0;
  EXPECT_TRUE(rc::check("random programs", [&](const std::vector<std::uint32_t>& words) {
    if (number < most) compare(words, number++);
  }));
}

}  // namespace signalbox::random_programs_test
