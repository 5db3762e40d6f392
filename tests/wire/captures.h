// What public SDKs put on a socket, byte by byte, with what they were asked to send
// (tests/wire/captures/index.json).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json_reader.h"
#include "wire/http_reader.h"

namespace diconform::wire {

struct Capture {
  std::string file, sdk, version, scenario, action, secret_id, secret_key, sign, method, how;
  std::optional<std::string> token, region;
  Json params;
  std::int64_t timestamp = 0;
  bool verifies = false;
  HttpRequest request = {};
  std::string raw = {};
};

inline Result<Capture> capture_from_json(const Json& json, const JsonPlace& place) {
  Capture capture;
  ObjectReader members(json, place);
  members.required("file", capture.file);
  members.required("sdk", capture.sdk);
  members.required("version", capture.version);
  members.required("scenario", capture.scenario);
  members.required("action", capture.action);
  members.required("params", capture.params);
  members.required("secret_id", capture.secret_id);
  members.required("secret_key", capture.secret_key);
  members.required("token", capture.token);
  members.required("timestamp", capture.timestamp);
  members.required("sign", capture.sign);
  members.required("region", capture.region);
  members.required("method", capture.method);
  members.required("verifies", capture.verifies);
  members.required("how", capture.how);
  TRY_VOID(members.finish());
  TRY(capture.raw, read_file(SOURCE_DIR "/tests/wire/captures/" + capture.file));
  HttpReader reader(HttpReader::Kind::kRequest);
  if (reader.feed(capture.raw) != ReadState::kDone)
    return place.failure(capture.file + ": " + reader.problem());
  capture.request = reader.request();
  return capture;
}

inline std::vector<Capture> captures() {
  std::string path = SOURCE_DIR "/tests/wire/captures/index.json";
  std::vector<Capture> all;
  auto index = read_json_file(path);
  EXPECT_TRUE(index) << index.error().message();
  if (!index) return all;
  auto read = each(capture_from_json)(*index->find("captures"), JsonPlace(path) / "captures");
  EXPECT_TRUE(read) << read.error().message();
  return read ? std::move(*read) : all;
}

}  // namespace diconform::wire
