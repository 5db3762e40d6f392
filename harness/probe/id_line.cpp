#include "probe/id_line.h"

#include <array>

#include "automata/letters.h"
#include "base/chance.h"
#include "base/text.h"
#include "wire/encode.h"
#include "wire/envelope.h"
#include "wire/sign.h"

namespace diconform::probe {
namespace {

using Kind = IdReply::Kind;

constexpr std::string_view kAlphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
// Ten a second are promised, by whatever window: so many calls of a fresh account are within it.
constexpr std::size_t kLawfulCalls = 9;
// Two whole windows of a second, of which one is quiet whatever the phase; then half a minute is enough
// patience.
constexpr std::int64_t kCoolDownUs = 1'100'000;
constexpr int kMostRepeats = 30;

struct Meaning {
  std::string_view code;
  bool family;  // codes that begin so
  Kind kind;
};
// Whoever says that an image is not there, or in a state, has taken the id for one. Whoever refuses the
// parameter as such has not.
constexpr std::array<Meaning, 11> kMeanings = {{
    {"InvalidImageId.NotFound", false, Kind::kAccepted},
    {"InvalidImageId.Malformed", false, Kind::kRefused},
    {"DryRunOperation", false, Kind::kAccepted},
    {"InvalidImageId.IncorrectState", false, Kind::kAccepted},
    {"InvalidImageId.InShared", false, Kind::kAccepted},
    {"MutexOperation.TaskRunning", false, Kind::kAccepted},
    {"InvalidParameterValue.LimitExceeded", false, Kind::kTooMany},
    {"InvalidParameter", true, Kind::kRefused},
    {"InvalidImageId", true, Kind::kRefused},
    {"MissingParameter", false, Kind::kRefused},
    {"InvalidRequest", false, Kind::kRefused},
}};

std::string escaped_json(std::span<const std::string> ids, bool dry_run) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string body = "{\"ImageIds\":[";
  auto unit = [&](char32_t value) {
    body += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) body += kDigits[value >> shift & 15];
  };
  for (std::size_t i = 0; i < ids.size(); ++i) {
    body += i == 0 ? "\"" : ",\"";
    for (char32_t letter : automata::word_of_utf8(ids[i]).value_or(U"")) {
      if (letter > 0xFFFF) {
        unit(0xD800 + ((letter - 0x10000) >> 10));
        unit(0xDC00 + ((letter - 0x10000) & 0x3FF));
      } else {
        unit(letter);
      }
    }
    body += '"';
  }
  return body + (dry_run ? "],\"DryRun\":true}" : "]}");
}

}  // namespace

std::string_view name_of(Carrier carrier) {
  static constexpr std::array<std::string_view, 4> kNames = {"json", "json-escaped", "query", "form"};
  return kNames[static_cast<std::size_t>(carrier)];
}

bool can_carry(Carrier carrier, std::string_view id) {
  return carrier == Carrier::kQuery || carrier == Carrier::kForm || is_utf8(id);
}

std::optional<IdReply> read_id_reply(const wire::Exchange& exchange) {
  if (exchange.end == wire::ExchangeEnd::kForbidden) return IdReply{Kind::kForbidden, exchange.problem};
  if (!exchange.reply)
    return IdReply{Kind::kBroken, std::string(wire::name_of(exchange.end)) + ": " + exchange.problem};
  auto envelope = wire::decode_envelope(exchange.reply->body);
  int status = exchange.reply->status;
  if (!envelope) {
    // A server in front that refuses the bytes has refused the id.
    if (status >= 400 && status < 500) return IdReply{Kind::kRefused, "HTTP " + std::to_string(status)};
    return IdReply{Kind::kBroken, "HTTP " + std::to_string(status) + ", " + envelope.error()};
  }
  if (!envelope->error) return IdReply{Kind::kAccepted, "success"};
  const std::string& code = envelope->error->code;
  if (code.starts_with("RequestLimitExceeded")) return std::nullopt;
  for (const Meaning& meaning : kMeanings) {
    if (meaning.family ? code.starts_with(meaning.code) : code == meaning.code)
      return IdReply{meaning.kind, code};
  }
  return IdReply{Kind::kBroken, code};
}

