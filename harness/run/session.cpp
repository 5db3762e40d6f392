#include "run/session.h"

#include <cstdlib>
#include <random>
#include <thread>

#include "base/file.h"
#include "base/json_reader.h"
#include "base/text.h"
#include "run/exit_code.h"
#include "target/provider_check.h"

namespace diconform::run {
namespace {

constexpr std::string_view kDefaultEdition = "2023-03-27";

std::unexpected<NotOpened> usage(Error error) { return std::unexpected(NotOpened{std::move(error), kUsage}); }
std::unexpected<NotOpened> unusable(Error error) {
  return std::unexpected(NotOpened{std::move(error), kUnusable});
}

// A secret from a file or from the environment, never from the command line.
Result<std::string> read_secret(const std::string& file, const char* variable) {
  if (!file.empty()) {
    TRY(std::string text, read_file(file, 4096));
    return std::string(trimmed(text));
  }
  const char* value = std::getenv(variable);
  return std::string(value ? value : "");
}

Result<double> parse_pace(const std::string& text) {
  std::string_view number = text;
  if (number.ends_with("/s")) number.remove_suffix(2);
  auto value = to_unsigned(number);
  if (!value || *value == 0) return failure("--pace", quoted(text) + " is no pace", "such as 9/s");
  return static_cast<double>(*value);
}

// Two threads a core keep a foreign endpoint busy while some wait; embedded calls never wait.
std::size_t chosen_jobs(std::size_t wanted, bool embedded) {
  if (wanted > 0) return wanted;
  std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  return embedded ? cores : cores * 4;
}

}  // namespace

std::optional<std::int64_t> parse_duration_us(std::string_view text) {
  static constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {
      {"us", 1}, {"ms", 1000}, {"s", 1'000'000}, {"m", 60'000'000}};
  for (const auto& [unit, factor] : kUnits) {
    if (!text.ends_with(unit)) continue;
    auto value = to_unsigned(text.substr(0, text.size() - unit.size()));
    if (value && *value < 1'000'000'000) return static_cast<std::int64_t>(*value) * factor;
  }
  return std::nullopt;
}

Result<scenario::Catalogue> open_catalogue(const std::string& folder, Cases cases) {
  if (!folder.empty()) return scenario::read_catalogue_folder(folder);
  return cases == Cases::kAll ? scenario::read_catalogue(scenario::embedded_files())
                              : scenario::read_vocabulary(scenario::embedded_files());
}

Result<TargetFile> read_target_file(const std::string& path) {
  TargetFile file;
  if (path.empty()) return file;
  TRY(Json json, read_json_file(path));
  ObjectReader members(json, path);
  members.optional("endpoint", file.endpoint);
  members.optional("host", file.host);
  members.optional("world", file.world);
  members.optional("edition", file.edition);
  members.optional("choices", file.choices);
  members.optional("acknowledge", file.acknowledge);
  TRY_VOID(members.finish());
  return file;
}

std::expected<std::unique_ptr<Session>, NotOpened> Session::open(const TargetOptions& options, Cases cases) {
  std::unique_ptr<Session> session(new Session);
  if (auto configured = session->configure(options, cases); !configured)
    return std::unexpected(configured.error());
  return session;
}

std::expected<void, NotOpened> Session::configure(const TargetOptions& options, Cases cases) {
  auto file = read_target_file(options.target_file);
  if (!file) return usage(file.error());
  auto catalogue = open_catalogue(options.cases, cases);
  if (!catalogue) return usage(catalogue.error());
  catalogue_ = std::move(*catalogue);
  wanted_edition_ = options.edition.empty() ? file->edition : options.edition;
  if (!wanted_edition_.empty() && !catalogue_.edition(wanted_edition_)) {
    return usage({"--edition", "there is no edition " + diconform::quoted(wanted_edition_),
                  "undated, 2023-03-27 or 2025-11-19"});
  }
  edition_ = catalogue_.edition(wanted_edition_.empty() ? kDefaultEdition : wanted_edition_);
  if (!edition_)
    return usage({"--cases", "the catalogue lacks the edition " + std::string(kDefaultEdition),
                  "name one with --edition"});
  for (const auto& [name, answer] : file->choices) {
    auto choice = catalogue_.choices.find(name);
    if (choice == catalogue_.choices.end())
      return usage({options.target_file + ": /choices", "there is no choice " + diconform::quoted(name), ""});
  }
  pinned_ = file->choices;
  auto timeout = parse_duration_us(options.timeout);
  if (!timeout)
    return usage(
        {"--timeout", diconform::quoted(options.timeout) + " is no duration", "such as 250ms or 20s"});
  setup_.timeout_us = *timeout;
  setup_.catalogue = &catalogue_;
  setup_.clock = &clock_;
  setup_.region = options.region;
  setup_.seed = options.seed ? *options.seed : std::random_device{}();
  auto key = read_secret(options.secret_key_file, "DICONFORM_SECRET_KEY");
  if (!key) return usage(key.error());
  setup_.credentials = {options.secret_id.empty() ? "AKIDdiconform" : options.secret_id, *key, options.token};
  if (!options.pace.empty()) {
    auto pace = parse_pace(options.pace);
    if (!pace) return usage(pace.error());
    pacer_ = std::make_unique<target::Pacer>(clock_, *pace);
    setup_.pacer = pacer_.get();
  }
  bool embedded = options.endpoint.empty() && file->endpoint.empty();
  jobs_ = chosen_jobs(options.jobs, embedded);
  return embedded ? open_embedded() : open_endpoint(options, *file);
}

std::expected<void, NotOpened> Session::open_embedded() {
  reference::EndpointOptions endpoint;
  endpoint.edition = *edition_;
  endpoint.virtual_clocks = true;
  endpoint.clock = &clock_;
  auto made = reference::Embedded::make(std::move(endpoint));
  if (!made) return std::unexpected(NotOpened{made.error(), kDefect});
  embedded_ = std::move(*made);
  setup_.transports = embedded_->transports();
  setup_.worlds = &embedded_->worlds();
  setup_.host = "cvm.tencentcloudapi.com";
  auto hello = setup_.worlds->hello();
  if (!hello) return std::unexpected(NotOpened{hello.error(), kDefect});
  setup_.capabilities = *hello;
  return {};
}

std::expected<void, NotOpened> Session::open_endpoint(const TargetOptions& options, const TargetFile& file) {
  url_ = options.endpoint.empty() ? file.endpoint : options.endpoint;
  auto address = wire::parse_url(url_);
  if (!address) return usage(address.error());
  address->ca_file = options.cacert;
  std::string host = options.host.empty() ? file.host : options.host;
  setup_.host = host.empty() ? address->authority() : host;
  guard_ = std::make_unique<target::Guard>(
      target::GuardSettings{options.allow_destructive, address->host, file.acknowledge});
  setup_.loopback = address->host == "localhost" || target::is_loopback(address->host);
  if (!setup_.loopback) setup_.guard = guard_.get();
  auto permit = [guard = guard_.get()](std::string_view numeric, std::string_view bytes) {
    return guard->permit(numeric, bytes);
  };
  setup_.transports = wire::socket_transports(*address, permit, clock_);
  if (setup_.loopback && address->host != "::1") {
    // All of 127/8 is this machine.
    wire::Address other = *address;
    other.from = "127.0.0.2";
    setup_.elsewhere = wire::socket_transports(std::move(other), permit, clock_);
  }
  if (!setup_.loopback && !(options.allow_destructive && file.acknowledge == address->host)) {
    return std::unexpected(NotOpened{
        {url_, "is not on this machine, and this tool deletes images",
         "--allow-destructive and a target file that says \"acknowledge\": \"" + address->host + "\""},
        kForbidden});
  }
  auto line = setup_.transports();
  if (auto connected = line->connect(setup_.timeout_us); !connected) {
    return unusable({url_, "the endpoint cannot be reached: " + connected.error().message(), ""});
  }
  target::DescribeSetup describe{setup_.transports, &clock_, setup_.credentials, setup_.host, setup_.region};
  std::string spec = options.world.empty() ? file.world : options.world;
  std::vector<std::string> expendable;
  setup_.capabilities.isolated = false;
  if (!spec.empty()) {
    auto opened = open_worlds(spec, {options.cacert, target::describe_through(describe)}, expendable);
    if (!opened) return opened;
  }
  if (setup_.loopback) return {};
  auto listed = target::list_account(target::describe_through(describe));
  if (!listed) return unusable(listed.error());
  std::vector<std::string> ids;
  for (const api::Image& image : *listed) ids.push_back(image.id);
  guard_->know_account(ids, expendable);
  return {};
}

std::expected<void, NotOpened> Session::open_worlds(const std::string& spec,
                                                    const target::ProviderContext& context,
                                                    std::vector<std::string>& expendable) {
  world_ = spec;
  auto made = target::make_provider(spec, context);
  if (!made) return usage(made.error());
  worlds_ = std::move(made->worlds);
  expendable = std::move(made->expendable);
  setup_.worlds = worlds_.get();
  auto hello = worlds_->hello();
  if (!hello) return unusable(hello.error());
  setup_.capabilities = *hello;
  if (auto checked = target::check_provider(*worlds_, *hello, setup_.credentials); !checked)
    return unusable(checked.error());
  if (wanted_edition_.empty() && hello->edition) {
    const api::Edition* theirs = catalogue_.edition(*hello->edition);
    if (!theirs)
      return unusable({spec,
                       "speaks of the edition " + diconform::quoted(*hello->edition) +
                           ", which the catalogue does not have",
                       "name one with --edition"});
    edition_ = theirs;
  }
  if (!hello->isolated) jobs_ = 1;
  return {};
}

std::vector<std::string> Session::secrets() const {
  return {setup_.credentials.secret_key, setup_.credentials.token};
}

Json Session::describe() const {
  Json json;
  json.set("endpoint", url_.empty() ? Json("embedded") : Json(url_));
  json.set("host", setup_.host);
  json.set("world", world_.empty() ? Json(url_.empty() ? "embedded" : "none") : Json(world_));
  json.set("clock", setup_.capabilities.virtual_clock ? "virtual" : "real");
  json.set("isolated", setup_.capabilities.isolated);
  return json;
}

target::TargetFactory Session::targets() const {
  return [this] { return std::make_unique<target::EndpointTarget>(setup_); };
}

}  // namespace diconform::run
