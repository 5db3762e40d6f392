#include "target/hook_provider.h"

#include <fmt/format.h>
#include <httplib.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "target/world_protocol.h"
#include "wire/transport.h"

namespace diconform::target {
namespace {

using Instant = std::chrono::steady_clock::time_point;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kDeadline{5};  // the contract's: a hook that takes longer is an error
// httplib bounds each read and write, not the call: a hook that drips would hold us for ever. Somebody looks
// this often.
constexpr std::chrono::milliseconds kWatch{100};
// A hook may close an idle connection at the moment we use it; and one with a short backlog (cpp-httplib's
// server: 5) resets new ones when many come at once: with 16 threads, one run in five met that. Neither is an
// answer.
constexpr int kAttempts = 3;
constexpr std::chrono::milliseconds kPause{20};
// Ten thousand images are about 2 MB.
constexpr std::size_t kLargestAnswer = 64u << 20;

using Client = std::shared_ptr<httplib::ClientImpl>;

// Qualified: httplib brings in <iomanip>, whose std::quoted would be found for a std::string.
std::string shown(std::string_view bytes) { return diconform::quoted(bytes); }

}  // namespace

struct HookProvider::Answer {
  std::string where;  // what was asked: "GET http://…"
  int status = 0;
  std::string body;

  std::unexpected<Error> failure(std::string what, std::string remedy) const {
    return diconform::failure(where, std::move(what), std::move(remedy));
  }
  std::unexpected<Error> unexpected_status(std::string_view expected) const {
    return failure(fmt::format("answered {} with {}, expected {}", status, shown(body), expected),
                   "harness/PROTOCOLS.md, section 1, says what a hook answers");
  }
};

struct HookProvider::Seen {
  Json account;
  std::string where;
};

// Plain connections on our own transport, which reads only what is well formed: a call takes a quarter of the
// time that cpp-httplib's client needs (a campaign calls the hook more than twice for six requests, and spent
// 27 % of its time there). What is not a whole and good answer is asked for again by the other way, which
// forgives more and tells more of what is wrong.
class QuickLines {
 public:
  explicit QuickLines(const wire::Address& address)
      : transports_(wire::socket_transports(address, everything, clock_, {.body = kLargestAnswer})) {}

  std::optional<wire::HttpReply> call(const wire::HttpRequest& request, std::int64_t timeout_us) {
    std::unique_ptr<wire::Transport> line = take();
    wire::Exchange exchange = line->exchange(wire::to_bytes(wire::with_length(request)), timeout_us);
    if (exchange.end != wire::ExchangeEnd::kComplete) return std::nullopt;
    std::lock_guard lock(mutex_);
    idle_.push_back(std::move(line));
    return std::move(exchange.reply);
  }

 private:
  // The guard looks at what goes to the endpoint; a hook deletes nothing but what was put there.
  static std::optional<std::string> everything(std::string_view, std::string_view) { return std::nullopt; }

  std::unique_ptr<wire::Transport> take() {
    std::lock_guard lock(mutex_);
    if (idle_.empty()) return transports_();
    std::unique_ptr<wire::Transport> line = std::move(idle_.back());
    idle_.pop_back();
    return line;
  }

