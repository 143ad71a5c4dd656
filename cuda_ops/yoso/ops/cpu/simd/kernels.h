#pragma once

#include <cstdint>

// The inner loops of the CPU operators: free of torch, on padded blocks without tails, in float or
// double. They are compiled once per instruction set and chosen at run time.

namespace yoso::ops::cpu {

/// Rows hashed together, one per lane.
inline constexpr int64_t kTileRows = 16;

/// Columns per slice of a row: one cache line of floats. Row widths are padded to a multiple of it.
inline constexpr int64_t kSlice = 16;

constexpr int64_t round_up(int64_t size, int64_t multiple) {
  return (size + multiple - 1) / multiple * multiple;
}

/// Types of a tensor's elements.
enum class Element { float64, float32, bfloat16, float16 };
constexpr int64_t size_of(Element type) {
  return type == Element::float64 ? 8 : type == Element::float32 ? 4 : 2;
}

/// C[rows, columns] = (accumulate ? C : 0) + A[rows, depth] · B[depth, columns]. Each element of C
/// is summed over depth in order, whatever the sizes. `columns` is a multiple of kSlice.
template <class T>
struct MatrixProduct {
  const T* a;
  int64_t a_row;    // elements between rows of A
  int64_t a_depth;  // elements between columns of A
  const T* b;
  int64_t b_row;
  T* c;
  int64_t c_row;
  int64_t rows;
  int64_t columns;
  int64_t depth;
  bool accumulate;
};

/// Codes of kTileRows rows by HD3 (operators.md, `hadamard_codes`), lane by lane.
template <class T>
struct HadamardTile {
  const T* x;      // [dim, kTileRows], the rows transposed
  const T* signs;  // [passes, 3, dim]
  int64_t dim;     // a power of two
  int64_t bits_per_pass;
  int64_t hashes;
  int64_t bits;
  T* work;         // [dim, kTileRows]
  int32_t* codes;  // [hashes, kTileRows]
};

/// The passes of HD3 as matrices in bfloat16, where their entries, integers, are exact in it.
struct HadamardMatrix {
  const int8_t* signs;  // [passes, 3, dim]
  int64_t passes;
  int64_t dim;            // a multiple of 32, at most 128
  int64_t bits_per_pass;  // coordinates that are read
  uint16_t* matrix;       // [passes, bits_per_pass rounded up to kTileRows, dim]
};

/// Codes of kTileRows rows by products with such matrices.
struct MatrixCodes {
  const float* rows;  // [kTileRows, dim]
  int parts;          // how many bfloat16 sum up to an element of them, 1 to 3
  const uint16_t* matrix;
  int64_t blocks;  // the rows of `matrix` / kTileRows
  int64_t dim;
  const int32_t* product_of;  // [bits, hashes], the row of `matrix` behind a bit
  int64_t hashes;
  int64_t bits;
  uint16_t* tiles;  // [parts, dim, kTileRows]
  float* products;  // [blocks · kTileRows, kTileRows]
  int32_t* codes;   // [hashes, kTileRows]
};

/// Codes of kTileRows rows from their products with hyperplanes.
template <class T>
struct HyperplaneTile {
  const T* products;  // [hashes, bits, kTileRows]
  int64_t hashes;
  int64_t bits;
  int32_t* codes;  // [hashes, kTileRows]
};

/// to[i] += Σ_h Σ_{j: from_slots[h, j] = to_slots[h, i]} from[j], for one slice of columns, by a
/// table of sums per hash. Slot number slots[h] is for rows without a partner and counts nothing.
template <class T>
struct BucketSums {
  const T* from;  // [from_rows, kSlice]
  int64_t from_rows;
  const uint16_t* from_slots;  // [hashes, from_stride]
  int64_t from_stride;
  T* to;  // [to_rows, kSlice]
  int64_t to_rows;
  const uint16_t* to_slots;  // [hashes, to_stride]
  int64_t to_stride;
  const int32_t* slots;  // [hashes]
  int64_t hashes;
  T* tables;  // [table_elements(the largest of slots)]
};

/// Tables of up to kMaxTables hashes are filled together while they stay in the second-level cache.
inline constexpr int64_t kMaxTables = 4;
inline constexpr int64_t kTableBytes = 1 << 18;

/// Elements of the tables for hashes of up to `slots` slots.
template <class T>
constexpr int64_t table_elements(int64_t slots) {
  const int64_t one = (slots + 1) * kSlice;
  const bool together = kMaxTables * one * static_cast<int64_t>(sizeof(T)) <= kTableBytes;
  return together ? kMaxTables * one : one;
}

/// How a pair's coefficient follows from its dot products.
enum class PairWeight {
  constant,  // 1
  exact,     // bits / ((π − θ) sin θ), θ = arccos of the clamped product of the pair
};

/// What a row receives from its partners: out += Σ_e counts[e] · w(x·x_e) · (y·y_e) · x_e.
/// A row holds x, then y.
template <class T>
struct PairSum {
  const T* row;     // [x_width + y_width]
  const T* others;  // [.., x_width + y_width]
  int64_t x_width;
  int64_t y_width;
  const int32_t* partners;  // [partner_count], rows of others
  const int32_t* counts;    // by row of others
  int64_t partner_count;
  PairWeight weight;
  int64_t bits;
  T* out;  // [x_width]
};

/// From products x = q·k and s = g·v of `count` pairs: x becomes p(x), s becomes p(x) w(x) s.
template <class T>
struct CollisionGradient {
  T* x;
  T* s;
  int64_t count;
  int64_t bits;
  PairWeight weight;
};

template <class T>
struct Kernels {
  const char* instruction_set;
  void (*widen)(const void* from, Element type, int64_t count, T* to);
  void (*narrow)(const T* from, T factor, int64_t count, Element type, void* to);
  // [kTileRows, columns] to [columns, kTileRows] with `stride` between rows
  void (*transpose_rows)(const T* rows, int64_t columns, T* to, int64_t stride);
  int32_t (*narrow_codes)(const int32_t* from, int64_t count, uint16_t* to);  // all codes or-ed
  void (*multiply)(const MatrixProduct<T>&);
  void (*hadamard_codes)(const HadamardTile<T>&);
  void (*hyperplane_codes)(const HyperplaneTile<T>&);
  void (*bucket_sums)(const BucketSums<T>&);
  void (*pair_sum)(const PairSum<T>&);
  void (*collision_probability)(T* x, int64_t count, int64_t bits);  // x becomes p(x)
  void (*collision_gradient)(const CollisionGradient<T>&);
  // Null where the processor has no tiles, and for double.
  bool (*hadamard_matrix)(const HadamardMatrix&) = nullptr;  // whether all entries are exact
  void (*matrix_codes)(const MatrixCodes&) = nullptr;
};

/// The kernels of the best instruction set that LibTorch uses on this computer (ATEN_CPU_CAPABILITY
/// lowers it, as it does for LibTorch's own).
template <class T>
const Kernels<T>& kernels();

extern const Kernels<float> kFloatBaseline, kFloatAvx2, kFloatAvx512, kFloatAmx;
extern const Kernels<double> kDoubleBaseline, kDoubleAvx2, kDoubleAvx512;

}  // namespace yoso::ops::cpu
