#include <fmt/format.h>

#include <array>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "glasscape/app/command_line.hpp"
#include "glasscape/app/cost_file.hpp"
#include "glasscape/app/inspect.hpp"
#include "glasscape/app/team_file.hpp"
#include "glasscape/app/verbs.hpp"
#include "glasscape/core/duration.hpp"
#include "glasscape/core/solution.hpp"
#include "glasscape/store/lock.hpp"
#include "glasscape/store/result_file.hpp"

namespace glasscape::app {

namespace {

constexpr std::array outcomes{Outcome::done, Outcome::failed, Outcome::unconverged, Outcome::inferred,
                              Outcome::pending};

struct Status {
  std::string file;
  std::size_t points = 0;
  std::array<std::size_t, 5> counts = {};  ///< by value of Outcome
  std::optional<store::Holder> holder;     ///< who is running it now
  double points_per_second = 0;            ///< of the running job so far
  std::optional<TotalCost> cost;           ///< of all points, where it is known
  TotalCost cost_left;                     ///< of those pending
  std::optional<TeamFile> teams;           ///< of the running job; else, of one that died

  std::size_t pending() const { return counts[0]; }
  double seconds_left() const {
    return points_per_second > 0 ? static_cast<double>(pending()) / points_per_second : infinity;
  }
};

/// The sweep that made a file; nothing where this program would not make it any more.
std::optional<Sweep> sweep_of(const store::ResultFile& file, Registry registry) try {
  std::vector<std::string> overrides;
  std::istringstream lines(file.attribute("overrides"));
  for (std::string line; std::getline(lines, line);) overrides.push_back(line);
  return read_sweep(file.attribute("sweep_file"), file.path().string(), overrides, registry);
} catch (const UserError&) {
  return std::nullopt;
}

void add_cost(Status& status, const store::ResultFile& file, const std::vector<double>& rows, Registry registry) {
  const auto sweep = sweep_of(file, registry);
  if (!sweep || sweep->space.size() != rows.size()) return;
  CostModel model(*sweep->solver, sweep->space, find_costs(file.path(), sweep->solver->schema));
  if (!model.is_known()) return;
  status.cost = total_cost(*sweep, model);
  std::vector<std::size_t> pending;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] == static_cast<double>(Outcome::pending)) pending.push_back(i);
  }
  status.cost_left = model.total(pending);
}

Status read_status(const std::string& path, Registry registry) {
  const store::ResultFile file(path);
  Status status;
  status.file = path;
  status.points = file.rows();
  status.holder = store::holder_of(path);
  status.teams = TeamFile::read(path);
  const std::vector<double> rows = file.read(store::field_name::status);
  add_cost(status, file, rows, registry);
  for (const double value : rows) {
    if (value >= 0 && value < 5) ++status.counts[static_cast<std::size_t>(value)];
  }
  if (status.holder) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const double seconds =
        std::max(1.0, std::chrono::duration<double>(now).count() - static_cast<double>(status.holder->started));
    const std::size_t finished = status.points - status.pending();
    const std::size_t solved = finished - std::min(finished, status.holder->done_at_start);
    status.points_per_second = static_cast<double>(solved) / seconds;
  }
  return status;
}

/// What the teams are doing; of a job that died, what they were doing.
void print_teams(const Status& status) {
  if (!status.teams) return;
  const bool running = status.holder.has_value();
  if (!running) std::cout << "the last job died; under way were:\n";
  for (const TeamLine& team : status.teams->lines) {
    std::cout << fmt::format("  rank {:<5} {}: {}", team.rank, team.point, format_duration(team.seconds));
    if (!team.report.empty()) std::cout << ", " << team.report;
    if (team.silence > 10) std::cout << fmt::format("; no sign of life for {}", format_duration(team.silence));
    std::cout << '\n';
  }
  const std::size_t others = status.teams->teams - status.teams->idle - status.teams->lines.size();
  if (others > 0) std::cout << fmt::format("  and {} other teams\n", others);
  if (running && status.teams->idle > 0) std::cout << fmt::format("  {} idle\n", status.teams->idle);
}

void print_text(const Status& status) {
  std::cout << fmt::format("{}: {} points", status.file, status.points);
  for (const Outcome outcome : outcomes) {
    const std::size_t count = status.counts[static_cast<std::size_t>(outcome)];
    if (count > 0) std::cout << fmt::format(", {} {}", count, name_of(outcome));
  }
  std::cout << '\n';
  if (status.cost && status.pending() > 0) {
    std::cout << fmt::format("cost: {} of one team; {} are left\n", cost_text(*status.cost),
                             cost_text(status.cost_left));
  }
  if (status.holder) {
    std::cout << fmt::format("running: process {} on {}, {:.3g} points/s, {} left\n", status.holder->pid,
                             status.holder->host, status.points_per_second, format_duration(status.seconds_left()));
  } else {
    std::cout << (status.pending() > 0 ? "not running: run the sweep again to continue\n" : "complete\n");
  }
  print_teams(status);
}

void print_json(const Status& status) {
  nlohmann::ordered_json json{{"file", status.file}, {"points", status.points}};
  for (const Outcome outcome : outcomes) {
    json[std::string(name_of(outcome))] = status.counts[static_cast<std::size_t>(outcome)];
  }
  json["running"] = status.holder.has_value();
  if (status.holder) {
    json["host"] = status.holder->host;
    json["pid"] = status.holder->pid;
    json["started"] = status.holder->started;
    json["points_per_second"] = status.points_per_second;
    const double left = status.seconds_left();
    json["seconds_left"] = left < infinity ? nlohmann::ordered_json(left) : nlohmann::ordered_json();
  }
  if (status.cost) {
    for (const auto& [name, cost] : {std::pair("cost", *status.cost), {"cost_left", status.cost_left}}) {
      json[name] = {{"seconds", cost.seconds}, {"factor", cost.factor}};
    }
  }
  if (status.teams) {
    for (const TeamLine& team : status.teams->lines) {
      json["teams"].push_back({{"rank", team.rank},
                               {"point", team.point},
                               {"seconds", team.seconds},
                               {"silence", team.silence},
                               {"report", team.report}});
    }
  }
  std::cout << json.dump() << '\n';
}

}  // namespace

ExitCode status_verb(const Arguments& arguments, Registry registry) {
  CommandLine line{.synopsis = "glasscape status FILE [--json] [--follow]",
                   .about = "Counts the points of a result file by what became of them; works while the sweep runs.\n",
                   .options = boost::program_options::options_description("options"),
                   .positional = "file"};
  line.options.add_options()("json", "one line of JSON")("follow", "again every second until nobody runs the sweep");
  const auto given = line.parse(arguments);
  if (!given) return ExitCode::complete;
  const std::string path = required(*given, "file", "the result file");
  while (true) {
    const Status status = read_status(path, registry);
    given->count("json") > 0 ? print_json(status) : print_text(status);
    std::cout.flush();
    if (given->count("follow") == 0 || !status.holder) return ExitCode::complete;
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
}

}  // namespace glasscape::app