  SystemClock clock_;
  wire::TransportFactory transports_;
  std::mutex mutex_;  // guards idle_
  std::vector<std::unique_ptr<wire::Transport>> idle_;
};

// The connections, one for each call under way, and the watch that ends those that take too long.
class HookProvider::Lines {
 public:
  Lines(wire::Address address, std::string url, std::string path)
      : address_(std::move(address)),
        url_(std::move(url)),
        path_(std::move(path)),
        quick_(address_),
        watch_([this] { watch(); }) {}
  ~Lines() {
    {
      std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_all();
    watch_.join();
  }

  Result<Answer> call(const char* method, const std::string& path, std::string body) {
    Answer answer;
    answer.where = fmt::format("{} {}{}", method, url_, path);
    httplib::Request request;
    request.method = method;
    request.path = path_ + path;
    if (request.path.empty()) request.path.push_back('/');
    const Instant until = steady_clock::now() + kDeadline;
    if (auto reply = quickly(request, body)) {
      answer.status = reply->status;
      answer.body = std::move(reply->body);
      return answer;
    }
    request.headers = {{"Host", address_.authority()}};
    if (!body.empty()) request.headers.emplace("Content-Type", "application/json");
    request.body = std::move(body);
    bool too_large = false;
    request.content_receiver = [&](const char* bytes, std::size_t count, std::uint64_t, std::uint64_t) {
      too_large = too_large || answer.body.size() + count > kLargestAnswer;
      if (!too_large) answer.body.append(bytes, count);
      return !too_large;
    };
    // POST advances a clock: it may not be repeated, and begins with a new connection.
    const bool repeatable = request.method != "POST";
    bool kept = repeatable;
    httplib::Result result = send(request, until, kept);
    for (int again = 1; repeatable && again < kAttempts && worth_repeating(result, until) && !too_large;
         ++again) {
      std::this_thread::sleep_for(again * kPause);
      answer.body.clear();
      kept = false;
      result = send(request, until, kept);
    }
    if (!result) return broken(answer, result.error(), too_large, steady_clock::now() >= until);
    answer.status = result->status;
    return answer;
  }

 private:
  // Nothing where that way is not open: TLS, or a call that may not be repeated.
  std::optional<wire::HttpReply> quickly(const httplib::Request& asked, const std::string& body) {
    if (address_.tls || asked.method == "POST") return std::nullopt;
    wire::HttpRequest request{asked.method, asked.path, {{"Host", address_.authority()}}, body};
    if (!body.empty()) request.headers.push_back({"Content-Type", "application/json"});
    return quick_.call(request, std::chrono::microseconds(kDeadline).count());
  }

  static bool worth_repeating(const httplib::Result& result, Instant until) {
    const bool broke = result.error() == httplib::Error::Read || result.error() == httplib::Error::Write;
    return !result && broke && steady_clock::now() < until;
  }

  // `kept`: on a connection kept alive, if there is one; afterwards, whether it was.
  httplib::Result send(const httplib::Request& request, Instant until, bool& kept) {
    Client client = take(until, kept);
    httplib::Result result = client->send(request);
    give_back(client, static_cast<bool>(result));
    return result;
  }

  Client take(Instant until, bool& kept) {
    std::lock_guard lock(mutex_);
    kept = kept && !idle_.empty();
    Client client;
    if (kept) {
      client = std::move(idle_.back());
      idle_.pop_back();
    } else {
      client = connect();
    }
    busy_.emplace(client.get(), std::pair(until, client));
    return client;
  }

  void give_back(const Client& client, bool keep) {
    std::lock_guard lock(mutex_);
    busy_.erase(client.get());
    if (keep) idle_.push_back(client);
  }

  Client connect() const {
    Client client;
    if (address_.tls) {
      auto secure = std::make_shared<httplib::SSLClient>(address_.host, address_.port);
      if (!address_.ca_file.empty()) secure->set_ca_cert_path(address_.ca_file);
      secure->enable_server_certificate_verification(true);
      client = std::move(secure);
    } else {
      client = std::make_shared<httplib::ClientImpl>(address_.host, address_.port);
    }
    client->set_tcp_nodelay(true);  // without it, 40 ms a call
    client->set_keep_alive(true);
    client->set_url_encode(false);
    client->set_connection_timeout(kDeadline);
    client->set_read_timeout(kDeadline);
    client->set_write_timeout(kDeadline);
    return client;
  }

  void watch() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, kWatch, [this] { return ending_; })) {
      std::vector<Client> late;
      const Instant now = steady_clock::now();
      for (const auto& [key, call] : busy_) {
        if (call.first <= now) late.push_back(call.second);
      }
      lock.unlock();  // stop() may wait for a connection attempt
      for (const Client& client : late) client->stop();
      late.clear();
      lock.lock();
    }
  }

  static std::unexpected<Error> broken(const Answer& answer, httplib::Error error, bool too_large,
                                       bool late) {
    if (too_large)
      return answer.failure(
          fmt::format("answered more than {} bytes, beginning with {}", kLargestAnswer, shown(answer.body)),
          "a world of a test is small");
    const std::string seen = answer.body.empty() ? "" : "; its answer began with " + shown(answer.body);
    if (late)
      return answer.failure("did not answer within 5 s" + seen,
                            "a hook must be cheap: see what it waits for");
    const bool connecting = error == httplib::Error::Connection || error == httplib::Error::ConnectionTimeout;
    if (connecting) return answer.failure("cannot be reached", "start the endpoint, or correct --world");
    if (error == httplib::Error::SSLServerVerification || error == httplib::Error::SSLConnection ||
        error == httplib::Error::SSLLoadingCerts)
      return answer.failure("TLS failed: " + httplib::to_string(error),
                            "name the hook's authority with --cacert");
    return answer.failure(
        fmt::format("broke off or answered what is not HTTP ({}){}", httplib::to_string(error), seen),
        "look into the hook's log");
  }

  const wire::Address address_;
  const std::string url_, path_;  // both without a slash at the end
  QuickLines quick_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;
  std::vector<Client> idle_;
  std::map<const void*, std::pair<Instant, Client>> busy_;  // until when
  std::thread watch_;
};

