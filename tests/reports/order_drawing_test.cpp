#include "reports/order_drawing.h"

#include <gtest/gtest.h>

namespace diconform::reports {
namespace {

Json pairs() {
  return Json::Array{Json::Array{"Malformed", "NotFound"}, Json::Array{"NotFound", "InShared"}};
}

TEST(OrderDrawing, HasABoxForEachErrorAndALineForEachPair) {
  const std::string svg = order_svg(pairs(), true);
  auto count = [&](const std::string& text) {
    std::size_t found = 0;
    for (std::size_t at = svg.find(text); at != svg.npos; at = svg.find(text, at + 1)) ++found;
    return found;
  };
  EXPECT_EQ(count("<rect"), 3u);
  EXPECT_EQ(count("marker-end"), 2u);
  for (const char* row : {"y=\"1\"", "y=\"77\"", "y=\"153\""}) EXPECT_EQ(count(row), 1u) << row;
  EXPECT_EQ(order_svg(Json(Json::Array{}), true), "");
}

TEST(OrderDrawing, EndsWithACircle) {
  const Json circle = Json::Array{Json::Array{"a", "b"}, Json::Array{"b", "a"}};
  EXPECT_NE(order_svg(circle, false), "");
}

TEST(OrderDrawing, IsWrittenForGraphviz) {
  EXPECT_EQ(order_dot(pairs()),
            "digraph precedence {\n  node [shape=box];\n  \"Malformed\" -> \"NotFound\";\n  \"NotFound\" -> "
            "\"InShared\";\n}\n");
}

}  // namespace
}  // namespace diconform::reports
