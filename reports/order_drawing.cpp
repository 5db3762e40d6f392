#include "reports/order_drawing.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "reports/html_text.h"

namespace diconform::reports {
namespace {

constexpr int kWidth = 260, kHeight = 30, kApart = 20, kBetween = 46;

using Pair = std::pair<std::string, std::string>;

std::vector<Pair> pairs_of(const Json& json) {
  std::vector<Pair> out;
  if (!json.array()) return out;
  for (const Json& pair : *json.array()) {
    const Json::Array* both = pair.array();
    if (both && both->size() == 2 && (*both)[0].string() && (*both)[1].string())
      out.emplace_back(*(*both)[0].string(), *(*both)[1].string());
  }
  return out;
}

// How many stand above each, one upon another. In a circle nobody is above: there it stops counting.
std::map<std::string, std::size_t> depths(const std::vector<Pair>& pairs) {
  std::map<std::string, std::size_t> depth;
  for (const auto& [above, below] : pairs) depth[above] = depth[below] = 0;
  for (std::size_t round = 0; round < depth.size(); ++round)
    for (const auto& [above, below] : pairs)
      depth[below] = std::min(depth.size() - 1, std::max(depth[below], depth[above] + 1));
  return depth;
}

}  // namespace

std::string order_svg(const Json& json, bool standalone) {
  const std::vector<Pair> pairs = pairs_of(json);
  if (pairs.empty()) return "";
  std::map<std::size_t, int> filled;  // boxes in each row
  std::map<std::string, std::pair<int, int>> place;
  int width = 0, height = 0;
  for (const auto& [name, row] : depths(pairs)) {
    const int x = 1 + filled[row]++ * (kWidth + kApart), y = 1 + static_cast<int>(row) * (kHeight + kBetween);
    place[name] = {x, y};
    width = std::max(width, x + kWidth + 1);
    height = std::max(height, y + kHeight + 1);
  }
  std::string drawn;
  for (const auto& [above, below] : pairs) {
    const auto& [x1, y1] = place[above];
    const auto& [x2, y2] = place[below];
    drawn += fmt::format("<path d=\"M{} {} L{} {}\" fill=\"none\" marker-end=\"url(#below)\"/>\n",
                         x1 + kWidth / 2, y1 + kHeight, x2 + kWidth / 2, y2);
  }
  for (const auto& [name, at] : place)
    drawn += fmt::format(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\" fill=\"none\"/>\n<text x=\"{}\" "
        "y=\"{}\" "
        "text-anchor=\"middle\" stroke=\"none\" fill=\"currentColor\">{}</text>\n",
        at.first, at.second, kWidth, kHeight, at.first + kWidth / 2, at.second + kHeight / 2 + 4, html(name));
  return fmt::format(
      "<svg{} viewBox=\"0 0 {} {}\" width=\"{}\" height=\"{}\" font-family=\"sans-serif\" font-size=\"12\" "
      "stroke=\"currentColor\" role=\"img\" aria-label=\"Which error is named before which\">\n"
      "<defs><marker id=\"below\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" "
      "markerHeight=\"8\" "
      "orient=\"auto\"><path d=\"M0 0 L8 4 L0 8 z\" fill=\"currentColor\"/></marker></defs>\n{}</svg>\n",
      standalone ? " xmlns=\"http://www.w3.org/2000/svg\"" : "", width, height, width, height, drawn);
}

std::string order_dot(const Json& json) {
  std::string out = "digraph precedence {\n  node [shape=box];\n";
  for (const auto& [above, below] : pairs_of(json)) out += fmt::format("  \"{}\" -> \"{}\";\n", above, below);
  return out + "}\n";
}

}  // namespace diconform::reports
