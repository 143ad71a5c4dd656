#pragma once

#include <cstdint>

// The inner loops of the CPU operators: free of torch, on padded blocks without tails, in float or
// double. They are compiled once per instruction set and chosen at run time.

namespace yoso::ops::cpu {

/// Rows hashed together, one per lane.
inline constexpr int64_t kTileRows = 16;

/// Rows given to a hasher at once: their codes and one pass stay in the first-level cache.
inline constexpr int64_t kHashedRows = 4 * kTileRows;

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

/// Codes of kTileRows rows by HD3 (yoso/ops/hadamard_codes.h), lane by lane.
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

/// Codes of up to kHashedRows rows by products with such matrices, kTileRows at a time.
struct MatrixCodes {
  const float* rows;  // [count rounded up to kTileRows, dim]
  int64_t count;
  int parts;               // how many bfloat16 sum up to an element of them, 1 to 3
  const uint16_t* matrix;  // as above
  int64_t dim;
  int64_t bits_per_pass;
  int64_t hashes;
  int64_t bits;
  uint16_t* tiles;  // [kHashedRows, parts, dim]
  int32_t* codes;   // [count / kTileRows, hashes, kTileRows]
};

/// Codes of kTileRows rows from their products with hyperplanes.
template <class T>
struct HyperplaneTile {
  const T* products;  // [hashes, bits, kTileRows]
  int64_t hashes;
  int64_t bits;
  int32_t* codes;  // [hashes, kTileRows]
};

/// How a pair's coefficient follows from its dot products.
enum class PairWeight {
  constant,  // 1
  exact,     // bits / ((π − θ) sin θ), θ = arccos of the clamped product of the pair
};

/// What a row receives from its matches e, the rows it collides with, where a row holds x, then y,
/// as T or in bfloat16:
///   grad += Σ_e w(x·x_e) (y·y_e) x_e,   sum += Σ_e y_e
/// grad and sum, here and below, have the order of columns that a kernel works in (order_columns).
template <class T>
struct PairSum {
  const void* row;     // [x_width + y_width]
  const void* others;  // [.., x_width + y_width]
  Element type;        // of both
  int64_t x_width;     // widths are multiples of kSlice, twice that for bfloat16
  int64_t y_width;
  const int32_t* matches;  // [match_count], rows of others
  int64_t match_count;
  PairWeight weight;
  int64_t bits;
  T* grad;  // [x_width], null where not needed
  T* sum;   // [y_width], null where not needed
};

/// sum += Σ_e rows[e] + Σ totals, where a row holds `width` elements; totals are such sums.
template <class T>
struct RowSum {
  const void* rows;
  Element type;
  int64_t width;           // a multiple of kSlice, twice that for bfloat16
  const int32_t* matches;  // [match_count], numbers of rows
  int64_t match_count;
  const T* const* totals;  // [total_count] of [width]
  int64_t total_count;
  T* sum;  // [width]
};

/// A bucket with many rows: a stretch of each side's order, queries and keys.
struct HeavyBucket {
  int32_t begin[2];
  int32_t count[2];
};

/// What the rows of a heavy bucket receive from each other, for several buckets of one hash. Rows r
/// and s of its two sides hold x, then y, as T or in bfloat16:
///   grad_r += Σ_s w(x_r·x_s) (y_r·y_s) x_s,   sum_r += Σ_s y_s
template <class T>
struct BucketGradient {
  const HeavyBucket* buckets;
  int64_t bucket_count;
  const int32_t* order[2];  // what the buckets are stretches of: numbers of rows
  const void* rows[2];      // [.., x_width + y_width]
  Element type;
  int64_t x_width;  // widths are multiples of kSlice, twice that for bfloat16
  int64_t y_width;
  PairWeight weight;
  int64_t bits;
  T* grad[2];    // [.., x_width], null where not needed
  T* sum[2];     // [.., y_width], null where not needed
  char* memory;  // bucket_memory(x_width, y_width) bytes
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

/// Kernels of exact_pairs_attention (yoso/ops/exact_pairs_attention.h).
struct PairKernel {
  bool softmax;  // exp(x − shift), else (1 − arccos(x)/π)^bits
  int64_t bits;
};

/// values[i] = f(x[i]) and, where not null, slopes[i] = f′(x[i]).
template <class T>
struct KernelValues {
  PairKernel kernel;
  const T* x;
  int64_t count;
  T shift;  // softmax
  T* values;
  T* slopes;
};

/// What a query's products y with the means of cells weigh: offsets f(y) − slope · y and, where not
/// null, slopes f′(y).
template <class T>
struct CellWeights {
  PairKernel kernel;
  const T* y;       // [width]
  const T* counts;  // [width] keys of a cell
  int64_t width;    // a multiple of kSlice
  T slope;
  T shift;
  T* offsets;    // [width]
  T* slopes;     // [width]
  T weight_sum;  // Σ counts f(y)
};

/// From the gradients of offsets: they become those of y, grad · (f′(y) − slope).
template <class T>
struct CellGradient {
  const T* y;       // [width]
  const T* slopes;  // [width] f′(y)
  int64_t width;    // a multiple of kSlice
  T slope;
  T* grads;       // [width]
  T product_sum;  // Σ grads · y, before
};

/// The pairs of one row: rows `list` of the other side.
template <class T>
struct PairList {
  const int32_t* list;  // [count]
  int64_t count;
  const T* rows;   // [.., stride]
  int64_t stride;  // a multiple of kSlice, as columns and widths below
};

/// products[e] = the product of columns [column, column + width) of `own` and of row list[e].
template <class T>
struct PairProducts {
  PairList<T> pairs;
  const T* own;  // a row with the same columns
  int64_t column;
  int64_t width;
  T* products;  // [count]
};

/// sum += Σ_e weights[e] columns [column, column + width) of row list[e].
template <class T>
struct PairCombination {
  PairList<T> pairs;
  const T* weights;  // [count]
  int64_t column;
  int64_t width;
  T* sum;  // [width]
};

/// From products x of a query's pairs: values f, weights f − (offset of the key's cell + slope · x),
/// and, where not null, slopes f′. Where there is no tail `offsets` is null.
template <class T>
struct PairWeights {
  PairKernel kernel;
  const int32_t* list;  // [count], keys
  int64_t count;
  const T* x;            // [count]
  const int32_t* cells;  // of a key
  const T* offsets;      // of a cell
  T slope;
  T shift;
  T* weights;    // [count]
  T* slopes;     // [count]
  T value_sum;   // Σ f
  T weight_sum;  // Σ weights
};

/// nearest[r] = the first c of the largest scores[c, r], r a lane of kTileRows.
template <class T>
struct LargestScores {
  const T* scores;  // [candidates, stride]
  int64_t candidates;
  int64_t stride;
  int64_t rows;      // a multiple of kTileRows
  int32_t* largest;  // [rows]
};

template <class T>
struct Kernels {
  void (*widen)(const void* from, Element type, int64_t count, T* to);
  void (*narrow)(const T* from, T factor, int64_t count, Element type, void* to);
  // [kTileRows, columns] to [columns, kTileRows] with `stride` between rows
  void (*transpose_rows)(const T* rows, int64_t columns, T* to, int64_t stride);
  int32_t (*narrow_codes)(const int32_t* from, int64_t count,
                          uint16_t* to);  // returns all codes or-ed
  void (*multiply)(const MatrixProduct<T>&);
  void (*hadamard_codes)(const HadamardTile<T>&);
  void (*hyperplane_codes)(const HyperplaneTile<T>&);
  void (*pair_sum)(const PairSum<T>&);
  void (*row_sum)(const RowSum<T>&);
  // Puts the columns of sums of stored rows of `type` back into their order.
  void (*order_columns)(T* sums, int64_t count, Element type);
  void (*bucket_gradient)(const BucketGradient<T>&);
  int64_t (*bucket_memory)(int64_t x_width, int64_t y_width);
  void (*collision_probability)(T* x, int64_t count, int64_t bits);  // x becomes p(x)
  void (*collision_gradient)(const CollisionGradient<T>&);
  void (*kernel_values)(const KernelValues<T>&);
  void (*cell_weights)(CellWeights<T>&);
  void (*cell_gradient)(CellGradient<T>&);
  void (*pair_products)(const PairProducts<T>&);
  void (*pair_combination)(const PairCombination<T>&);
  void (*pair_weights)(PairWeights<T>&);
  void (*largest_scores)(const LargestScores<T>&);
  // Null where the processor has no tiles, and for double.
  bool (*hadamard_matrix)(const HadamardMatrix&) =
      nullptr;  // returns whether all entries are exact
  void (*matrix_codes)(const MatrixCodes&) = nullptr;
};

/// The kernels of the best instruction set that LibTorch uses on this computer (ATEN_CPU_CAPABILITY
/// lowers it, as it does for LibTorch's own).
template <class T>
const Kernels<T>& kernels();

extern const Kernels<float> kFloatBaseline, kFloatAvx2, kFloatAvx512, kFloatAmx;
extern const Kernels<double> kDoubleBaseline, kDoubleAvx2, kDoubleAvx512;

}  // namespace yoso::ops::cpu
