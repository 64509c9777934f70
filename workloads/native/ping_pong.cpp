#include <array>
#include <memory>

#include "workloads/guest.hpp"
#include "workloads/native/rows.hpp"

namespace signalbox {
namespace {

constexpr std::array arguments{
    number_argument("rounds", 1000, 1, 10'000'000, "how often the ball goes and comes back"),
    time_argument("work", 10_us, 0_ns, 1_s, "what each computes before it passes the ball"),
};

struct Table {
  explicit Table(Guest& guest) : ping(0, guest.name("ping")), pong(0, guest.name("pong")) {}
  Semaphore ping;
  Semaphore pong;
};

struct PingPong {
  std::int64_t rounds;
  Duration work;

  int operator()(Guest& guest) const {
    const auto table = std::make_shared<Table>(guest);
    const Result<Pid> partner = guest.fork("pong", guest_program([*this, table](Guest& child) {
                                             play(child, table->ping, table->pong);
                                             return 0;
                                           }));
    if (!partner.has_value() || !guest.post(table->pong).has_value()) return 1;
    play(guest, table->pong, table->ping);
    return guest.wait(*partner).has_value() ? 0 : 1;
  }

  void play(Guest& guest, Semaphore& comes, Semaphore& goes) const {
    for (std::int64_t round = 0; round < rounds; ++round) {
      guest.expect_burst(work);
      if (!guest.wait(comes).has_value()) return;
      guest.compute(work);
      if (!guest.post(goes).has_value()) return;
    }
  }
};

}  // namespace

const NativeProgram ping_pong_program{"ping_pong", "two processes that pass a ball: nothing but switches", arguments,
                                      [](const ProgramArguments& given, const Prng&) {
                                        return guest_program(PingPong{given.number("rounds"), given.time("work")});
                                      },
                                      [](const ProgramArguments&) { return std::uint64_t{2}; }};

}  // namespace signalbox
