// What a call costs in the reference endpoint, without sockets.
#include <benchmark/benchmark.h>

#include <string>

#include "base/json_place.h"
#include "reference/embedded.h"
#include "wire/encode.h"

namespace diconform::reference {
namespace {

constexpr const char* kSecretId = "AKIDEXAMPLE0001";

std::unique_ptr<Embedded> embedded() {
  std::string path = SOURCE_DIR "/cases/editions/2023-03-27.json";
  EndpointOptions options;
  options.edition = api::edition_from_json(read_json_file(path).value(), path).value();
  auto made = Embedded::make(std::move(options)).value();
  api::World world;
  for (const char* id : {"img-00000001", "img-00000002", "img-00000003"})
    world.images.push_back({.id = id, .name = "", .shared_to = {}, .snapshots = {"snap-" + std::string(id)}});
  (void)made->worlds().put({kSecretId, "secret", std::nullopt, target::NoRateLimit{}, world});
  return made;
}

wire::HttpRequest dry_run(wire::Encoding encoding, wire::Scheme scheme) {
  api::Call call;
  call.params = parse_json(R"({"ImageIds": ["img-00000001"], "DryRun": true})").value();
  std::int64_t now = SystemClock().unix_ms() / 1000;
  wire::HttpRequest request = wire::encode(call, encoding, scheme, "cvm.tencentcloudapi.com", now);
  if (scheme == wire::Scheme::kTc3)
    wire::sign_tc3(request, {kSecretId, "secret", ""});
  else
    wire::sign_v1(request, {kSecretId, "secret", ""}, scheme, now, 7);
  return wire::with_length(std::move(request));
}

void handle(benchmark::State& state, wire::Encoding encoding, wire::Scheme scheme) {
  auto target = embedded();
  wire::HttpRequest request = dry_run(encoding, scheme);
  std::string raw = wire::to_bytes(request);
  wire::Arrival arrival{request, raw, 1, "127.0.0.1"};
  std::string reply = target->endpoint().handle(arrival).parts.front().bytes;
  if (reply.find("Error") != std::string::npos) state.SkipWithError(reply.c_str());
  for (auto _ : state) benchmark::DoNotOptimize(target->endpoint().handle(arrival));
}
BENCHMARK_CAPTURE(handle, json_tc3, wire::Encoding::kJson, wire::Scheme::kTc3);
BENCHMARK_CAPTURE(handle, query_tc3, wire::Encoding::kQuery, wire::Scheme::kTc3);
BENCHMARK_CAPTURE(handle, query_v1, wire::Encoding::kQuery, wire::Scheme::kV1Sha256);
BENCHMARK_CAPTURE(handle, form_v1, wire::Encoding::kForm, wire::Scheme::kV1Sha1);

void exchange(benchmark::State& state) {
  auto target = embedded();
  std::string bytes = wire::to_bytes(dry_run(wire::Encoding::kJson, wire::Scheme::kTc3));
  auto line = target->transports()();
  for (auto _ : state) benchmark::DoNotOptimize(line->exchange(bytes, 1'000'000));
}
BENCHMARK(exchange);

void put_world(benchmark::State& state) {
  auto target = embedded();
  api::World world = target->worlds().get(kSecretId).value();
  for (auto _ : state)
    (void)target->worlds().put({kSecretId, "secret", std::nullopt, target::NoRateLimit{}, world});
}
BENCHMARK(put_world);

void lawful(benchmark::State& state) {
  auto target = embedded();
  Request request;
  request.call.params =
      parse_json(R"({"ImageIds": ["img-00000001", "img-00000001"], "DryRun": "True"})").value();
  State account{target->worlds().get(kSecretId).value(), {}};
  std::size_t outcomes = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(outcomes =
                                 lawful_outcomes(target->endpoint().manual(), account, request, {}).size());
  state.counters["outcomes"] = static_cast<double>(outcomes);
}
BENCHMARK(lawful);

}  // namespace
}  // namespace diconform::reference
