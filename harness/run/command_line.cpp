#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <string_view>

#include "run/exit_code.h"
#include "run/options.h"
#include "run/version.h"

namespace diconform::run {
namespace {

using Verb = int (*)(const Options&);

CLI::Option* with_twin(CLI::Option* option, const char* variable) { return option->envname(variable); }

void add_target(CLI::App& verb, TargetOptions& target) {
  with_twin(verb.add_option("--endpoint", target.endpoint,
                            "URL of the endpoint (left out: the embedded reference endpoint)"),
            "DICONFORM_ENDPOINT");
  with_twin(verb.add_option("--host", target.host,
                            "what Host and the signature say (left out: the URL's authority)"),
            "DICONFORM_HOST");
  with_twin(verb.add_option("--world", target.world, "http://…/HOOK, exec:COMMAND or static:FILE"),
            "DICONFORM_WORLD");
  with_twin(verb.add_option("--secret-id", target.secret_id, "the account, where worlds are not isolated"),
            "DICONFORM_SECRET_ID");
  with_twin(verb.add_option("--secret-key-file", target.secret_key_file,
                            "file with the key (or DICONFORM_SECRET_KEY)"),
            "DICONFORM_SECRET_KEY_FILE");
  with_twin(verb.add_option("--token", target.token, "token of temporary credentials"), "DICONFORM_TOKEN");
  with_twin(verb.add_option("--region", target.region, "the usual Region")->capture_default_str(),
            "DICONFORM_REGION");
  with_twin(verb.add_option(
                "--edition", target.edition,
                "undated, 2023-03-27 or 2025-11-19 (left out: the target file's, the hook's, 2023-03-27)"),
            "DICONFORM_EDITION");
  with_twin(verb.add_option("--target", target.target_file, "target file"), "DICONFORM_TARGET");
  with_twin(verb.add_option("--cases", target.cases, "folder of a catalogue (left out: the one built in)"),
            "DICONFORM_CASES");
  with_twin(verb.add_option("--cacert", target.cacert, "PEM file of the authority to trust"),
            "DICONFORM_CACERT");
  with_twin(verb.add_option("--jobs", target.jobs, "trials side by side (left out: chosen)"),
            "DICONFORM_JOBS");
  with_twin(verb.add_option("--seed", target.seed, "seed of ids and order (left out: drawn and printed)"),
            "DICONFORM_SEED");
  with_twin(verb.add_option("--timeout", target.timeout, "for one call")->capture_default_str(),
            "DICONFORM_TIMEOUT");
  with_twin(verb.add_option("--pace", target.pace, "at most so many calls a second, such as 9/s"),
            "DICONFORM_PACE");
  verb.add_flag("--allow-destructive", target.allow_destructive, "off loopback: delete what this run owns");
}

void add_report(CLI::App& verb, ReportOptions& report) {
  verb.add_option("--report", report.reports,
                  "console, json, ndjson, junit, html or markdown, with =PATH (repeatable)")
      ->allow_extra_args(false);
  with_twin(verb.add_option("--known-failures", report.known_failures, "list of known failures"),
            "DICONFORM_KNOWN_FAILURES");
  with_twin(verb.add_option("--shard", report.shard, "this share of the trials: I/N"), "DICONFORM_SHARD");
  with_twin(
      verb.add_option("--min-verified", report.min_verified, "exit 4 below so many verified trials: N or P%")
          ->capture_default_str(),
      "DICONFORM_MIN_VERIFIED");
  with_twin(verb.add_option("--rate-trials", report.rate_trials, "auto, skip or only")
                ->capture_default_str()
                ->check(CLI::IsMember({"auto", "skip", "only"})),
            "DICONFORM_RATE_TRIALS");
  verb.add_flag("--strict", report.strict, "clauses that do not gate fail the run too");
  verb.add_flag("--allow-inconclusive", report.allow_inconclusive,
                "an inconclusive trial does not fail the run");
}

void add_format(CLI::App& verb, Options& options) {
  verb.add_option("--format", options.format, "text or json")
      ->capture_default_str()
      ->check(CLI::IsMember({"text", "json"}));
}

void add_cases(CLI::App& verb, Options& options) {
  with_twin(
      verb.add_option("--cases", options.target.cases, "folder of a catalogue (left out: the one built in)"),
      "DICONFORM_CASES");
  with_twin(verb.add_option("--edition", options.target.edition, "edition of the manual"),
            "DICONFORM_EDITION");
}

class Verbs {
 public:
  Verbs(CLI::App& app, Options& options, Verb& chosen) : app_(app), options_(options), chosen_(chosen) {
    app.require_subcommand(1);
    running();
    driving();
    probing();
    looking();
    reporting();
  }

 private:
  CLI::App& add(CLI::App& parent, const char* name, const char* about, Verb verb) {
    CLI::App* sub = parent.add_subcommand(name, about);
    sub->callback([this, verb] { chosen_ = verb; });
    return *sub;
  }

