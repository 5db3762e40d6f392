// How fast bytes become calls and verdicts: `ninja benchmark_wire && tests/benchmark_wire` in a Release
// build.
#include <benchmark/benchmark.h>

#include <nlohmann/json.hpp>

#include "api/edition.h"
#include "wire/decode.h"
#include "wire/http_reader.h"
#include "wire/sign.h"
#include "wire/verify.h"

namespace diconform::wire {
namespace {

constexpr std::int64_t kNow = 1'795'307'991;
const Credentials kCredentials = {"AKIDEXAMPLE", "SECRETEXAMPLE", ""};

api::Call call_with_ids(std::int64_t count) {
  Json::Array ids;
  for (std::int64_t i = 0; i < count; ++i) ids.push_back("img-" + std::to_string(10'000'000 + i));
  api::Call call;
  call.params = Json::Object{{"ImageIds", std::move(ids)}};
  return call;
}

HttpRequest signed_request(std::int64_t ids, Encoding encoding, Scheme scheme) {
  HttpRequest request = encode(call_with_ids(ids), encoding, scheme, "cvm.tencentcloudapi.com", kNow);
  if (scheme == Scheme::kTc3)
    sign_tc3(request, kCredentials);
  else
    sign_v1(request, kCredentials, scheme, kNow, 11886);
  return with_length(request);
}

void verify_tc3(benchmark::State& state) {
  HttpRequest request = signed_request(state.range(0), Encoding::kJson, Scheme::kTc3);
  for (auto _ : state) {
    if (!verify(request, kCredentials.secret_key, {.now_seconds = kNow}, false).ok())
      state.SkipWithError("refused");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(verify_tc3)->Arg(1)->Arg(10)->Arg(100);

void verify_v1(benchmark::State& state) {
  HttpRequest request = signed_request(state.range(0), Encoding::kForm, Scheme::kV1Sha256);
  for (auto _ : state) {
    if (!verify(request, kCredentials.secret_key, {.now_seconds = kNow}, false).ok())
      state.SkipWithError("refused");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(verify_v1)->Arg(1)->Arg(10);

void parse_with_nlohmann(benchmark::State& state) {
  std::string body = to_text(call_with_ids(state.range(0)).params);
  for (auto _ : state) benchmark::DoNotOptimize(nlohmann::json::parse(body));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(parse_with_nlohmann)->Arg(1)->Arg(10)->Arg(100);

void decode_json(benchmark::State& state) {
  HttpRequest request = signed_request(state.range(0), Encoding::kJson, Scheme::kTc3);
  for (auto _ : state) benchmark::DoNotOptimize(decode(request));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(decode_json)->Arg(1)->Arg(10)->Arg(100);

void decode_form(benchmark::State& state) {
  HttpRequest request = signed_request(state.range(0), Encoding::kForm, Scheme::kV1Sha256);
  for (auto _ : state) benchmark::DoNotOptimize(decode(request));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(decode_form)->Arg(1)->Arg(10)->Arg(100);

void decode_and_type(benchmark::State& state) {
  api::Action action{.name = "DeleteImages",
                     .parameters = {{"ImageIds", api::ParameterType::kStringArray, true},
                                    {"DryRun", api::ParameterType::kBoolean, false}},
                     .codes = {}};
  HttpRequest request = signed_request(state.range(0), Encoding::kJson, Scheme::kTc3);
  for (auto _ : state) {
    auto decoded = decode(request);
    benchmark::DoNotOptimize(delete_images_of(*typed_parameters(decoded->call, action)));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(decode_and_type)->Arg(1)->Arg(10)->Arg(100);

void read_http(benchmark::State& state, const std::string& message) {
  HttpReader reader(HttpReader::Kind::kRequest);
  for (auto _ : state) {
    if (reader.feed(message) != ReadState::kDone) state.SkipWithError("not read");
    benchmark::DoNotOptimize(reader.request().headers.size());
    reader.next();
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(message.size()));
}
BENCHMARK_CAPTURE(read_http, small, "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n");
BENCHMARK_CAPTURE(read_http, signed_call, to_bytes(signed_request(1, Encoding::kJson, Scheme::kTc3)));

void encode_and_sign(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(signed_request(1, Encoding::kJson, Scheme::kTc3));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(encode_and_sign);

}  // namespace
}  // namespace diconform::wire
