#pragma once

#include <concepts>
#include <memory>
#include <utility>

namespace signalbox {

class Caller;

// What a thread runs; its answer is the thread's exit value, or the process's exit code if it is the first thread.
// Holds any callable that takes a Caller&, movable or not copyable. (std::move_only_function of g++ 12 wants its
// parameter types complete.)
class Program {
 public:
  Program() = default;
  template <class Body>
    requires(!std::same_as<std::remove_cvref_t<Body>, Program>)
  // NOLINTNEXTLINE(google-explicit-constructor): any callable is a program
  Program(Body&& body) : body_(std::make_unique<Holder<std::remove_cvref_t<Body>>>(std::forward<Body>(body))) {}

  int operator()(Caller& caller) { return body_->run(caller); }
  void reset() { body_.reset(); }

 private:
  struct Base {
    virtual ~Base() = default;
    virtual int run(Caller& caller) = 0;
  };
  template <class Body>
  struct Holder final : Base {
    explicit Holder(Body body_) : body(std::move(body_)) {}
    int run(Caller& caller) override { return body(caller); }
    Body body;
  };

  std::unique_ptr<Base> body_;
};

}  // namespace signalbox