  void running() {
    CLI::App& run = add(app_, "run", "judge an endpoint by the catalogue", run_verb);
    run.add_option("pattern", options_.patterns,
                   "suites, cases, trial ids (globs) or suite files; none = all");
    add_target(run, options_.target);
    add_report(run, options_.report);
    with_twin(run.add_option("--probes", options_.probes.which,
                             "auto, skip or all: probe the rate limiter by a real clock, too, half a minute")
                  ->capture_default_str()
                  ->check(CLI::IsMember({"auto", "skip", "all"})),
              "DICONFORM_PROBES");
    run.add_option("--level", options_.probes.level,
                   "of the image-ID probe: quick, standard or exhaustive (left out: as its case says)")
        ->check(CLI::IsMember({"quick", "standard", "exhaustive"}));
    CLI::App& fuzz = add(app_, "fuzz", "a campaign against an endpoint, with the model as oracle", fuzz_verb);
    fuzz.add_option("--time", options_.fuzz.time, "how long (left out: 60s, or as long as --requests takes)");
    fuzz.add_option("--requests", options_.fuzz.requests, "at most so many requests (0 = no limit)");
    fuzz.add_option("--journal", options_.fuzz.journal,
                    "write one here, and go on where it stopped after a kill");
    fuzz.add_option("-o,--output", options_.output, "folder for findings (left out: findings)");
    add_target(fuzz, options_.target);
    add_report(fuzz, options_.report);
    CLI::App& serve = add(app_, "serve", "serve the reference endpoint", serve_verb);
    ServeOptions& to = options_.serve;
    serve.add_option("--port", to.port, "port on 127.0.0.1 (0 = any free one)");
    serve.add_flag("--tls", to.tls, "serve HTTPS with a throw-away certificate");
    serve.add_option("--fault", to.fault, "break this (`faults --list` names them)");
    serve.add_option("--edition", to.edition, "edition of the manual")->capture_default_str();
    serve.add_option("--rate", to.rate, "calls per second (0 = none)");
    serve.add_option("--limiter", to.limiter, "kind of rate limiter")->capture_default_str();
    serve.add_option("--clock", to.clock, "real or virtual")
        ->capture_default_str()
        ->check(CLI::IsMember({"real", "virtual"}));
    serve.add_option("--choice", to.choices, "NAME=ANSWER for a point the manual leaves open (repeatable)");
    serve.add_option("--threads", to.threads, "threads that serve")->capture_default_str();
    serve.add_option("--cases", options_.target.cases, "folder of a catalogue");
  }

  void driving() {
    CLI::App& client =
        add(app_, "client", "judge an SDK by the client catalogue: client … -- DRIVER [ARG…]", client_verb);
    client.add_option("pattern", options_.patterns,
                      "suites, cases, trial ids (globs) or suite files; none = all");
    with_twin(client
                  .add_option("--isolated", options_.client.isolated,
                              "drivers in a place of their own, where real host names lead here: auto, "
                              "always or never")
                  ->capture_default_str()
                  ->check(CLI::IsMember({"auto", "always", "never"})),
              "DICONFORM_ISOLATED");
    client
        .add_option(
            "--trust", options_.client.trust,
            "a file of the driver's own that holds the authorities it trusts, such as certifi's: in an "
            "isolated place it shows the throw-away one (repeatable)")
        ->allow_extra_args(false);
    add_cases(client, options_);
    with_twin(client.add_option("--jobs", options_.target.jobs, "drivers side by side (left out: chosen)"),
              "DICONFORM_JOBS");
    with_twin(client.add_option("--seed", options_.target.seed, "seed of ids (left out: drawn and printed)"),
              "DICONFORM_SEED");
    add_report(client, options_.report);
  }

  void probing() {
    CLI::App* probe =
        app_.add_subcommand("probe", "experiments longer than a scenario")->require_subcommand(1);
    CLI::App& ids = add(*probe, "ids", "which texts the endpoint takes for image IDs", probe_ids_verb);
    add_target(ids, options_.target);
    add_report(ids, options_.report);
    ids.add_option("--level", options_.probe.level, "quick, standard or exhaustive")
        ->capture_default_str()
        ->check(CLI::IsMember({"quick", "standard", "exhaustive"}));
    ids.add_option("--extra-states", options_.probe.extra_states,
                   "also tell apart every validator with so many states more than the manual's");
    ids.add_option("--rate", options_.target.pace, "another name of --pace: 9 or 9/s");
    ids.add_option("--journal", options_.probe.journal,
                   "file of the answers so far: a probe that was killed goes on");
    ids.add_option("--dot", options_.probe.dot, "write the automaton for Graphviz");
    ids.add_option("--plot", options_.probe.plot, "write the automaton as SVG");
    CLI::App& rate = add(*probe, "rate", "which rate limiter the endpoint has", probe_rate_verb);
    add_target(rate, options_.target);
    add_report(rate, options_.report);
    rate.add_option("--plot", options_.probe.plot, "draw what was seen, and the fitted model: an SVG");
    CLI::App& batch =
        add(*probe, "batch", "how many ids a call takes, which error wins, duplicates", probe_batch_verb);
    batch.add_option("--dot", options_.probe.dot, "write which error is named before which for Graphviz");
    batch.add_option("--plot", options_.probe.plot, "the same as SVG");
    add_target(batch, options_.target);
    add_report(batch, options_.report);
  }

