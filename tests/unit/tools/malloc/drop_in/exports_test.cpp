// This program is linked with libsignalbox_malloc.so: malloc is ours here.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace signalbox::exports_test {

std::string library_of(const char* name) {
  Dl_info info{};
  void* symbol = dlsym(RTLD_DEFAULT, name);
  return symbol != nullptr && dladdr(symbol, &info) != 0 ? info.dli_fname : "";
}

TEST(MallocExports, EveryNameIsOurs) {
  for (const char* name : {"malloc",
                           "free",
                           "calloc",
                           "realloc",
                           "reallocarray",
                           "posix_memalign",
                           "aligned_alloc",
                           "memalign",
                           "valloc",
                           "pvalloc",
                           "malloc_usable_size",
                           "free_sized",
                           "free_aligned_sized",
                           "cfree",
                           "mallinfo",
                           "mallinfo2",
                           "malloc_stats",
                           "malloc_info",
                           "malloc_trim",
                           "mallopt",
                           "__libc_malloc",
                           "__libc_free",
                           "__libc_calloc",
                           "__libc_realloc",
                           "__libc_memalign",
                           "_Znwm",
                           "_Znam",
                           "_ZdlPv",
                           "_ZdaPv",
                           "_ZdlPvm",
                           "_ZdlPvSt11align_val_t"}) {
    EXPECT_NE(library_of(name).find("libsignalbox_malloc.so"), std::string::npos) << name << " " << library_of(name);
  }
}

// What the compiler must not see through: it knows what malloc may answer.
template <class T>
T hidden(T value) {
  asm volatile("" : "+r"(value));
  return value;
}

TEST(MallocExports, BlocksAreAlignedTo16Bytes) {
  for (std::size_t bytes = 0; bytes < 300; ++bytes) {
    void* at = malloc(bytes);
    ASSERT_NE(at, nullptr);
    ASSERT_EQ(reinterpret_cast<std::uintptr_t>(at) % 16, 0U) << bytes;
    ASSERT_GE(malloc_usable_size(at), bytes);
    free(at);
  }
}

TEST(MallocExports, MoreThanHalfTheAddressesIsRefused) {
  errno = 0;
  EXPECT_EQ(malloc(hidden(std::size_t{1} << 63U)), nullptr);
  EXPECT_EQ(errno, ENOMEM);
  errno = 0;
  EXPECT_EQ(calloc(hidden(std::size_t{1} << 33U), std::size_t{1} << 33U), nullptr);
  EXPECT_EQ(errno, ENOMEM);
  EXPECT_EQ(reallocarray(nullptr, hidden(std::size_t{1} << 33U), std::size_t{1} << 33U), nullptr);
  EXPECT_EQ(aligned_alloc(64, hidden(std::size_t{1} << 63U)), nullptr);
}

