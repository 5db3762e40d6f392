#include "target/describe.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "api/call.h"
#include "base/json_reader.h"
#include "base/text.h"
#include "wire/encode.h"

namespace diconform::target {
namespace {

constexpr std::int64_t kPage = 100;      // the most that one call gives
constexpr std::size_t kMostPages = 500;  // a service that always has another page would hold us for ever
constexpr int kMostWaits = 20;
constexpr std::int64_t kWaitUs = 1'000'000;  // the limit counts by the second
constexpr std::string_view kWhere = "DescribeImages";

class Caller {
 public:
  explicit Caller(DescribeSetup setup) : setup_(std::move(setup)) {}

  Result<wire::Envelope> call(const Json& params) {
    std::lock_guard lock(mutex_);
    if (!line_) line_ = setup_.transports();
    for (int waits = 0;; ++waits) {
      TRY(wire::Envelope envelope, ask(params));
      const bool limited = envelope.error && envelope.error->code.starts_with("RequestLimitExceeded");
      if (!limited || waits == kMostWaits) return envelope;
      setup_.clock->sleep_us(kWaitUs);
    }
  }

 private:
  Result<wire::Envelope> ask(const Json& params) {
    api::Call call;
    call.action = "DescribeImages";
    call.version = setup_.version;
    call.region = setup_.region;
    call.params = params;
    wire::HttpRequest request = wire::encode(call, wire::Encoding::kJson, wire::Scheme::kTc3, setup_.host,
                                             setup_.clock->unix_ms() / 1000);
    wire::sign_tc3(request, setup_.credentials);
    const wire::Exchange exchange =
        line_->exchange(wire::to_bytes(wire::with_length(std::move(request))), setup_.timeout_us);
    if (exchange.end != wire::ExchangeEnd::kComplete)
      return failure(where(), fmt::format("{}: {}", wire::name_of(exchange.end), exchange.problem));
    auto envelope = wire::decode_envelope(exchange.reply->body);
    if (exchange.reply->status == 200 && envelope) return std::move(*envelope);
    return failure(where(), fmt::format("answered {} with {}{}", exchange.reply->status,
                                        diconform::quoted(exchange.reply->body),
                                        envelope ? "" : ": " + envelope.error()));
  }
  std::string where() const { return std::string(kWhere) + " at " + setup_.host; }

  const DescribeSetup setup_;
  std::mutex mutex_;
  std::unique_ptr<wire::Transport> line_;
};

Result<std::string> snapshot_from_json(const Json& json, const JsonPlace& place) {
  std::string id;
  ObjectReader members(json, place);
  members.required("SnapshotId", id);
  TRY_VOID(members.finish_ignoring_unknown());
  return id;
}

Result<api::Image> image_from_reply(const Json& json, const JsonPlace& place) {
  api::Image image;
  std::vector<std::string> snapshots;
  image.state = image.type =
      "";  // what is not told is not known; the service says null for what is not there
  ObjectReader members(json, place);
  members.required("ImageId", image.id);
  members.unless_null("ImageName", image.name);
  members.unless_null("ImageState", image.state);
  members.unless_null("ImageType", image.type);
  members.unless_null("SnapshotSet", snapshots, each(snapshot_from_json));
  TRY_VOID(members.finish_ignoring_unknown());
  image.snapshots.insert(snapshots.begin(), snapshots.end());
  return image;
}

struct Page {
  std::vector<api::Image> images;
  std::int64_t total = 0;
};

Result<Page> page_of(const wire::Envelope& envelope) {
  if (envelope.error)
    return failure(std::string(kWhere),
                   "was refused: " + envelope.error->code + ": " + quoted(envelope.error->message),
                   "the credentials must be allowed to describe images");
  Page page;
  ObjectReader members(envelope.fields, JsonPlace(kWhere));
  members.unless_null("ImageSet", page.images, each(image_from_reply));
  members.required("TotalCount", page.total);
  TRY_VOID(members.finish_ignoring_unknown());
  return page;
}

Result<std::vector<api::Image>> look_at_batch(const DescribeImages& describe,
                                              std::span<const std::string> ids) {
  const Json params = Json::Object{{"ImageIds", Json::Array(ids.begin(), ids.end())}, {"Limit", kPage}};
  TRY(wire::Envelope envelope, describe(params));
  std::vector<api::Image> found;
  if (envelope.error && envelope.error->code == "InvalidImageId.NotFound") {
    // One that is gone hides the others.
    for (std::size_t i = 0; ids.size() > 1 && i < ids.size(); ++i) {
      TRY(std::vector<api::Image> one, look_at_batch(describe, ids.subspan(i, 1)));
      std::ranges::move(one, std::back_inserter(found));
    }
    return found;
  }
  TRY(Page page, page_of(envelope));
  for (api::Image& image : page.images)
    if (std::ranges::find(ids, image.id) != ids.end()) found.push_back(std::move(image));
  return found;
}

}  // namespace

DescribeImages describe_through(DescribeSetup setup) {
  auto caller = std::make_shared<Caller>(std::move(setup));
  return [caller](const Json& params) { return caller->call(params); };
}

Result<std::vector<api::Image>> list_account(const DescribeImages& describe) {
  std::map<std::string, api::Image> images;
  std::int64_t offset = 0, total = 0;
  for (std::size_t pages = 0; pages < kMostPages; ++pages) {
    TRY(wire::Envelope envelope, describe(Json::Object{{"Offset", offset}, {"Limit", kPage}}));
    TRY(Page page, page_of(envelope));
    total = page.total;
    offset += static_cast<std::int64_t>(page.images.size());
    const bool last = page.images.empty() || offset >= total;
    for (api::Image& image : page.images) images.emplace(image.id, std::move(image));
    if (last) break;
  }
  if (static_cast<std::int64_t>(images.size()) < total)
    return failure(
        std::string(kWhere), fmt::format("showed {} images of {} over all pages", images.size(), total),
        "the list must be complete before anything is deleted: try again while nobody changes images");
  std::vector<api::Image> list;
  for (auto& [id, image] : images) list.push_back(std::move(image));
  return list;
}

Result<std::vector<api::Image>> look_at(const DescribeImages& describe, std::span<const std::string> ids) {
  std::vector<api::Image> found;
  for (std::size_t from = 0; from < ids.size(); from += kPage) {
    TRY(std::vector<api::Image> some,
        look_at_batch(describe, ids.subspan(from, std::min<std::size_t>(kPage, ids.size() - from))));
    std::ranges::move(some, std::back_inserter(found));
  }
  return found;
}

}  // namespace diconform::target
