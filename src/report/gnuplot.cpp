#include "glasscape/report/gnuplot.hpp"

#include <fmt/ostream.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "glasscape/core/errors.hpp"
#include "glasscape/core/number.hpp"
#include "glasscape/core/output_path.hpp"
#include "glasscape/report/atomic_file.hpp"

namespace glasscape::report {

namespace fs = std::filesystem;

namespace {

// Lengths in points (1/72 inch): the plotting area is fixed, the page grows with what stands around it.
constexpr double plot_width = 330;
constexpr double plot_height = 262;
constexpr double font_size = 11;
constexpr double character_width = 0.6 * font_size;  // of DejaVu Sans, on average
constexpr double line_height = 1.6 * font_size;
constexpr double sample_width = 30;  // in the legend
constexpr double tick_room = 11;     // from an axis to the numbers beside it
constexpr double color_bar_width = 14;

/// A folder that goes away with all that it holds.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "glasscape-plot-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw MachineError(name + ": cannot make a temporary folder");
    path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// gnuplot's single quotes take everything but themselves.
std::string quote(std::string_view text) {
  std::string result = "'";
  for (const char character : text) {
    if (character == '\'') result += '\'';
    result += character == '\n' ? ' ' : character;
  }
  return result + "'";
}

/// Of the printed characters: code points without markup.
double text_width(std::string_view text) {
  const auto is_printed = [](char character) {
    const bool starts_code_point = (static_cast<unsigned char>(character) & 0xc0) != 0x80;
    return starts_code_point && std::string_view("\\{}_^").find(character) == std::string_view::npos;
  };
  return character_width * static_cast<double>(std::ranges::count_if(text, is_printed));
}

double widest_tick(const FigureAxis& axis) {
  double widest = 0;
  for (const Tick& tick : axis.ticks()) widest = std::max(widest, text_width(tick.label));
  return widest;
}

std::vector<LegendEntry> legend_of(const Figure& figure) {
  std::vector<LegendEntry> entries = figure.legend;
  for (const Curve& curve : figure.curves) {
    if (!curve.label.empty()) entries.push_back({curve.label, curve.color, curve.style, curve.dash});
  }
  return entries;
}

/// Where things stand on the page, in points from its lower left corner.
struct Page {
  explicit Page(const Figure& figure) {
    y_label = font_size;
    left = (figure.y.label.empty() ? 0.6 : 2.2) * font_size + widest_tick(figure.y) + tick_room;
    bottom = 4.2 * font_size;
    top = figure.title.empty() ? font_size : 2.6 * font_size;
    width = left + plot_width;
    height = bottom + plot_height + top;
    if (figure.color_bar) {
      color_bar = width + 12;
      color_bar_label = color_bar + color_bar_width + tick_room + widest_tick(*figure.color_bar) + 0.9 * font_size;
      width = color_bar_label + font_size;
    }
    const auto entries = legend_of(figure);
    double widest = 0;
    for (const LegendEntry& entry : entries) widest = std::max(widest, text_width(entry.label));
    legend = width + 6;
    width = entries.empty() ? width + 1.5 * font_size : legend + sample_width + 1.5 * font_size + widest;
    height = std::max(height, bottom + top + line_height * static_cast<double>(entries.size()));
  }

  double x(double points) const { return points / width; }
  double y(double points) const { return points / height; }

