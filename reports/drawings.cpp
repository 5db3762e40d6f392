#include "reports/drawings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "reports/html_text.h"

namespace diconform::reports {
namespace {

constexpr double kWidth = 900, kLeft = 46, kRight = 14, kTop = 46, kCurves = 240, kGap = 40, kResiduals = 80;
constexpr double kHeight = kTop + kCurves + kGap + kResiduals + 34;
constexpr double kQuietMs = 1500, kBreakMs = 350;  // a longer pause between episodes is drawn as this

struct Point {
  double ms, at_ms;                  // as sent; and on the axis, from which quiet spells are cut
  double offered, accepted, fitted;  // calls of the episode so far
  bool begins;                       // an episode
};

std::vector<double> numbers(const Json* list) {
  std::vector<double> out;
  const Json::Array* items = list ? list->array() : nullptr;
  if (!items) return out;
  for (const Json& item : *items) {
    const Json::Number* number = item.number();
    out.push_back(number ? std::strtod(number->text.c_str(), nullptr) : 0);
  }
  return out;
}

std::vector<Point> read_points(const Json& curve) {
  std::vector<double> sent = numbers(curve.find("sentMs")), accepted = numbers(curve.find("accepted"));
  std::vector<double> fitted = numbers(curve.find("fitted"));
  std::vector<Point> points;
  if (sent.size() != accepted.size()) return points;
  fitted.resize(sent.size());
  double offered = 0, passed = 0, fitted_before = 0, axis = 0;
  for (std::size_t i = 0; i < sent.size(); ++i) {
    bool begins = i == 0 || sent[i] - sent[i - 1] > kQuietMs;
    if (begins) {
      offered = passed = 0;
      fitted_before = i == 0 ? 0 : fitted[i - 1];
    }
    if (i > 0) axis += begins ? kBreakMs : sent[i] - sent[i - 1];
    passed += accepted[i];
    points.push_back({sent[i], axis, ++offered, passed, fitted[i] - fitted_before, begins});
  }
  return points;
}

class Drawing {
 public:
  explicit Drawing(const std::vector<Point>& points) : points_(points) {
    for (const Point& point : points) {
      most_ = std::max({most_, point.offered, point.fitted});
      apart_ = std::max(apart_, std::abs(point.accepted - point.fitted));
    }
    span_ = std::max(1.0, points.back().at_ms);
  }

  std::string axes() const {
    std::string out;
    for (double share : {0.0, 0.5, 1.0}) {
      double y = kTop + kCurves * (1 - share);
      out += fmt::format("<path d=\"M{} {:.1f}H{}\" stroke=\"#ddd\"/>", kLeft, y, kWidth - kRight);
      out += label(kLeft - 6, y + 4, "end", fmt::format("{:.0f}", most_ * share));
    }
    double middle = residual_y(0);
    out += fmt::format("<path d=\"M{} {:.1f}H{}\" stroke=\"#999\"/>", kLeft, middle, kWidth - kRight);
    out += label(kLeft - 6, residual_y(apart_) + 4, "end", fmt::format("+{:.1f}", apart_));
    out += label(kLeft - 6, residual_y(-apart_) + 4, "end", fmt::format("-{:.1f}", apart_));
    out += label(kLeft, kTop + kCurves + kGap - 8, "start", "accepted minus fitted, calls");
    int episode = 0;
    for (const Point& point : points_) {
      if (!point.begins) continue;
      out += fmt::format("<path d=\"M{:.1f} {}V{}\" stroke=\"#bbb\" stroke-dasharray=\"2 3\"/>", x(point),
                         kTop, kHeight - 30);
      out += label(x(point) + 3, kHeight - 12, "start",
                   fmt::format("episode {}, at {:.1f} s", ++episode, (point.ms - points_.front().ms) / 1000));
    }
    return out;
  }

  std::string curve(double Point::* value, std::string_view stroke) const {
    std::string path;
    for (const Point& point : points_) {
      double y = kTop + kCurves * (1 - point.*value / most_);
      path += point.begins ? fmt::format("M{:.1f} {:.1f}", x(point), y)
                           : fmt::format("H{:.1f}V{:.1f}", x(point), y);
    }
    return fmt::format("<path d=\"{}\" fill=\"none\" {}/>", path, stroke);
  }

  std::string residuals() const {
    std::string path;
    for (const Point& point : points_)
      path += fmt::format("M{:.1f} {:.1f}V{:.1f}", x(point), residual_y(0),
                          residual_y(point.accepted - point.fitted));
    return fmt::format("<path d=\"{}\" stroke=\"#b03060\"/>", path);
  }

  static std::string label(double x, double y, std::string_view anchor, std::string_view text) {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>", x, y, anchor,
                       html(text));
  }

 private:
  double x(const Point& point) const { return kLeft + (kWidth - kLeft - kRight) * point.at_ms / span_; }
  double residual_y(double calls) const {
    return kTop + kCurves + kGap + kResiduals / 2 * (1 - calls / apart_);
  }

  const std::vector<Point>& points_;
  double most_ = 1, apart_ = 1, span_ = 1;
};

std::string text_of(const Json& json, std::string_view name) {
  const Json* member = json.find(name);
  if (!member) return "?";
  return member->string() ? *member->string() : to_text(*member);
}

}  // namespace

std::string rate_plot_svg(const Json& rate_limiter, bool standalone) {
  const Json* curve = rate_limiter.find("curve");
  if (!curve) return "";
  std::vector<Point> points = read_points(*curve);
  if (points.empty()) return "";
  bool fits = curve->find("fitted") != nullptr;
  Drawing drawing(points);
  std::string svg = fmt::format(
      "<svg{} viewBox=\"0 0 {} {}\" width=\"{}\" height=\"{}\" font-family=\"sans-serif\" font-size=\"11\" "
      "fill=\"#555\" role=\"img\"><title>Rate limiter: calls offered and accepted</title>",
      standalone ? " xmlns=\"http://www.w3.org/2000/svg\"" : "", kWidth, kHeight, kWidth, kHeight);
  svg += fmt::format("<rect width=\"{}\" height=\"{}\" fill=\"#fff\"/>", kWidth, kHeight);
  svg += drawing.axes();
  svg += drawing.curve(&Point::offered, "stroke=\"#aaa\"");
  svg += drawing.curve(&Point::accepted, "stroke=\"#1565c0\" stroke-width=\"2\"");
  if (fits) {
    svg += drawing.curve(&Point::fitted, "stroke=\"#e67e22\" stroke-width=\"1.5\" stroke-dasharray=\"5 3\"");
    svg += drawing.residuals();
  }
  std::string model = text_of(rate_limiter, "model");
  svg += Drawing::label(kLeft, 18, "start",
                        "calls against time: offered (grey), accepted (blue), the fitted model (orange)");
  svg += Drawing::label(kLeft, 34, "start",
                        fmt::format("model {}, {} a second", model, text_of(rate_limiter, "perSecond")));
  return svg + "</svg>\n";
}

}  // namespace diconform::reports
