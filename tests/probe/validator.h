// An endpoint that does nothing but judge ids, by whatever rule it is given: as transports, without sockets.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "automata/expression.h"
#include "target/endpoint_target.h"
#include "wire/decode.h"
#include "wire/http_reader.h"

namespace diconform::probe {

using Accepts = std::function<bool(const std::string& id)>;

// Whether ids match a pattern over characters. What is not UTF-8 does not.
inline Accepts matching(automata::Dfa dfa) {
  return [dfa = std::move(dfa)](const std::string& id) {
    auto word = automata::word_of_utf8(id);
    return word && dfa.accepts(*word);
  };
}
inline Accepts matching(const std::string& pattern) {
  return matching(*automata::compile(pattern, automata::kCharacters));
}

class Validator {
 public:
  explicit Validator(Accepts accepts) : accepts_(std::move(accepts)) {}

  // Also decides by what the request looked like: for endpoints that judge a query otherwise than JSON.
  std::function<bool(const std::string& id, wire::Encoding encoding)> also = nullptr;
  // The first of several errors that is named: of all the ids, or of the first that has one.
  bool by_place = false;
  std::size_t most_ids = 1'000;
  std::atomic<std::size_t> requests = 0;

  target::EndpointSetup setup() {
    target::EndpointSetup setup;
    setup.transports = [this] { return std::make_unique<Line>(*this); };
    setup.clock = &clock_;
    setup.host = "cvm.tencentcloudapi.com";
    setup.credentials = {"AKIDEXAMPLE", "SECRET", ""};
    setup.capabilities.isolated = false;
    return setup;
  }

 private:
  class Line final : public wire::Transport {
   public:
    explicit Line(Validator& owner) : owner_(owner) {}
    wire::Exchange exchange(std::string_view bytes, std::int64_t) override {
      ++owner_.requests;
      wire::Exchange out;
      wire::HttpReader reader(wire::HttpReader::Kind::kRequest);
      reader.feed(bytes);
      auto decoded = wire::decode(reader.request());
      std::string code = decoded ? owner_.code(*decoded) : decoded.error().code;
      out.reply = wire::HttpReply{
          200, "OK", {}, R"({"Response":{"Error":{"Code":")" + code + R"(","Message":""},"RequestId":"r"}})"};
      return out;
    }
    Result<void> connect(std::int64_t) override { return {}; }

   private:
    Validator& owner_;
  };

  std::string code(const wire::Decoded& decoded) const {
    const Json* ids = decoded.call.params.find("ImageIds");
    if (!ids || !ids->array()) return "MissingParameter";
    if (ids->array()->size() > most_ids) return "InvalidParameterValue.LimitExceeded";
    for (const Json& id : *ids->array()) {
      bool accepted = id.string() && (also ? also(*id.string(), decoded.encoding) : accepts_(*id.string()));
      if (!accepted) return "InvalidImageId.Malformed";
      if (by_place) return "InvalidImageId.NotFound";
    }
    return "InvalidImageId.NotFound";
  }

  Accepts accepts_;
  SystemClock clock_;
};

}  // namespace diconform::probe
