#include "automata/drawing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>

#include "automata/comparison.h"
#include "automata/expression.h"
#include "base/text.h"

namespace diconform::automata {
namespace {

constexpr const char* kDiffers = "#c62838";
constexpr int kStep = 96, kLane = 84, kRadius = 17, kTop = 120, kLeft = 50;

std::string label_of(const LetterSet& set, Universe universe) {
  const LetterSet others = set.complement(universe);
  if (others.empty()) return "any";
  bool fewer = others.ranges().size() < set.ranges().size();
  return fewer ? "not " + to_pattern(others, universe) : to_pattern(set, universe);
}

// Columns by distance from the start, lanes within a column.
struct Place {
  int x = 0, y = 0;
};
std::vector<Place> places_of(const Drawing& drawing) {
  std::vector<int> depth(drawing.accepting.size(), -1);
  std::vector<State> queue = {0};
  depth[0] = 0;
  for (std::size_t i = 0; i < queue.size(); ++i) {
    for (const Drawing::Edge& edge : drawing.edges) {
      if (edge.from != queue[i] || depth[edge.to] >= 0) continue;
      depth[edge.to] = depth[edge.from] + 1;
      queue.push_back(edge.to);
    }
  }
  std::map<int, int> lanes;
  std::vector<Place> places;
  for (int column : depth)
    places.push_back({kLeft + kStep * std::max(column, 0), kTop + kLane * lanes[std::max(column, 0)]++});
  return places;
}

std::string xml(const std::string& text) {
  return replaced(replaced(replaced(clean_utf8(text, true), "&", "&amp;"), "<", "&lt;"), ">", "&gt;");
}

std::string shown(const std::string& label, std::size_t most) {
  std::string whole = xml(label);
  if (label.size() <= most) return whole;
  return fmt::format("{}…<title>{}</title>", xml(label.substr(0, most)), whole);
}

std::string edge_svg(const Drawing::Edge& edge, Place from, Place to) {
  const char* style = edge.differs ? "edge differs" : "edge";
  int x = (from.x + to.x) / 2, y = (from.y + to.y) / 2 - 6;
  std::string path;
  if (edge.from == edge.to) {
    path = fmt::format("M{} {}c-18 -46 36 -46 18 0", from.x - 9, from.y - kRadius + 2);
    x = from.x;
    y = from.y - kRadius - 36;
  } else if (from.y == to.y && to.x - from.x == kStep) {
    path = fmt::format("M{} {}H{}", from.x + kRadius, from.y, to.x - kRadius - 4);
  } else {
    // Forward above, backward below, further away the further it goes.
    int bend = (to.x >= from.x ? -1 : 1) * (26 + std::abs(to.x - from.x) / 6);
    int side = to.x >= from.x ? -1 : 1;
    path = fmt::format("M{} {}Q{} {} {} {}", from.x, from.y + side * kRadius, x, y + 2 * bend, to.x,
                       to.y + side * (kRadius + 4));
    y += bend + side * kRadius / 2;
  }
  // Attributes and not only classes: the picture is to be seen in a file of its own, too.
  const char* colour = edge.differs ? kDiffers : "currentColor";
  return fmt::format(
      "<path class=\"{}\" d=\"{}\" fill=\"none\" stroke=\"{}\" marker-end=\"url(#tip)\"/>"
      "<text x=\"{}\" y=\"{}\" fill=\"{}\" font-size=\"11\" text-anchor=\"middle\">{}</text>\n",
      style, path, colour, x, y, colour, shown(edge.label, 18));
}

std::string dot_quoted(const std::string& text) {
  return fmt::format("\"{}\"", replaced(replaced(text, "\\", "\\\\"), "\"", "\\\""));
}

}  // namespace

Drawing draw(const Dfa& dfa, const Dfa* expected) {
  const std::vector<bool> useful = productive(dfa);
  std::optional<Comparison> comparison;
  if (expected) comparison.emplace(dfa, *expected);
  // Letters that neither automaton tells apart go together.
  const Alphabet common = expected ? Alphabet::common(dfa.alphabet, expected->alphabet) : dfa.alphabet;
  Drawing all;
  std::vector<bool> drawn(dfa.size());
  for (State from = 0; from < dfa.size(); ++from) {
    std::map<std::pair<State, bool>, LetterSet> groups;
    for (Class c = 0; c < common.size(); ++c) {
      Letter one = common.members(c).front();
      groups[{dfa.step(from, one), comparison && !comparison->agrees(from, one)}].add(common.members(c));
    }
    for (const auto& [key, set] : groups) {
      auto [to, differs] = key;
      bool leads_on = useful[from] && useful[to];
      if (!leads_on && !(differs && useful[from])) continue;
      all.edges.push_back({from, to, label_of(set, dfa.alphabet.universe()), differs});
      drawn[from] = drawn[to] = true;
    }
  }
  drawn[dfa.start] = true;
  // Numbered anew, without what is not drawn; the start stays the first.
  std::vector<State> number(dfa.size());
  for (State state = 0; state < dfa.size(); ++state) {
    if (!drawn[state]) continue;
    number[state] = static_cast<State>(all.accepting.size());
    all.accepting.push_back(dfa.accepting[state]);
    all.differs.push_back(comparison && !comparison->accepts_alike(state));
  }
  for (Drawing::Edge& edge : all.edges) {
    edge.from = number[edge.from];
    edge.to = number[edge.to];
  }
  return all;
}

std::string to_dot(const Drawing& drawing, std::string_view name) {
  std::string dot = fmt::format(
      "digraph {} {{\n  rankdir=LR;\n  node [shape=circle];\n  start [shape=point];\n  start -> 0;\n",
      dot_quoted(std::string(name)));
  for (State state = 0; state < drawing.accepting.size(); ++state) {
    dot += fmt::format("  {} [shape={}{}];\n", state, drawing.accepting[state] ? "doublecircle" : "circle",
                       drawing.differs[state] ? ", color=red" : "");
  }
  for (const Drawing::Edge& edge : drawing.edges)
    dot += fmt::format("  {} -> {} [label={}{}];\n", edge.from, edge.to, dot_quoted(edge.label),
                       edge.differs ? ", color=red, fontcolor=red" : "");
  return dot + "}\n";
}

std::string to_svg(const Drawing& drawing) {
  const std::vector<Place> places = places_of(drawing);
  int width = 0, height = 0;
  for (const Place& place : places) {
    width = std::max(width, place.x + kLeft);
    height = std::max(height, place.y + kTop);
  }
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"automaton\" viewBox=\"0 0 {} {}\" role=\"img\" "
      "aria-label=\"The automaton of the language\">\n<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" "
      "refX=\"7\" refY=\"4\" "
      "markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>\n",
      width, height);
  for (const Drawing::Edge& edge : drawing.edges) svg += edge_svg(edge, places[edge.from], places[edge.to]);
  for (State state = 0; state < places.size(); ++state) {
    const char* colour = drawing.differs[state] ? kDiffers : "currentColor";
    const Place& place = places[state];
    for (int radius : drawing.accepting[state] ? std::vector{kRadius, kRadius - 4} : std::vector{kRadius})
      svg += fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"none\" stroke=\"{}\"/>", place.x,
                         place.y, radius, colour);
    svg +=
        fmt::format("<text x=\"{}\" y=\"{}\" fill=\"{}\" font-size=\"12\" text-anchor=\"middle\">{}</text>\n",
                    place.x, place.y + 4, colour, state);
  }
  return svg + "</svg>\n";
}

}  // namespace diconform::automata
