#include "reference/describe.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>

namespace diconform::reference {
namespace {

constexpr std::size_t kMostFilters = 10;      // as published: at most ten Filters,
constexpr std::size_t kMostFilterValues = 5;  // of at most five Values each
constexpr std::size_t kMostImageIds = 100;
constexpr std::int64_t kUsualLimit = 20, kMostLimit = 100;
constexpr std::string_view kPlatform =
    "TencentOS";  // the world says nothing of platforms: every image has this one

// What a filter name compares. "Fuzzy" in the page: the value is a part of the name.
struct FilterKind {
  std::string_view name;
  bool (*matches)(const api::Image& image, std::string_view value);
};
bool matches_nothing(const api::Image&, std::string_view) { return false; }
constexpr std::array kFilterKinds = std::to_array<FilterKind>({
    {"image-id", [](const api::Image& image, std::string_view value) { return image.id == value; }},
    {"image-type", [](const api::Image& image, std::string_view value) { return image.type == value; }},
    {"image-name", [](const api::Image& image,
                      std::string_view value) { return image.name.find(value) != std::string::npos; }},
    {"platform", [](const api::Image&,
                    std::string_view value) { return kPlatform.find(value) != std::string_view::npos; }},
    {"tag-key", matches_nothing},
    {"tag-value", matches_nothing},
    {"dedicated-cluster-id", matches_nothing},
    {"cdc-cache-status", matches_nothing},
});

bool (*matcher_of(std::string_view name))(const api::Image&, std::string_view) {
  if (name.starts_with("tag:")) return matches_nothing;
  auto kind = std::ranges::find(kFilterKinds, name, &FilterKind::name);
  return kind == kFilterKinds.end() ? nullptr : kind->matches;
}

std::string text_of(const Json* json) { return json && json->string() ? *json->string() : ""; }

std::vector<std::string> texts_of(const Json* json) {
  std::vector<std::string> texts;
  if (!json || !json->array()) return texts;
  for (const Json& item : *json->array()) texts.push_back(text_of(&item));
  return texts;
}

struct Filter {
  bool (*matches)(const api::Image&, std::string_view);
  std::vector<std::string> values;
};

struct Query {
  std::vector<std::string> image_ids;
  std::vector<Filter> filters;
  std::int64_t offset = 0, limit = kUsualLimit;
};

using Refusal = std::optional<api::ApiError>;

Refusal read_filters(const Json* json, std::vector<Filter>& filters) {
  if (!json || !json->array()) return std::nullopt;
  if (json->array()->size() > kMostFilters)
    return api::ApiError{"InvalidFilterValue.LimitExceeded", "There are more than 10 filters."};
  for (const Json& item : *json->array()) {
    std::string name = text_of(item.find("Name"));
    Filter filter{matcher_of(name), texts_of(item.find("Values"))};
    if (!filter.matches) return api::ApiError{"InvalidFilter", "The filter `" + name + "` is not known."};
    if (filter.values.size() > kMostFilterValues)
      return api::ApiError{"InvalidFilterValue.LimitExceeded",
                           "The filter `" + name + "` has more than 5 values."};
    filters.push_back(std::move(filter));
  }
  return std::nullopt;
}

Refusal read_page(const Json& typed, Query& query) {
  auto read = [&](std::string_view name, std::int64_t least, std::int64_t most, std::int64_t& out) {
    const Json* json = typed.find(name);
    if (!json) return true;
    auto value = json->integer();
    if (value) out = *value;
    return value && *value >= least && *value <= most;
  };
  if (read("Offset", 0, INT64_MAX, query.offset) && read("Limit", 1, kMostLimit, query.limit))
    return std::nullopt;
  return api::ApiError{"InvalidParameterValue.InvalidParameterValueLimit",
                       "Offset or Limit is out of range."};
}

Refusal read_query(const Manual& manual, const Json& typed, Chooser& chooser, Query& query) {
  query.image_ids = texts_of(typed.find("ImageIds"));
  const Json* filters = typed.find("Filters");
  if (!query.image_ids.empty() && filters)
    return api::ApiError{"InvalidParameter.InvalidParameterCoexistImageIdsFilters",
                         "ImageIds and Filters cannot be given at the same time."};
  if (query.image_ids.size() > kMostImageIds)
    return api::ApiError{"InvalidParameterValue.LimitExceeded", "There are more than 100 image IDs."};
  for (const std::string& id : query.image_ids) {
    if (!manual.accepts(id, chooser))
      return api::ApiError{"InvalidImageId.Malformed", "Invalid image ID format: " + id + "."};
  }
  if (Refusal refusal = read_filters(filters, query.filters)) return refusal;
  return read_page(typed, query);
}

// Values of one filter are alternatives, filters are conditions. An ID that names nothing finds nothing.
bool selects(const Query& query, const api::Image& image) {
  if (!query.image_ids.empty() && std::ranges::find(query.image_ids, image.id) == query.image_ids.end())
    return false;
  return std::ranges::all_of(query.filters, [&](const Filter& filter) {
    return std::ranges::any_of(filter.values,
                               [&](const std::string& value) { return filter.matches(image, value); });
  });
}

Json shown(const api::Image& image) {
  Json::Array snapshots;
  for (const std::string& id : image.snapshots)
    snapshots.push_back(Json::Object{{"SnapshotId", id}, {"DiskUsage", "SYSTEM_DISK"}, {"DiskSize", 50}});
  return Json::Object{{"ImageId", image.id},
                      {"OsName", "TencentOS Server 3.1 (TK4)"},
                      {"ImageType", image.type},
                      {"CreatedTime", "2026-01-01T00:00:00+00:00"},
                      {"ImageName", image.name},
                      {"ImageDescription", ""},
                      {"ImageSize", 50},
                      {"Architecture", "x86_64"},
                      {"ImageState", image.state},
                      {"Platform", kPlatform},
                      {"ImageCreator", "100000000001"},
                      {"ImageSource", "CREATE_IMAGE"},
                      {"SyncPercent", nullptr},
                      {"IsSupportCloudinit", true},
                      {"SnapshotSet", std::move(snapshots)}};
}

}  // namespace

Answer describe_images(const Manual& manual, const api::World& world, const Json& typed, Chooser& chooser) {
  Query query;
  if (Refusal refusal = read_query(manual, typed, chooser, query)) return {.error = std::move(refusal)};
  std::vector<const api::Image*> found;
  for (const api::Image& image : world.images)
    if (selects(query, image)) found.push_back(&image);
  std::ranges::sort(found, {}, &api::Image::id);
  Json::Array page;
  auto total = static_cast<std::int64_t>(found.size());
  for (std::int64_t i = query.offset; i < total && i - query.offset < query.limit; ++i)
    page.push_back(shown(*found[static_cast<std::size_t>(i)]));
  return {.fields = Json::Object{{"ImageSet", std::move(page)}, {"TotalCount", total}}};
}

}  // namespace diconform::reference