  double left = 0, bottom = 0, top = 0, width = 0, height = 0;
  double y_label = 0, color_bar = 0, color_bar_label = 0, legend = 0;
};

void write_terminal(std::ostream& out, const Page& page, const std::string& extension) {
  constexpr double pixels_per_point = 3;  // 216 dots per inch
  const auto font = fmt::format("enhanced font 'DejaVu Sans,{}'", font_size);
  if (extension == ".png") {
    fmt::print(out, "set terminal pngcairo size {:.0f},{:.0f} {} fontscale {} linewidth {} pointscale {}\n",
               page.width * pixels_per_point, page.height * pixels_per_point, font, pixels_per_point * 0.75,
               pixels_per_point * 0.75, pixels_per_point * 0.75);
  } else if (extension == ".svg") {
    fmt::print(out,
               "set terminal svg size {:.0f},{:.0f} standalone background 'white' {} linewidth 0.8 dashlength 0.8\n",
               page.width, page.height, font);
  } else {
    fmt::print(out, "set terminal pdfcairo size {:.4f}in,{:.4f}in {} fontscale 0.75 linewidth 1.4 pointscale 0.6\n",
               page.width / 72, page.height / 72, font);
  }
}

void write_ticks(std::ostream& out, std::string_view name, const FigureAxis& axis) {
  fmt::print(out, "set {}tics (", name);
  std::string separator;
  for (const Tick& tick : axis.ticks()) {
    fmt::print(out, "{}{} {} {}", separator, quote(tick.label), axis.scale.position(tick.value),
               tick.label.empty() ? 1 : 0);
    separator = ", ";
  }
  fmt::print(out, ")\nset {}range [{}:{}]\n", name, axis.scale.position(axis.lower), axis.scale.position(axis.upper));
}

/// gnuplot's own axis labels wander with the ticks; these stand where the page has room for them.
void write_label(std::ostream& out, const std::string& text, double x, double y, int angle) {
  if (text.empty()) return;
  fmt::print(out, "set label {} at screen {},{} center rotate by {} front\n", quote(text), x, y, angle);
}

void write_layout(std::ostream& out, const Figure& figure, const Page& page) {
  const double plot_bottom = page.height - page.top - plot_height;
  fmt::print(
      out,
      "set border linewidth 1 front\nset tics out nomirror scale 0.7,0.4 front\nset clip two\nset errorbars 0.6\n");
  fmt::print(out, "set lmargin at screen {}\nset rmargin at screen {}\n", page.x(page.left),
             page.x(page.left + plot_width));
  fmt::print(out, "set bmargin at screen {}\nset tmargin at screen {}\n", page.y(plot_bottom),
             page.y(plot_bottom + plot_height));
  fmt::print(out, "set key at screen {},{} left top Left reverse vertical noautotitle samplen 2.2 spacing 1.25\n",
             page.x(page.legend), page.y(plot_bottom + plot_height + 2));
  if (!figure.title.empty()) fmt::print(out, "set title {} offset 0,-0.4\n", quote(figure.title));
  write_ticks(out, "x", figure.x);
  write_ticks(out, "y", figure.y);
  const double middle = plot_bottom + plot_height / 2;
  write_label(out, figure.x.label, page.x(page.left + plot_width / 2), page.y(plot_bottom - 3.3 * font_size), 0);
  write_label(out, figure.y.label, page.x(page.y_label), page.y(middle), 90);
  if (!figure.color_bar) return;
  fmt::print(out, "set palette defined (");
  for (std::size_t i = 0; i < sequential_anchors().size(); ++i) {
    fmt::print(out, "{}{} '{}'", i == 0 ? "" : ", ", i, sequential_anchors()[i].hex());
  }
  fmt::print(out, ")\nset colorbox user origin screen {},{} size screen {},{}\n", page.x(page.color_bar),
             page.y(plot_bottom), page.x(color_bar_width), page.y(plot_height));
  write_ticks(out, "cb", *figure.color_bar);
  write_label(out, figure.color_bar->label, page.x(page.color_bar_label), page.y(middle), 90);
}

const char* dash_of(int dash) {
  switch (dash) {
    case 1: return "1";
    case 2: return "(10,5)";
    case 3: return "(3,3)";
    case 4: return "(12,4,3,4)";
    case 5: return "(18,5)";
    default: return "(12,4,3,4,3,4)";
  }
}

/// gnuplot's types of points: discs, circles, then filled and empty squares and triangles.
int mark_of(int dash) {
  constexpr std::array marks{7, 6, 5, 4, 9, 8};
  return marks[static_cast<std::size_t>(dash - 1) % marks.size()];
}

/// One row a point "x y x_low x_high y_low y_high [colour]"; an empty row where the curve is broken.
void write_data(std::ostream& out, std::size_t number, const Curve& curve, const Figure& figure) {
  fmt::print(out, "$curve{} << END\n", number);
  const auto interval = [](const FigureAxis& axis, double value, const std::vector<double>& errors, std::size_t i) {
    const double error = i < errors.size() && std::isfinite(errors[i]) ? errors[i] : 0;
    const double low = axis.scale.position(value - error);
    // An interval that reaches below zero on a logarithmic axis leaves the frame.
    return std::pair(std::isnan(low) ? axis.scale.position(axis.lower) : low, axis.scale.position(value + error));
  };
  for (std::size_t i = 0; i < curve.x.size(); ++i) {
    const double x = figure.x.scale.position(curve.x[i]);
    const double y = figure.y.scale.position(curve.y[i]);
    if (std::isnan(x) || std::isnan(y)) {
      fmt::print(out, "\n");
      continue;
    }
    const auto [x_low, x_high] = interval(figure.x, curve.x[i], curve.x_error, i);
    const auto [y_low, y_high] = interval(figure.y, curve.y[i], curve.y_error, i);
    fmt::print(out, "{} {} {} {} {} {}", x, y, x_low, x_high, y_low, y_high);
    if (!curve.point_colors.empty()) fmt::print(out, " 0x{}", curve.point_colors[i].hex().substr(1));
    fmt::print(out, "\n");
  }
  fmt::print(out, "END\n");
}

void write_points(std::vector<std::string>& elements, const std::string& data, const Curve& curve) {
  const std::string color = fmt::format("rgb '{}'", curve.color.hex());
  const auto bars = [&](std::string_view ends, std::string_view style) {
    elements.push_back(
        fmt::format("{} using 1:2:{} with {} pointtype -1 linewidth 1.1 linecolor {}", data, ends, style, color));
  };
  if (!curve.x_error.empty()) bars("3:4", "xerrorbars");
  if (!curve.y_error.empty()) bars("5:6", "yerrorbars");
  const double size = curve.style == Curve::Style::points ? 0.8 : 0.4;
  if (curve.point_colors.empty()) {
    elements.push_back(fmt::format("{} using 1:2 with points pointtype {} pointsize {} linewidth 1.4 linecolor {}",
                                   data, mark_of(curve.dash), size, color));
  } else {
    elements.push_back(fmt::format("{} using 1:2 with points pointtype 7 pointsize 1.25 linecolor rgb 'black'", data));
    elements.push_back(
        fmt::format("{} using 1:2:7 with points pointtype 7 pointsize 0.9 linecolor rgb variable", data));
  }
}

void write_curve(std::vector<std::string>& elements, std::size_t number, const Curve& curve) {
  const std::string data = fmt::format("$curve{}", number);
  const std::string color = fmt::format("rgb '{}'", curve.color.hex());
  const bool line = curve.style != Curve::Style::points;
  const bool band = curve.style == Curve::Style::line && curve.x_error.empty() && !curve.y_error.empty();
  if (band) {
    elements.push_back(fmt::format(
        "{} using 1:5:6 with filledcurves fillstyle transparent solid 0.25 noborder linecolor {}", data, color));
  }
  if (line) {
    elements.push_back(
        fmt::format("{} using 1:2 with lines linewidth 2 dashtype {} linecolor {}", data, dash_of(curve.dash), color));
  }
  const bool bars = !band && (!curve.x_error.empty() || !curve.y_error.empty());
  if (bars || curve.style != Curve::Style::line) {
    Curve marked = curve;
    if (band) marked.x_error = marked.y_error = {};
    write_points(elements, data, marked);
  }
}

std::string legend_element(const LegendEntry& entry) {
  const std::string ending = fmt::format("linecolor rgb '{}' title {}", entry.color.hex(), quote(entry.label));
  if (!entry.curve) return fmt::format("keyentry with boxes fillstyle solid 1 border rgb 'black' {}", ending);
  switch (*entry.curve) {
    case Curve::Style::points:
      return fmt::format("keyentry with points pointtype {} pointsize 0.8 linewidth 1.4 {}", mark_of(entry.dash),
                         ending);
    case Curve::Style::line_and_points:
      return fmt::format("keyentry with linespoints linewidth 2 dashtype {} pointtype {} pointsize 0.8 {}",
                         dash_of(entry.dash), mark_of(entry.dash), ending);
    case Curve::Style::line: break;
  }
  return fmt::format("keyentry with lines linewidth 2 dashtype {} {}", dash_of(entry.dash), ending);
}

std::string raster_element(const Figure& figure, const fs::path& file) {
  const Raster& raster = *figure.raster;
  std::ofstream stream(file, std::ios::binary);
  static_assert(sizeof(Color) == 3);
  stream.write(reinterpret_cast<const char*>(raster.pixels.data()),
               static_cast<std::streamsize>(raster.pixels.size() * sizeof(Color)));
  stream.close();
  if (!stream) throw MachineError(fmt::format("{}: cannot be written (is the disk full?)", file.string()));
  const auto grid = [](const FigureAxis& axis, std::size_t pixels) {
    const double lower = axis.scale.position(axis.lower);
    const double step = (axis.scale.position(axis.upper) - lower) / static_cast<double>(pixels);
    return std::pair(lower + step / 2, step);
  };
  const auto [x, dx] = grid(figure.x, raster.width);
  const auto [y, dy] = grid(figure.y, raster.height);
  return fmt::format("{} binary array=({},{}) format='%uchar' origin=({},{}) dx={} dy={} using 1:2:3 with rgbimage",
                     quote(file.string()), raster.width, raster.height, x, y, dx, dy);
}

void write_script(std::ostream& out, const Figure& figure, const fs::path& folder, const fs::path& output) {
  const Page page(figure);
  write_terminal(out, page, output.extension().string());
  fmt::print(out, "set output {}\nset encoding utf8\n", quote(output.string()));
  write_layout(out, figure, page);
  std::vector<std::string> elements;
  if (figure.raster) elements.push_back(raster_element(figure, folder / "raster"));
  if (figure.color_bar) elements.push_back("'+' using (NaN):(NaN):(NaN) with points palette");
  for (std::size_t i = 0; i < figure.curves.size(); ++i) {
    write_data(out, i, figure.curves[i], figure);
    // All borders below all lines: one must not hide its neighbour.
    if (!figure.curves[i].cased) continue;
    elements.push_back(fmt::format("$curve{} using 1:2 with lines linewidth 4.5 linecolor rgb 'white'", i));
  }
  for (std::size_t i = 0; i < figure.curves.size(); ++i) write_curve(elements, i, figure.curves[i]);
  for (const LegendEntry& entry : legend_of(figure)) elements.push_back(legend_element(entry));
  if (elements.empty()) elements.push_back("'+' using (NaN):(NaN) with points");
  fmt::print(out, "plot {}\nunset output\n", fmt::join(elements, ", \\\n     "));
}

/// Runs gnuplot on a script; throws with its own words where it fails.
void run_gnuplot(const fs::path& script) {
  std::string words;
  const std::string command = fmt::format("gnuplot '{}' 2>&1", script.string());
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw MachineError("cannot start a process for gnuplot");
  char buffer[512];
  while (fgets(buffer, sizeof buffer, pipe) != nullptr) words += buffer;
  const int status = pclose(pipe);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
    throw UserError("gnuplot is not installed; figures need the package gnuplot-nox (apt-get install gnuplot-nox)");
  }
  throw MachineError(fmt::format("gnuplot failed: {}", trimmed(words)));
}

}  // namespace

std::string plain(std::string_view text) {
  std::string result;
  for (const char character : text) {
    if (std::string_view("\\_^{}@&~").find(character) != std::string_view::npos) result += '\\';
    result += character;
  }
  return result;
}

void check_figure_path(const fs::path& output) {
  const std::string extension = output.extension().string();
  if (extension != ".png" && extension != ".svg" && extension != ".pdf") {
    throw UserError(fmt::format("{}: a figure's name ends in .png, .svg or .pdf", output.string()));
  }
  check_output_path(output);
}

void draw(const Figure& figure, const fs::path& output) {
  check_figure_path(output);
  const TemporaryFolder folder;
  replace_file(output, [&](const fs::path& temporary) {
    const fs::path script = folder.path() / "script";
    std::ofstream stream(script);
    write_script(stream, figure, folder.path(), temporary);
    stream.close();
    if (!stream) throw MachineError(fmt::format("{}: cannot be written (is the disk full?)", script.string()));
    run_gnuplot(script);
    if (!fs::exists(temporary) || fs::file_size(temporary) == 0) {
      throw MachineError(fmt::format("{}: gnuplot wrote nothing", output.string()));
    }
  });
}

}  // namespace glasscape::report
