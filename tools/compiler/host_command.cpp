#include "tools/compiler/host_command.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

constexpr int killed_base = 128;

// What goes to a child's standard output, and comes from there.
struct Pipe {
  int read_end = -1;
  int write_end = -1;

  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw InputError({.file = "signalbox"}, std::strerror(errno), "a free descriptor");
    read_end = ends[0];
    write_end = ends[1];
  }
  ~Pipe() {
    close(read_end);
    if (write_end >= 0) close(write_end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  std::string read_all() {
    close(write_end);
    write_end = -1;
    std::string text;
    char part[4096];
    for (ssize_t got = 0; (got = read(read_end, part, sizeof part)) > 0;)
      text.append(part, static_cast<std::size_t>(got));
    return text;
  }
};

pid_t start(const std::vector<std::string>& words, const Pipe* out) {
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (out != nullptr) posix_spawn_file_actions_adddup2(&actions, out->write_end, STDOUT_FILENO);
  pid_t child = -1;
  const int error = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0)
    throw InputError({.file = words.front()}, "it cannot be run: " + std::string(std::strerror(error)),
                     "an installed program of that name");
  return child;
}

int wait_for(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : killed_base + WTERMSIG(status);
}

}  // namespace

CommandResult run_host_command(const std::vector<std::string>& words, CommandOutput output) {
  CommandResult result;
  if (output == CommandOutput::shared) {
    result.status = wait_for(start(words, nullptr));
    return result;
  }
  Pipe out;
  const pid_t child = start(words, &out);
  result.output = out.read_all();
  result.status = wait_for(child);
  return result;
}

}  // namespace signalbox
