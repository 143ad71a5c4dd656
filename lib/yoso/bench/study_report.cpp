#include "yoso/bench/study_report.h"

#include "yoso/report/chart.h"
#include "yoso/util/format.h"

namespace yoso::bench {
namespace {

std::string with_deviation(const StepMeasure& measure) {
  return format_significant(measure.ms, 3) + " ± " + format_significant(measure.ms_deviation, 2);
}

std::string exact(double value) { return format_significant(value, 6); }

using Value = double StepMeasure::*;
using Measured = std::optional<StepMeasure> StudyCell::*;

report::Panel panel(const std::vector<StudyCell>& cells, const std::vector<std::string>& names,
                    const std::string& title, Measured measured, Value value) {
  report::Panel panel;
  panel.title = title;
  panel.x_label = "length";
  panel.y_label = value == &StepMeasure::ms ? "ms a sequence" : "MB a sequence";
  panel.x_scale = report::Scale::log2;
  panel.y_scale = report::Scale::log10;
  for (size_t attention = 0; attention < names.size(); ++attention) {
    report::Series series;
    series.name = names[attention];
    for (const StudyCell& cell : cells) {
      if (cell.attention != attention || !(cell.*measured)) continue;
      series.x.push_back(static_cast<double>(cell.length));
      series.y.push_back((*(cell.*measured)).*value);
    }
    panel.series.push_back(series);
  }
  return panel;
}

}  // namespace

report::Table study_table(const std::vector<StudyCell>& cells,
                          const std::vector<std::string>& names) {
  report::Table table({"length", "attention", "GMAC", "batch", "bound", "ms a sequence",
                       "MB a sequence", "common batch", "ms a sequence", "MB a sequence"});
  for (const StudyCell& cell : cells) {
    std::vector<std::string> row = {
        std::to_string(cell.length), names[cell.attention],
        format_significant(static_cast<double>(cell.multiply_adds) / 1e9, 3)};
    if (!cell.largest) {
      row.insert(row.end(), {"-", cell.bound});
      table.add(row);
      continue;
    }
    row.insert(row.end(), {std::to_string(cell.largest->batch), cell.bound,
                           with_deviation(*cell.largest), format_significant(cell.largest->mb, 3)});
    if (cell.common) {
      row.insert(row.end(), {std::to_string(cell.common->batch), with_deviation(*cell.common),
                             format_significant(cell.common->mb, 3)});
    }
    table.add(row);
  }
  return table;
}

std::string study_csv(const std::vector<StudyCell>& cells, const std::vector<std::string>& names) {
  report::Table table({"length", "attention", "choice", "bound", "batch", "ms_per_instance",
                       "ms_deviation", "mb_per_instance", "multiply_adds"});
  for (const StudyCell& cell : cells) {
    for (const auto& [choice, measure] :
         {std::pair("largest", cell.largest), {"common", cell.common}}) {
      if (!measure) continue;
      table.add({std::to_string(cell.length), names[cell.attention], choice, cell.bound,
                 std::to_string(measure->batch), exact(measure->ms), exact(measure->ms_deviation),
                 exact(measure->mb), std::to_string(cell.multiply_adds)});
    }
  }
  return table.csv();
}

std::string study_svg(const std::vector<StudyCell>& cells, const std::vector<std::string>& names) {
  report::Figure figure;
  figure.title = "One step of 6 shared layers, dim 256, 4 heads: forward and backward";
  for (const auto& [measured, at] :
       {std::pair(&StudyCell::largest, "largest batch"), {&StudyCell::common, "common batch"}}) {
    figure.panels.push_back(
        panel(cells, names, std::string("time, ") + at, measured, &StepMeasure::ms));
    figure.panels.push_back(
        panel(cells, names, std::string("memory, ") + at, measured, &StepMeasure::mb));
  }
  return report::to_svg(figure);
}

}  // namespace yoso::bench