TEST(MallocExports, FreeLeavesErrnoAlone) {
  for (const std::size_t bytes : {std::size_t{100}, std::size_t{100'000}, std::size_t{10'000'000}}) {
    void* at = malloc(bytes);
    errno = 4711;
    free(at);
    EXPECT_EQ(errno, 4711) << bytes;
  }
  free(nullptr);
}

TEST(MallocExports, ReallocOfZeroBytesFrees) { EXPECT_EQ(realloc(hidden(malloc(10)), 0), nullptr); }

TEST(MallocExports, ReallocKeepsWhatFits) {
  std::size_t bytes = 10;
  auto* at = static_cast<char*>(malloc(bytes));
  std::memset(at, 7, bytes);
  for (const std::size_t next : {100U, 5000U, 70'000U, 6'000'000U, 12'000'000U, 5'000'000U, 300U, 8U}) {
    at = static_cast<char*>(realloc(at, next));
    for (std::size_t i = 0; i < std::min<std::size_t>(8, next); ++i) ASSERT_EQ(at[i], 7) << next;
  }
  free(at);
}

TEST(MallocExports, AlignedFormsFollowTheirPages) {
  void* at = nullptr;
  EXPECT_EQ(posix_memalign(&at, 3, 10), EINVAL);
  EXPECT_EQ(posix_memalign(&at, 4, 10), EINVAL);  // no multiple of a pointer's size
  EXPECT_EQ(posix_memalign(&at, 1U << 20U, 10), 0);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(at) % (1U << 20U), 0U);
  free(at);
  errno = 0;
  EXPECT_EQ(aligned_alloc(hidden(std::size_t{24}), 10), nullptr);
  EXPECT_EQ(errno, EINVAL);
  at = memalign(hidden(std::size_t{24}), 10);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(at) % 32, 0U);
  free(at);
  at = pvalloc(1);
  EXPECT_GE(malloc_usable_size(at), 4096U);
  free(at);
}

// The gate: programs of the host print under ours what they print without.
struct GateProgram {
  const char* name;
  const char* command;
};
class Gate : public testing::TestWithParam<GateProgram> {
 protected:
  // Output and exit status of a shell command, with `library` preloaded or none.
  static std::string run(const char* command, const std::string& library) {
    setenv("SIGNALBOX_GATE", command, 1);
    const std::string preload = library.empty() ? "" : "LD_PRELOAD=" + library + " ";
    FILE* pipe = popen((preload + "timeout 120 sh -c \"$SIGNALBOX_GATE\" 2>&1").c_str(), "r");
    std::string text;
    std::array<char, 4096> part{};
    while (const std::size_t got = std::fread(part.data(), 1, part.size(), pipe)) text.append(part.data(), got);
    return text + "status " + std::to_string(pclose(pipe));
  }
};

TEST_P(Gate, RunsUnchanged) {
  const std::string plain = run(GetParam().command, "");
  EXPECT_TRUE(plain.ends_with("status 0")) << plain;
  EXPECT_EQ(run(GetParam().command, SIGNALBOX_MALLOC), plain);
  EXPECT_EQ(run(GetParam().command, SIGNALBOX_MALLOC_CHECKED), plain);
}

constexpr std::array gate_programs{
    GateProgram{"ls", "ls -lR /usr/include | cksum"},
    GateProgram{"git_log", "git -C " SIGNALBOX_SOURCE_DIR " log --stat -n 20 || echo no repository"},
    GateProgram{"little_address_space", "ulimit -v 500000; ls /usr/include | cksum"},
    GateProgram{"python3", "python3 -c 'import json; print(len(json.dumps([{\"a\": str(i)} for i in range(50000)])))'"},
    GateProgram{"python3_threads",
                "python3 -c 'import concurrent.futures as f\n"
                "with f.ThreadPoolExecutor(8) as p: print(sum(p.map(lambda i: len(str(2**i)), range(3000))))'"},
    GateProgram{"perl", "perl -e 'my %h; $h{$_} = $_ x 3 for 1..100000; print scalar(keys %h)'"},
    GateProgram{"cmake", "cmake --version"},
    GateProgram{"sqlite3",
                "echo 'with recursive c(x) as (select 1 union all select x+1 from c where x<100000) "
                "select sum(x) from c;' | sqlite3"},
    GateProgram{"cxx",
                "d=$(mktemp -d) && cd $d && echo '#include <regex>\nint main() { return std::regex(\"a*\").flags(); }' "
                ">a.cpp && g++ -std=c++20 -c a.cpp -o a.o && cksum <a.o; s=$?; rm -r $d; exit $s"},
    GateProgram{"make",
                "d=$(mktemp -d) && cd $d && printf 'all: a b c\\na b c:\\n\\techo $@ > $@\\n' >Makefile && "
                "make -s -j2 && cat a b c; s=$?; rm -r $d; exit $s"}};

INSTANTIATE_TEST_SUITE_P(Programs, Gate, testing::ValuesIn(gate_programs),
                         [](const auto& chosen) { return chosen.param.name; });

}  // namespace signalbox::exports_test
