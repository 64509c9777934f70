#include "tests/oracles/measures.hpp"
#include "tests/oracles/registry.hpp"

namespace signalbox {
namespace {

const std::string silberschatz = "Silberschatz, Galvin and Gagne, Operating System Concepts, 10th edition, section ";
const std::string stallings = "Stallings, Operating Systems, 9th edition, table 9.5";
const std::string tanenbaum = "Tanenbaum and Bos, Modern Operating Systems, 4th edition, section 2.4.2";
const std::string ostep = "Arpaci-Dusseau, Operating Systems: Three Easy Pieces, chapter ";

// Stallings' row of a policy: when A to E finish, and the means of turnaround and of turnaround over service.
void add_stallings(std::vector<Oracle>& oracles, const std::string& policy, const std::string& ends, double turnaround,
                   double normalised) {
  constexpr double rounding = 0.005;
  oracles.push_back({policy, stallings, "when A, B, C, D, E finish", is(ends), finishes(stallings_table)});
  oracles.push_back({policy, stallings, "mean turnaround", is(turnaround), mean_turnaround(stallings_table)});
  oracles.push_back({policy, stallings, "mean of turnaround / service", about(normalised, rounding),
                     mean_normalised_turnaround(stallings_table)});
}

// The sections' tables.
const std::vector<TableRow> convoy{{"A", 0, 24}, {"B", 0, 3}, {"C", 0, 3}};
const std::vector<TableRow> four_bursts{{"A", 0, 6}, {"B", 0, 8}, {"C", 0, 7}, {"D", 0, 3}};
const std::vector<TableRow> four_arrivals{{"A", 0, 8}, {"B", 1, 4}, {"C", 2, 9}, {"D", 3, 5}};
const std::vector<TableRow> tanenbaum_four{{"A", 0, 8}, {"B", 0, 4}, {"C", 0, 4}, {"D", 0, 4}};
const std::vector<TableRow> tanenbaum_five{{"A", 0, 2}, {"B", 0, 4}, {"C", 3, 1}, {"D", 3, 1}, {"E", 3, 1}};
const std::vector<TableRow> ostep_long_first{{"A", 0, 100}, {"B", 0, 10}, {"C", 0, 10}};
const std::vector<TableRow> ostep_late_short{{"A", 0, 100}, {"B", 10, 10}, {"C", 10, 10}};
const std::vector<TableRow> ostep_fives{{"A", 0, 5}, {"B", 0, 5}, {"C", 0, 5}};

void add_fcfs(std::vector<Oracle>& oracles) {
  oracles.insert(
      oracles.end(),
      {{"fcfs", silberschatz + "5.3.1", "mean wait, bursts 24, 3, 3 in this order (ms)", is(17), mean_wait(convoy)},
       {"fcfs", silberschatz + "5.3.1", "mean wait, bursts 3, 3, 24 in this order (ms)", is(3),
        mean_wait({{"B", 0, 3}, {"C", 0, 3}, {"A", 0, 24}})},
       {"fcfs", silberschatz + "5.3.2", "mean wait, bursts 6, 8, 7, 3 (ms)", is(10.25), mean_wait(four_bursts)},
       {"fcfs", tanenbaum, "mean turnaround, jobs of 8, 4, 4, 4 (min)", is(14), mean_turnaround(tanenbaum_four)},
       {"fcfs", ostep + "7", "mean turnaround, jobs of 10, 10, 10 (s)", is(20),
        mean_turnaround({{"A", 0, 10}, {"B", 0, 10}, {"C", 0, 10}})},
       {"fcfs", ostep + "7", "mean turnaround, jobs of 100, 10, 10 (s)", is(110), mean_turnaround(ostep_long_first)}});
  add_stallings(oracles, "fcfs", "3 9 13 18 20", 8.6, 2.56);
}

void add_sjf(std::vector<Oracle>& oracles) {
  oracles.insert(
      oracles.end(),
      {{"sjf", silberschatz + "5.3.2", "Gantt chart, bursts 6, 8, 7, 3 (ms)", is("D3 A6 C7 B8"), gantt(four_bursts)},
       {"sjf", silberschatz + "5.3.2", "mean wait, bursts 6, 8, 7, 3 (ms)", is(7), mean_wait(four_bursts)},
       {"sjf", silberschatz + "5.3.2", "mean wait, bursts 8, 4, 9, 5 from 0, 1, 2, 3 (ms)", is(7.75),
        mean_wait(four_arrivals)},
       {"sjf", tanenbaum, "mean turnaround, jobs of 8, 4, 4, 4 (min)", is(11), mean_turnaround(tanenbaum_four)},
       {"sjf", tanenbaum, "mean turnaround, jobs of 2, 4, 1, 1, 1, the last from 3", is(4.6),
        mean_turnaround(tanenbaum_five)},
       {"sjf", ostep + "7", "mean turnaround, jobs of 100, 10, 10 (s)", is(50), mean_turnaround(ostep_long_first)},
       {"sjf", ostep + "7", "mean turnaround, jobs of 100, 10, 10 from 0, 10, 10 (s)", about(103.33, 0.005),
        mean_turnaround(ostep_late_short)},
       {"sjf", ostep + "7", "mean response, jobs of 5, 5, 5 (s)", is(5), mean_response(ostep_fives)}});
  add_stallings(oracles, "sjf", "3 9 15 20 11", 7.6, 1.84);
}

void add_srtf(std::vector<Oracle>& oracles) {
  oracles.insert(oracles.end(), {{"srtf", silberschatz + "5.3.2", "Gantt chart, bursts 8, 4, 9, 5 from 0, 1, 2, 3 (ms)",
                                  is("A1 B4 D5 A7 C9"), gantt(four_arrivals)},
                                 {"srtf", silberschatz + "5.3.2", "mean wait, bursts 8, 4, 9, 5 from 0, 1, 2, 3 (ms)",
                                  is(6.5), mean_wait(four_arrivals)},
                                 {"srtf", ostep + "7", "Gantt chart, jobs of 100, 10, 10 from 0, 10, 10 (s)",
                                  is("A10 B10 C10 A90"), gantt(ostep_late_short)},
                                 {"srtf", ostep + "7", "mean turnaround, jobs of 100, 10, 10 from 0, 10, 10 (s)",
                                  is(50), mean_turnaround(ostep_late_short)}});
  add_stallings(oracles, "srtf", "3 15 8 20 10", 7.2, 1.59);
}

void add_round_robin(std::vector<Oracle>& oracles) {
  const std::string one = "round_robin:quantum=1ms";
  const std::string four = "round_robin:quantum=4ms";
  oracles.push_back({one, ostep + "7", "mean response, jobs of 5, 5, 5 (s)", is(1), mean_response(ostep_fives)});
  oracles.push_back({one, ostep + "7", "mean turnaround, jobs of 5, 5, 5 (s)", is(14), mean_turnaround(ostep_fives)});
  add_stallings(oracles, one, "4 18 17 20 15", 10.8, 2.71);
  oracles.push_back(
      {four, silberschatz + "5.3.3", "Gantt chart, bursts 24, 3, 3 (ms)", is("A4 B3 C3 A20"), gantt(convoy)});
  oracles.push_back({four, silberschatz + "5.3.3", "mean wait, bursts 24, 3, 3 (ms)", is(17.0 / 3), mean_wait(convoy)});
  add_stallings(oracles, four, "3 17 11 20 19", 10, 2.71);
}

void add_priority(std::vector<Oracle>& oracles) {
  const std::vector<TableRow> five{{"A", 0, 10, 3}, {"B", 0, 1, 1}, {"C", 0, 2, 4}, {"D", 0, 1, 5}, {"E", 0, 5, 2}};
  const std::vector<TableRow> pairs{{"A", 0, 4, 3}, {"B", 0, 5, 2}, {"C", 0, 8, 2}, {"D", 0, 7, 1}, {"E", 0, 3, 3}};
  oracles.insert(
      oracles.end(),
      {{"priority", silberschatz + "5.3.4", "Gantt chart, bursts 10 1 2 1 5 of priority 3 1 4 5 2",
        is("B1 E5 A10 C2 D1"), gantt(five)},
       {"priority", silberschatz + "5.3.4", "mean wait, bursts 10 1 2 1 5 of priority 3 1 4 5 2 (ms)", is(8.2),
        mean_wait(five)},
       {"priority:quantum=2ms", silberschatz + "5.3.4", "Gantt chart, bursts 4 5 8 7 3 of priority 3 2 2 1 3",
        is("D7 B2 C2 B2 C2 B1 C4 A2 E2 A2 E1"), gantt(pairs)}});
}

// What no policy would do: the order by which Tanenbaum shows that shortest first is not the best.
void add_manual(std::vector<Oracle>& oracles) {
  const auto in_the_order_of_the_file = [](const std::string&) -> Measured {
    OptionFile file{.path = "bcdea.txt", .text = "2\n3\n4\n5\n1\n"};
    PolicyDriver driver(PolicyChoice{find_policy("manual"), OptionValues({{"file", std::move(file)}})}, {});
    for (const TableRow& row : tanenbaum_five) driver.add(job(row.name, 1_ms * row.service, {}, 1_ms * row.arrival));
    driver.run();
    return driver.mean_turnaround_ms();
  };
  oracles.push_back({"manual:file=bcdea.txt", tanenbaum, "mean turnaround of 2, 4, 1, 1, 1 in order B, C, D, E, A",
                     is(4.4), in_the_order_of_the_file});
}

void add_multilevel_queue(std::vector<Oracle>& oracles) {
  const std::string policy = "multilevel_queue:between=turns";
  const JobRun two_each{.jobs = nice_hogs({0, 0, 5, 5}), .horizon = 10_s};
  const std::string background = "CPU share of the background's ";
  oracles.push_back({policy, silberschatz + "5.3.5", "CPU share of each of the foreground's two processes", is(0.4),
                     share(two_each, 0)});
  oracles.push_back({policy, silberschatz + "5.3.5", background + "first process", is(0.2), share(two_each, 2)});
  oracles.push_back({policy, silberschatz + "5.3.5", background + "second process", is(0), share(two_each, 3)});
}

void add_mlfq(std::vector<Oracle>& oracles) {
  const std::string feedback = "mlfq:queues=8,quantum=1ms,boost=off,preempt=false,demote=contended,growth=";
  add_stallings(oracles, feedback + "1", "4 20 16 19 11", 10, 2.29);
  add_stallings(oracles, feedback + "2", "4 17 18 20 14", 10.6, 2.63);
  const std::string three_queues = "mlfq:queues=3,quantum=10ms,growth=1,boost=off";
  oracles.push_back({three_queues, ostep + "8, figure 8.3", "Gantt chart, jobs of 180 and, from 100, 20 (ms)",
                     is("A100 B20 A80"), gantt({{"A", 0, 180}, {"B", 100, 20}})});
  DriverJob interactive{.name = "B", .arrival = Instant() + 50_ms, .steps = {}};
  for (int i = 0; i < 9; ++i) interactive.steps.push_back({1_ms, 9_ms});
  const auto longest_wait = [](const PolicyDriver& driver) { return milliseconds(driver.task(1).longest_wait); };
  oracles.push_back({three_queues, ostep + "8, figure 8.4",
                     "longest wait of who computes 1 ms of 10, beside a hog (ms)", is(0),
                     of_run({.jobs = {hog("A"), interactive}, .horizon = 200_ms}, longest_wait)});
}

}  // namespace

std::vector<Oracle> textbook_oracles() {
  std::vector<Oracle> oracles;
  add_fcfs(oracles);
  add_sjf(oracles);
  add_srtf(oracles);
  add_stallings(oracles, "hrrn", "3 9 13 20 15", 8, 2.14);
  add_round_robin(oracles);
  add_priority(oracles);
  add_multilevel_queue(oracles);
  add_mlfq(oracles);
  add_manual(oracles);
  return oracles;
}

}  // namespace signalbox
