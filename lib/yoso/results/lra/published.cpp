#include "yoso/results/lra/published.h"

#include <numeric>
#include <stdexcept>

namespace yoso::results::lra {
namespace {

constexpr double kNone = NAN;
constexpr std::array<double, kTasks> kNoCells = {kNone, kNone, kNone, kNone, kNone, kNone};

// The table of the Nyströmformer repository (mlpen/Nystromformer, LRA).
std::vector<PublishedRow> harness_rows() {
  const std::string source = "Nyströmformer repository";
  return {{"Standard", source, {37.10, 65.02, 79.35, 38.20, 74.16, kNone}, 58.77},
          {"Reformer", source, {19.05, 64.88, 78.64, 43.29, 69.36, kNone}, 55.04},
          {"Linformer", source, {37.25, 55.91, 79.37, 37.84, 67.60, kNone}, 55.59},
          {"Performer", source, {18.80, 63.81, 78.62, 37.07, 69.87, kNone}, 53.63},
          {"Nyströmformer", source, {37.15, 65.52, 79.56, 41.58, 70.94, kNone}, 58.95}};
}

// README of google-research/long-range-arena; Path-X failed for all models.
std::vector<PublishedRow> official_rows() {
  const std::string source = "Long Range Arena";
  const std::string external = source + ", external";
  return {{"Local", source, {15.82, 52.98, 53.39, 41.46, 66.63, kNone}, 46.06},
          {"Linear Transformer", source, {16.13, 65.90, 53.09, 42.34, 75.30, kNone}, 50.55},
          {"Reformer", source, {37.27, 56.10, 53.40, 38.07, 68.50, kNone}, 50.67},
          {"Sparse Transformer", source, {17.07, 63.58, 59.59, 44.24, 71.71, kNone}, 51.24},
          {"Sinkhorn", source, {33.67, 61.20, 53.83, 41.23, 67.45, kNone}, 51.29},
          {"Linformer", source, {35.70, 53.94, 52.27, 38.56, 76.34, kNone}, 51.36},
          {"Performer", source, {18.01, 65.40, 53.82, 42.77, 77.05, kNone}, 51.41},
          {"Synthesizer", source, {36.99, 61.68, 54.67, 41.61, 69.45, kNone}, 52.88},
          {"Longformer", source, {35.63, 62.85, 56.89, 42.22, 69.71, kNone}, 53.46},
          {"Transformer", source, {36.37, 64.27, 57.46, 42.44, 71.40, kNone}, 54.39},
          {"BigBird", source, {36.05, 64.02, 59.29, 40.83, 74.87, kNone}, 55.01},
          {"IGLOO", external, {39.23, 82.0, 75.5, 47.0, 67.50, kNone}, 62.25},
          {"TLB", external, {37.05, 81.88, 76.91, 57.51, 79.06, kNone}, 66.48}};
}

// Tables of "State-Free Inference of State-Space Models" (RTF), of Megalodon and of
// thuml/Flowformer. Only averages from "Never Train from Scratch" (Amos et al.) and
// arXiv 2501.14850.
std::vector<PublishedRow> best_rows() {
  const std::string megalodon = "Megalodon", rtf = "RTF", flow = "Flowformer repository";
  return {
      {"Megalodon", megalodon, {63.79, 90.48, 91.76, 89.42, 98.13, 98.17}, kNone, 88.63},
      {"Mega", megalodon, {63.14, 90.43, 91.25, 90.44, 96.01, 97.98}, kNone, 88.21},
      {"RTF", rtf, {61.59, 89.72, 92.04, 90.51, 96.11, 96.32}, kNone, 87.71},
      {"S5", rtf, {62.15, 89.31, 91.4, 88.0, 95.33, 98.58}, kNone, 87.46},
      {"Liquid-S4", rtf, {62.75, 89.02, 91.2, 89.5, 94.8, 96.66}, kNone, 87.32},
      {"S4 (updated)", rtf, {61.29, 88.25, 90.90, 89.2, 94.2, 96.35}, kNone, 86.69},
      {"Mega-chunk", megalodon, {58.76, 90.19, 90.97, 85.80, 94.41, 93.81}, kNone, 85.66},
      {"Transformer, self-pretrained",
       rtf,
       {59.15, 88.81, 90.38, 76.0, 88.49, 88.05},
       kNone,
       81.81},
      {"Transformer, rotary, self-pretrained", "Amos et al.", kNoCells, kNone, 86.2},
      {"Transformer, rotary, tricks, from scratch", "arXiv 2501.14850", kNoCells, 85.69},
      {"Luna-256", megalodon, {37.98, 65.78, 79.56, 47.86, 78.55, kNone}, 61.95},
      {"Transformer (Mega's run)", megalodon, {37.11, 65.21, 79.14, 42.94, 71.83, kNone}, 59.24},
      {"Flowformer", flow, {38.70, 64.29, 62.24, 43.20, 73.95, kNone}, 56.48},
      {"cosFormer", flow, {37.90, 63.41, 61.36, 43.17, 70.33, kNone}, 55.23}};
}

}  // namespace

double PublishedRow::average(size_t tasks) const {
  const double printed = tasks == kTasks ? average_of_6 : average_of_5;
  if (!std::isnan(printed)) return printed;
  return std::accumulate(accuracy.begin(), accuracy.begin() + static_cast<ptrdiff_t>(tasks), 0.0) /
         static_cast<double>(tasks);
}

std::vector<PublishedRow> published_rows(const std::string& set) {
  if (set == "harness") return harness_rows();
  if (set == "official") return official_rows();
  if (set == "best") return best_rows();
  if (set != "all") throw std::invalid_argument("no published rows " + set);
  std::vector<PublishedRow> all = harness_rows();
  for (const auto& rows : {official_rows(), best_rows()})
    all.insert(all.end(), rows.begin(), rows.end());
  return all;
}

}  // namespace yoso::results::lra
