// This program is linked with libsignalbox_malloc.so: malloc is ours here.

#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace signalbox::process_heap_test {

// With checks or without, in a program of its own that dies of it.
std::string run_python(const char* code, const char* library) {
  setenv("SIGNALBOX_CODE", code, 1);
  const std::string command = std::string("LD_PRELOAD=") + library + " python3 -c \"$SIGNALBOX_CODE\" 2>&1";
  FILE* pipe = popen(command.c_str(), "r");
  std::string text;
  for (int byte = std::fgetc(pipe); byte != EOF; byte = std::fgetc(pipe)) text.push_back(static_cast<char>(byte));
  pclose(pipe);
  return text;
}

constexpr const char* libc_of_python =
    "import ctypes\n"
    "c = ctypes.CDLL(None)\n"
    "c.malloc.restype = ctypes.c_void_p\n"
    "p = c.malloc(100)\n";

TEST(ProcessHeap, CheckedBuildNamesMisuseAndAborts) {
  const std::string begin = libc_of_python;
  const auto outcome = [&](const char* misuse) {
    return run_python((begin + misuse).c_str(), SIGNALBOX_MALLOC_CHECKED);
  };
  const char* twice = "c.free(ctypes.c_void_p(p)); c.free(ctypes.c_void_p(p))";
  EXPECT_NE(outcome(twice).find(": free already\n"), std::string::npos);
  EXPECT_NE(outcome("c.free(ctypes.c_void_p(p + 16))").find(": not the beginning of a block\n"), std::string::npos);
  EXPECT_NE(outcome("c.free_sized(ctypes.c_void_p(p), ctypes.c_size_t(500))").find(": freed with a size"),
            std::string::npos);
}

TEST(ProcessHeap, AddressesOfOthersAreRefusedWithoutChecksToo) {
  const std::string code = std::string(libc_of_python) + "c.free(ctypes.c_void_p(4096))";
  EXPECT_EQ(run_python(code.c_str(), SIGNALBOX_MALLOC)
                .find("signalbox_malloc: free of 0x1000: not an address of this heap\n"),
            0U);
}

TEST(ProcessHeap, ThreadsThatComeAndGoDoNotGrowIt) {
  const auto round = [] {
    std::thread([] {
      std::vector<void*> all;
      for (std::size_t i = 0; i < 2000; ++i) all.push_back(std::malloc(i));
      for (void* at : all) std::free(at);
    }).join();
  };
  for (int i = 0; i < 10; ++i) round();
  const std::size_t before = mallinfo2().arena;
  for (int i = 0; i < 300; ++i) round();
  EXPECT_LE(mallinfo2().arena, before + (std::size_t{1} << 20U));
}

// What the library maps for itself counts against both. Whether a program may lock memory at all is the host's.
TEST(ProcessHeap, LeavesRoomUnderLimitsOfAddressesAndOfLockedMemory) {
  constexpr const char* code =
      "import ctypes, resource\n"
      "c = ctypes.CDLL(None)\n"
      "print('locked', c.mlockall(3))\n"  // MCL_CURRENT | MCL_FUTURE: fills what is mapped
      "c.munlockall()\n"
      "resource.setrlimit(resource.RLIMIT_AS, (1 << 29, 1 << 29))\n"
      "blocks = [bytes(1000) for i in range(100000)]\n"
      "print('allocated', len(blocks))\n";
  for (const char* library : {SIGNALBOX_MALLOC, SIGNALBOX_MALLOC_CHECKED}) {
    const std::string outcome = run_python(code, library);
    EXPECT_EQ(outcome, run_python(code, "")) << library;
    EXPECT_NE(outcome.find("allocated 100000\n"), std::string::npos) << library;
    const std::string limited = std::string("prlimit --as=134217728 env LD_PRELOAD=") + library + " ls / > /dev/null";
    EXPECT_EQ(std::system(limited.c_str()), 0) << library;
  }
}

// Threads allocate while others fork: a child finds every lock open.
TEST(ProcessHeap, ForkAmongAllocatingThreadsDoesNotDeadlock) {
  std::atomic<bool> is_over{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      while (!is_over) {
        std::vector<void*> all;
        for (std::size_t j = 1; j < 300; ++j) all.push_back(std::malloc(j * 100));
        for (void* at : all) std::free(at);
      }
    });
  }
  for (int i = 0; i < 50; ++i) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      alarm(20);  // a child that hangs dies of it
      for (std::size_t j = 1; j < 500; ++j) std::free(std::malloc(j * 300));
      _exit(7);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
    ASSERT_EQ(WEXITSTATUS(status), 7);
  }
  is_over = true;
  for (std::thread& thread : threads) thread.join();
}

}  // namespace signalbox::process_heap_test