HookProvider::HookProvider(std::unique_ptr<Lines> lines) : lines_(std::move(lines)) {}
HookProvider::~HookProvider() = default;

Result<std::unique_ptr<HookProvider>> HookProvider::open(const std::string& url, const std::string& ca_file) {
  std::string path;
  TRY(wire::Address address, wire::parse_url(url, &path));
  const bool plain = std::ranges::all_of(path, [](char c) { return c > ' ' && c < 0x7f && c != '?'; });
  if (!plain)
    return failure(shown(url), "the path " + shown(path) + " cannot be that of a world hook",
                   "printable characters without spaces and '?', as in http://127.0.0.1:8080/_world");
  while (path.ends_with('/')) path.pop_back();
  address.ca_file = ca_file;
  std::string whole = (address.tls ? "https://" : "http://") + address.authority() + path;
  return std::unique_ptr<HookProvider>(
      new HookProvider(std::make_unique<Lines>(std::move(address), std::move(whole), std::move(path))));
}

Result<HookProvider::Answer> HookProvider::call(const char* method, const std::string& path,
                                                std::string body) {
  return lines_->call(method, path, std::move(body));
}

Result<Capabilities> HookProvider::hello() {
  TRY(Answer answer, call("GET", ""));
  if (answer.status != 200) return answer.unexpected_status("200 with the hello of world/1");
  TRY(Json json, parse_answer(answer.body, answer.where));
  return hello_from_json(json, answer.where);
}

std::expected<void, PutProblem> HookProvider::put(const Account& account) {
  TRY_VOID(check_secret_id(account.secret_id));
  TRY(Answer answer, call("PUT", "/" + account.secret_id, to_text(account_to_json(account))));
  if (answer.status == 422) {
    if (auto reason = reason_from_answer(answer.body)) return std::unexpected(CannotMake{std::move(*reason)});
    return answer.failure("answered 422 without a reason: " + shown(answer.body), "add {\"error\": \"why\"}");
  }
  if (answer.status != 200) return answer.unexpected_status("200 with {}, or 422 with {\"error\"}");
  TRY(Json json, parse_answer(answer.body, answer.where));
  if (!json.object()) return answer.failure("answered 200 with " + shown(answer.body), "answer {}");
  return {};
}

Result<HookProvider::Seen> HookProvider::see(const std::string& secret_id) {
  TRY_VOID(check_secret_id(secret_id));
  TRY(Answer answer, call("GET", "/" + secret_id));
  if (answer.status == 404)
    return answer.failure("answered 404: it does not know this account",
                          "an account exists from its PUT to its DELETE");
  if (answer.status != 200) return answer.unexpected_status("200 with the world");
  TRY(Json json, parse_answer(answer.body, answer.where));
  return Seen{std::move(json), std::move(answer.where)};
}

Result<api::World> HookProvider::get(const std::string& secret_id) {
  TRY(Seen seen, see(secret_id));
  return api::world_from_json(seen.account, seen.where);
}

Result<void> HookProvider::drop(const std::string& secret_id) {
  TRY_VOID(check_secret_id(secret_id));
  TRY(Answer answer, call("DELETE", "/" + secret_id));
  if (answer.status != 200) return answer.unexpected_status("200, even where the account is not known");
  return {};
}

Result<std::int64_t> HookProvider::advance(const std::string& secret_id, std::int64_t duration_ms) {
  TRY_VOID(check_secret_id(secret_id));
  if (duration_ms != 0) {
    TRY(Answer answer,
        call("POST", "/" + secret_id + "/clock", to_text(Json::Object{{"advanceMs", duration_ms}})));
    if (answer.status != 200) return answer.unexpected_status("200");
  }
  TRY(Seen seen, see(secret_id));
  return now_from_json(seen.account, seen.where);
}

}  // namespace diconform::target
