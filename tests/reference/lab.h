// What the tests of the reference endpoint share: editions, worlds in one line, and an embedded endpoint to
// call.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "api/world.h"
#include "base/json_place.h"
#include "reference/embedded.h"
#include "wire/encode.h"
#include "wire/envelope.h"

namespace diconform::reference {

inline api::Edition edition_of(const std::string& id = "2023-03-27") {
  std::string path = SOURCE_DIR "/cases/editions/" + id + ".json";
  return api::edition_from_json(read_json_file(path).value(), path).value();
}

inline Manual manual_of(const std::string& edition = "2023-03-27") {
  return Manual::of(edition_of(edition)).value();
}

inline Json json_of(std::string_view text) { return parse_json(text).value(); }

// The world hook's form, without the braces around it: `"images": [{"ImageId": "img-00000001"}]`.
inline api::World world_of(std::string_view members) {
  return api::world_from_json(json_of("{" + std::string(members) + "}"), "world").value();
}

inline std::vector<std::string> ids_in(const api::World& world) {
  std::vector<std::string> ids;
  for (const api::Image& image : world.images) ids.push_back(image.id);
  return ids;
}

inline constexpr std::string_view kSecretId = "AKIDEXAMPLE0001", kSecretKey = "secret";

struct CallOptions {
  wire::Encoding encoding = wire::Encoding::kJson;
  wire::Scheme scheme = wire::Scheme::kTc3;
  std::string action = "DeleteImages";
  std::optional<std::string> region = "ap-guangzhou";
  wire::Credentials credentials = {std::string(kSecretId), std::string(kSecretKey), ""};
  std::int64_t late_seconds = 0;  // how old the timestamp is
};

// An endpoint in this process with one account.
class Lab {
 public:
  explicit Lab(EndpointOptions options = {}, std::string_view world = "") {
    if (options.edition.id.empty()) options.edition = edition_of();
    auto made = Embedded::make(std::move(options));
    EXPECT_TRUE(made) << made.error().message();
    embedded_ = std::move(*made);
    line_ = embedded_->transports()();
    put(world);
  }

  Embedded& embedded() { return *embedded_; }
  Endpoint& endpoint() { return embedded_->endpoint(); }
  wire::Transport& line() { return *line_; }

  void put(std::string_view world, target::RateSetting rate = target::NoRateLimit{},
           std::string_view secret_id = kSecretId) {
    target::Account account{std::string(secret_id), std::string(kSecretKey), std::nullopt, rate,
                            world_of(world)};
    ASSERT_TRUE(embedded_->worlds().put(account));
  }

  api::World world(std::string_view secret_id = kSecretId) {
    return embedded_->worlds().get(std::string(secret_id)).value();
  }

  wire::HttpRequest request(std::string_view params, const CallOptions& options = {}) {
    api::Call call{
        .action = options.action, .region = options.region, .language = {}, .params = json_of(params)};
    std::int64_t now = now_seconds() - options.late_seconds;
    wire::HttpRequest request =
        wire::encode(call, options.encoding, options.scheme, "cvm.tencentcloudapi.com", now);
    if (options.scheme == wire::Scheme::kTc3)
      wire::sign_tc3(request, options.credentials);
    else
      wire::sign_v1(request, options.credentials, options.scheme, now, 11886);
    return wire::with_length(std::move(request));
  }

  wire::Exchange send(const wire::HttpRequest& request) {
    return line_->exchange(wire::to_bytes(request), 5'000'000);
  }

  wire::Envelope reply(std::string_view params, const CallOptions& options = {}) {
    wire::Exchange exchange = send(request(params, options));
    EXPECT_TRUE(exchange.reply) << exchange.problem;
    auto envelope = wire::decode_envelope(exchange.reply ? exchange.reply->body : "");
    EXPECT_TRUE(envelope) << exchange.received;
    return envelope ? *envelope : wire::Envelope{};
  }

  // "success", or the code of the error.
  std::string call(std::string_view params, const CallOptions& options = {}) {
    wire::Envelope envelope = reply(params, options);
    return envelope.error ? envelope.error->code : "success";
  }

 private:
  std::int64_t now_seconds() {
    auto account = endpoint().accounts().find(kSecretId);
    return account ? endpoint().accounts().unix_ms(*account) / 1000 : endpoint().clock().unix_ms() / 1000;
  }

  std::unique_ptr<Embedded> embedded_;
  std::unique_ptr<wire::Transport> line_;
};

}  // namespace diconform::reference
