// The command line as values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "run/runner.h"

namespace diconform::run {

// What `run`, `client`, `fuzz` and `probe` share.
struct TargetOptions {
  std::string endpoint;  // URL; empty = the embedded reference endpoint
  std::string host, world, secret_id, secret_key_file, token, region = "ap-guangzhou", edition, target_file,
                                                              cases, cacert;
  std::size_t jobs = 0;  // 0 = chosen
  std::optional<std::uint64_t> seed;
  std::string timeout = "5s", pace;
  bool allow_destructive = false;
};

struct ReportOptions {
  std::vector<std::string> reports;  // FORMAT[=PATH]
  std::string known_failures, shard, min_verified = "1", rate_trials = "auto";
  bool strict = false, allow_inconclusive = false;
};

// The probes among the trials of `run`.
struct TrialProbeOptions {
  std::string which = "auto";  // auto, skip, all: by a real clock the rate limiter, too
  std::string level;           // of image IDs; empty = as the case says
};

struct ServeOptions {
  std::uint16_t port = 0;
  bool tls = false;
  std::string fault, edition = "2023-03-27", limiter = "fixed-window", clock = "real";
  std::optional<std::int64_t> rate;  // 0 = none
  std::vector<std::string> choices;  // NAME=ANSWER
  int threads = 2;
};

struct FuzzOptions {
  std::string time;          // empty: 60 seconds, or no limit where `requests` has one
  std::size_t requests = 0;  // 0 = no limit
  std::string journal;       // to go on from after a kill; empty = none
};

struct PromoteOptions {
  std::string into;  // the catalogue, or the folder of regressions; empty = this project's
  std::string of;    // the fuzz target that crashed
};

struct InspectOptions {
  std::string file, secret_key_file, token;
  std::optional<std::int64_t> now;
};

// `probe ids`, `probe rate`, `probe batch`.
struct ProbeOptions {
  std::string level = "standard";  // ids: quick, standard or exhaustive
  std::size_t extra_states = 0;    // ids
  std::string journal;             // ids: answers so far, to go on from; empty = none
  std::string dot, plot;           // ids, rate: files for pictures; empty = none
};

struct ClientOptions {
  std::vector<std::string> driver;  // the command, after "--"
  std::string isolated = "auto";    // auto, always, never
  std::vector<std::string> trust;   // files of the driver's that hold authorities
};

struct Options {
  std::vector<std::string> patterns;  // or the files of a verb that takes files
  TargetOptions target;
  ReportOptions report;
  ServeOptions serve;
  InspectOptions inspect;
  ProbeOptions probe;
  TrialProbeOptions probes;
  ClientOptions client;
  FuzzOptions fuzz;
  PromoteOptions promote;
  bool needs = false;           // list --needs
  bool of_clients = false;      // list --client
  bool names_only = false;      // faults --list
  std::string format = "text";  // list, coverage, faults: text or json
  std::string output;           // of report and known-failures; empty = stdout
};

// "250ms", "20s", "2m"; nothing without a unit.
std::optional<std::int64_t> parse_duration_us(std::string_view text);

// Reads the command line and does what it says. Never throws; what is written to stderr is for people.
int run_command_line(int argc, char** argv);

// The verbs. Each answers an exit code.
int run_verb(const Options& options);
int client_verb(const Options& options);
int list_verb(const Options& options);
int explain_verb(const Options& options);
int serve_verb(const Options& options);
int faults_verb(const Options& options);
int coverage_verb(const Options& options);
int inspect_verb(const Options& options);
int probe_ids_verb(const Options& options);
int fuzz_verb(const Options& options);
int probe_rate_verb(const Options& options);
int probe_batch_verb(const Options& options);
int promote_verb(const Options& options);
int report_merge_verb(const Options& options);
int report_convert_verb(const Options& options);
int report_diff_verb(const Options& options);
int known_failures_update_verb(const Options& options);
int known_failures_prune_verb(const Options& options);
int known_failures_check_verb(const Options& options);

// Prints "diconform: MESSAGE" to stderr and answers the code.
int complain(const Error& error, int code);

}  // namespace diconform::run
