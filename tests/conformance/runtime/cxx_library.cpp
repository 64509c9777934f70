// C++'s library: exceptions through several frames and over threads, threads and what they meet at, streams,
// containers.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <future>
#include <iomanip>
#include <iostream>
#include <latch>
#include <memory>
#include <mutex>
#include <numeric>
#include <random>
#include <regex>
#include <semaphore>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace {

thread_local int own = 5;
const std::string global = "constructed before main";

struct Shape {
  virtual ~Shape() = default;
  virtual int corners() const = 0;
};
struct Triangle final : Shape {
  int corners() const override { return 3; }
};

struct Guard {
  int depth;
  ~Guard() { std::cout << "unwound " << depth << "\n"; }
};

int descend(int depth) {
  const Guard guard{depth};
  if (depth == 0) throw std::out_of_range("the bottom");
  return descend(depth - 1) + 1;
}

void exceptions() {
  try {
    descend(2);
  } catch (const std::logic_error& error) {
    std::cout << "caught " << error.what() << "\n";
  }
  std::promise<int> promise;
  std::thread([&] {
    try {
      throw 3;
    } catch (int) {
      promise.set_exception(std::current_exception());
    }
  }).join();
  try {
    promise.get_future().get();
  } catch (int value) {
    std::cout << "another thread threw " << value << "\n";
  }
  try {
    std::vector<int>().at(3);
  } catch (const std::exception& error) {
    std::cout << error.what() << "\n";
  }
}

void threads() {
  std::mutex mutex;
  std::condition_variable changed;
  bool is_ready = false;
  int seen = 0;
  std::thread waiter([&] {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return is_ready; });
    seen = own += 2;
  });
  {
    const std::lock_guard lock(mutex);
    is_ready = true;
  }
  changed.notify_one();
  waiter.join();
  std::cout << seen << " " << own << " " << std::async(std::launch::async, [] { return 7; }).get() << "\n";
  std::atomic<int> word{0};
  std::thread sleeper([&] {
    word.wait(0);
    std::cout << "woken by " << word << "\n";
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
  word = 1;
  word.notify_all();
  sleeper.join();
  std::counting_semaphore<4> semaphore(0);
  std::latch latch(2);
  std::thread other([&] {
    semaphore.release();
    latch.count_down();
  });
  semaphore.acquire();
  latch.arrive_and_wait();
  other.join();
}

void streams() {
  std::ostringstream text;
  text << std::setw(8) << std::setfill('*') << std::hex << 255 << " " << std::fixed << std::setprecision(3) << 3.14159;
  std::cout << text.str() << "\n";
  const std::string path = "/tmp/signalbox_cxx_" + std::to_string(getpid());
  std::ofstream(path) << "line one\nline two\n";
  std::ifstream in(path);
  int lines = 0;
  for (std::string line; std::getline(in, line);) ++lines;
  unlink(path.c_str());
  std::cout << lines << " lines\n";
  std::smatch parts;
  const std::string address = "me@there";
  std::cout << std::regex_match(address, parts, std::regex("(\\w+)@(\\w+)")) << " " << parts[2] << "\n";
}

void relatives() {
  std::cout.flush();
  if (fork() == 0) {
    try {
      throw std::string("thrown in the child");
    } catch (const std::string& what) {
      std::cout << what << std::endl;
    }
    _exit(3);
  }
  int status = 0;
  wait(&status);
  std::cout << WEXITSTATUS(status) << "\n";
}

}  // namespace

int main() {
  const std::unique_ptr<Shape> shape = std::make_unique<Triangle>();
  std::cout << shape->corners() << " " << global << "\n";
  exceptions();
  threads();
  streams();
  relatives();
  std::mt19937 random(1);
  std::vector<int> values(1000);
  std::iota(values.begin(), values.end(), 0);
  std::shuffle(values.begin(), values.end(), random);
  std::cout << values[0] << " ";
  std::sort(values.begin(), values.end());
  std::cout << values[500] << "\n";
  std::wcout << L"wide" << std::endl;
}