  void looking() {
    CLI::App& list = add(app_, "list", "what cases there are", list_verb);
    list.add_option("pattern", options_.patterns, "suites, cases or trial ids (globs)");
    list.add_flag("--client", options_.of_clients, "the cases of `diconform client`");
    list.add_flag("--needs", options_.needs, "how many images of each role a run takes");
    add_format(list, options_);
    add_cases(list, options_);
    CLI::App& explain = add(app_, "explain", "what one case does, and why", explain_verb);
    explain.add_option("case", options_.patterns, "suite/case or a trial id")->required();
    explain.add_option("--seed", options_.target.seed, "seed of the ids");
    add_cases(explain, options_);
    CLI::App& faults =
        add(app_, "faults", "the catalogue against every fault of the reference endpoint", faults_verb);
    faults.add_option("pattern", options_.patterns, "faults or groups (globs); none = all");
    faults.add_flag("--list", options_.names_only, "only name them");
    add_format(faults, options_);
    faults.add_option("--jobs", options_.target.jobs, "trials side by side");
    add_cases(faults, options_);
    CLI::App& coverage = add(app_, "coverage", "which clauses the cases cover", coverage_verb);
    add_format(coverage, options_);
    add_cases(coverage, options_);
    CLI::App& inspect = add(app_, "inspect", "verify one recorded HTTP request", inspect_verb);
    InspectOptions& in = options_.inspect;
    inspect.add_option("file", in.file, "the raw request")->required();
    inspect.add_option("--secret-key-file", in.secret_key_file,
                       "file with the key (or DICONFORM_SECRET_KEY)");
    inspect.add_option("--now", in.now, "Unix time of arrival (left out: the request's own)");
    inspect.add_option("--token", in.token, "the token the account has");
  }

  void reporting() {
    CLI::App* report = app_.add_subcommand("report", "work with reports")->require_subcommand(1);
    files(add(*report, "merge", "shards become one report", report_merge_verb), "JSON reports");
    CLI::App& convert =
        files(add(*report, "convert", "a report in another format", report_convert_verb), "JSON report");
    convert.add_option("--to", options_.format, "format")->required();
    files(add(*report, "diff", "what changed between two reports", report_diff_verb), "two JSON reports");
    CLI::App& promote = add(app_, "promote", "a finding becomes a case, a crash a regression", promote_verb);
    promote.add_option("file", options_.patterns, "case file of a finding, or input of a crash")->required();
    promote.add_option("--into", options_.promote.into,
                       "folder of the catalogue, or of regressions (left out: cases, fuzz/regressions)");
    promote.add_option("--of", options_.promote.of, "the fuzz target that crashed");
    CLI::App* known =
        app_.add_subcommand("known-failures", "work with lists of known failures")->require_subcommand(1);
    files(add(*known, "update", "list the failures of a report", known_failures_update_verb), "LIST REPORT");
    files(add(*known, "prune", "drop what a report no longer shows", known_failures_prune_verb),
          "LIST REPORT");
    CLI::App& check =
        files(add(*known, "check", "is a list well formed and current", known_failures_check_verb), "LIST");
    add_cases(check, options_);
  }

  CLI::App& files(CLI::App& verb, const char* about) {
    verb.add_option("file", options_.patterns, about)->required();
    verb.add_option("-o,--output", options_.output, "write here (left out: standard output)");
    return verb;
  }

  CLI::App& app_;
  Options& options_;
  Verb& chosen_;
};

}  // namespace

int complain(const Error& error, int code) {
  std::cerr << "diconform: " << error.message() << '\n';
  return code;
}

int run_command_line(int argc, char** argv) {
  CLI::App app("Tells whether something that speaks Tencent Cloud's CVM DeleteImages does so rightly.",
               "diconform");
  app.set_version_flag("--version", kVersion);
  Options options;
  Verb chosen = nullptr;
  Verbs verbs(app, options, chosen);
  // What follows "--" is the command of a driver, options and all.
  auto dashes =
      std::find_if(argv, argv + argc, [](const char* word) { return std::string_view(word) == "--"; });
  if (dashes != argv + argc) {
    options.client.driver.assign(dashes + 1, argv + argc);
    argc = static_cast<int>(dashes - argv);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    int code = app.exit(error, std::cout, std::cerr);
    return code == 0 ? kConforms : kUsage;
  }
  return chosen ? chosen(options) : kUsage;
}

}  // namespace diconform::run