IdLine::IdLine(const target::EndpointSetup& setup, std::size_t number, bool dry_run, bool waits)
    : setup_(setup), dry_run_(dry_run), waits_(waits), transport_(setup.transports()) {
  if (!setup.worlds || !setup.capabilities.isolated) {
    account_.secret_id = setup.credentials.secret_id;
    account_.secret_key = setup.credentials.secret_key;
  } else {
    Chance chance(seed_for(setup.seed, "probe ids, line " + std::to_string(number)));
    account_.secret_id = "AKID" + chance.text(kAlphanumeric, 20);
    account_.secret_key = chance.text(kAlphanumeric, 32);
  }
  if (setup.capabilities.facets.contains("rateLimit")) account_.rate = target::NoRateLimit{};
}

Result<bool> IdLine::hold(std::span<const std::string> ids) {
  if (!setup_.worlds || !setup_.worlds->makes_worlds()) return false;
  account_.world = {};
  for (const std::string& id : ids) {
    api::Image image;
    image.id = id;
    account_.world.images.push_back(std::move(image));
  }
  auto put = setup_.worlds->put(account_);
  if (!put && std::holds_alternative<target::CannotMake>(put.error())) return false;
  if (!put) return std::unexpected(std::get<Error>(put.error()));
  made_ = true;
  since_made_ = 0;
  TRY_VOID(tell_time());
  return true;
}

Result<void> IdLine::tell_time() {
  if (!setup_.capabilities.virtual_clock) return {};
  TRY(frozen_ms_, setup_.worlds->advance(account_.secret_id, 0));
  return {};
}

Result<void> IdLine::prepare() {
  if (!setup_.worlds || !setup_.worlds->makes_worlds()) return {};
  bool limited = !std::holds_alternative<target::NoRateLimit>(account_.rate);
  if (made_ && !(limited && since_made_ >= kLawfulCalls)) return {};
  auto put = setup_.worlds->put(account_);
  if (!put) {
    const auto* error = std::get_if<Error>(&put.error());
    return std::unexpected(error ? *error
                                 : Error{"world", std::get<target::CannotMake>(put.error()).reason, ""});
  }
  made_ = true;
  since_made_ = 0;
  return tell_time();
}

std::string IdLine::compose(std::span<const std::string> ids, Carrier carrier) {
  api::Call call;
  call.region = setup_.region;
  Json::Array list;
  for (const std::string& id : ids) list.push_back(id);
  Json::Object params = {{"ImageIds", std::move(list)}};
  if (dry_run_) params.emplace_back("DryRun", true);
  call.params = Json(std::move(params));
  const bool form = carrier == Carrier::kForm, query = carrier == Carrier::kQuery;
  const wire::Encoding encoding = form    ? wire::Encoding::kForm
                                  : query ? wire::Encoding::kQuery
                                          : wire::Encoding::kJson;
  const wire::Scheme scheme = form ? wire::Scheme::kV1Sha256 : wire::Scheme::kTc3;
  const std::int64_t seconds = (frozen_ms_ ? frozen_ms_ : setup_.clock->unix_ms()) / 1000;
  wire::HttpRequest request = wire::encode(call, encoding, scheme, setup_.host, seconds);
  if (carrier == Carrier::kJsonEscaped) request.body = escaped_json(ids, dry_run_);
  const std::string token = setup_.worlds ? "" : setup_.credentials.token;
  const wire::Credentials credentials = {account_.secret_id, account_.secret_key, token};
  if (form)
    wire::sign_v1(request, credentials, scheme, seconds, ++nonce_);
  else
    wire::sign_tc3(request, credentials);
  return wire::to_bytes(wire::with_length(std::move(request)));
}

Result<IdReply> IdLine::ask(std::span<const std::string> ids, Carrier carrier) {
  if (setup_.guard) {
    // Off loopback: an id that could be somebody's is not asked about.
    for (const std::string& id : ids) {
      if (auto ours = setup_.guard->allow(id); !ours)
        return IdReply{Kind::kForbidden, ours.error().message()};
    }
  }
  for (int repeats = 0; repeats < kMostRepeats; ++repeats) {
    TRY_VOID(prepare());
    const std::string bytes = compose(ids, carrier);
    if (setup_.pacer) setup_.pacer->wait();
    last_ = transport_->exchange(bytes, setup_.timeout_us);
    ++requests_;
    ++since_made_;
    if (auto reply = read_id_reply(last_)) return *reply;
    if (!waits_)
      return failure(std::string(kTooFast),
                     "the endpoint says RequestLimitExceeded though its limit was lifted, or the account new",
                     "`diconform probe ids` waits");
    setup_.clock->sleep_us(kCoolDownUs);
  }
  return IdReply{Kind::kBroken, "RequestLimitExceeded, thirty times in a row"};
}

}  // namespace diconform::probe
