#include "yoso/train/arena/published.h"

#include <cmath>
#include <stdexcept>

namespace yoso::train::arena {
namespace {

constexpr double kNone = NAN;

// The table of the Nyströmformer repository (mlpen/Nystromformer, LRA).
std::vector<PublishedRow> harness_rows() {
  const std::string source = "Nyströmformer repository";
  return {{"Standard", source, {37.10, 65.02, 79.35, 38.20, 74.16, kNone}},
          {"Reformer", source, {19.05, 64.88, 78.64, 43.29, 69.36, kNone}},
          {"Linformer", source, {37.25, 55.91, 79.37, 37.84, 67.60, kNone}},
          {"Performer", source, {18.80, 63.81, 78.62, 37.07, 69.87, kNone}},
          {"Nyströmformer", source, {37.15, 65.52, 79.56, 41.58, 70.94, kNone}}};
}

// README of google-research/long-range-arena; Path-X failed for all.
std::vector<PublishedRow> official_rows() {
  const std::string source = "Long Range Arena";
  return {{"Local", source, {15.82, 52.98, 53.39, 41.46, 66.63, kNone}},
          {"Linear Transformer", source, {16.13, 65.90, 53.09, 42.34, 75.30, kNone}},
          {"Reformer", source, {37.27, 56.10, 53.40, 38.07, 68.50, kNone}},
          {"Sparse Transformer", source, {17.07, 63.58, 59.59, 44.24, 71.71, kNone}},
          {"Sinkhorn", source, {33.67, 61.20, 53.83, 41.23, 67.45, kNone}},
          {"Linformer", source, {35.70, 53.94, 52.27, 38.56, 76.34, kNone}},
          {"Performer", source, {18.01, 65.40, 53.82, 42.77, 77.05, kNone}},
          {"Synthesizer", source, {36.99, 61.68, 54.67, 41.61, 69.45, kNone}},
          {"Longformer", source, {35.63, 62.85, 56.89, 42.22, 69.71, kNone}},
          {"Transformer", source, {36.37, 64.27, 57.46, 42.44, 71.40, kNone}},
          {"BigBird", source, {36.05, 64.02, 59.29, 40.83, 74.87, kNone}}};
}

// Tables of "State-Free Inference of State-Space Models" (RTF) and of Megalodon.
std::vector<PublishedRow> best_rows() {
  return {{"Megalodon", "Megalodon", {63.79, 90.48, 91.76, 89.42, 98.13, 98.17}},
          {"Mega", "Megalodon", {63.14, 90.43, 91.25, 90.44, 96.01, 97.98}},
          {"RTF", "RTF", {61.59, 89.72, 92.04, 90.51, 96.11, 96.32}},
          {"S5", "RTF", {62.15, 89.31, 91.4, 88.0, 95.33, 98.58}},
          {"S4 (updated)", "RTF", {61.29, 88.25, 90.90, 89.2, 94.2, 96.35}},
          {"Mega-chunk", "Megalodon", {58.76, 90.19, 90.97, 85.80, 94.41, 93.81}},
          {"Transformer, self-pretrained", "RTF", {59.15, 88.81, 90.38, 76.0, 88.49, 88.05}},
          {"Luna-256", "Megalodon", {37.98, 65.78, 79.56, 47.86, 78.55, kNone}},
          {"Transformer (Mega's run)", "Megalodon", {37.11, 65.21, 79.14, 42.94, 71.83, kNone}}};
}

}  // namespace

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

}  // namespace yoso::train::arena
