#pragma once

#include "yoso/ops/cpu/simd/amx-tiles-inl.h"
#include "yoso/ops/cpu/simd/unit-inl.h"

// Rows in bfloat16, gathered as factors of products by tiles. Columns of words come as tiles of
// 16 even and of 16 odd columns of 32, the order that unit-inl.h works in.

namespace yoso::ops::cpu {
namespace {

/// Some rows among many.
struct Members {
  const uint16_t* rows;  // at the first column wanted
  int64_t row;           // elements between rows
  const int32_t* members;
  int64_t count;

  /// 32 columns; zeros past the last member
  __m512i load(int64_t r, int64_t column) const {
    if (r >= count) return _mm512_setzero_si512();
    return _mm512_loadu_si512(rows + members[r] * row + column);
  }
};

/// (first, second) of each even column, a word each; `upper` masks the upper half of words.
inline __m512i even_words(__m512i first, __m512i second, __m512i upper) {
  return _mm512_ternarylogic_epi32(upper, _mm512_slli_epi32(second, 16), first, 0xCA);
}
inline __m512i odd_words(__m512i first, __m512i second, __m512i upper) {
  return _mm512_ternarylogic_epi32(upper, second, _mm512_srli_epi32(first, 16), 0xCA);
}

/// As they are, [count rounded up to 32, width].
inline void pack_rows(const Members& m, int64_t width, uint16_t* to) {
  for (int64_t r = 0; r < round_up(m.count, 32); ++r)
    for (int64_t c = 0; c < width; c += 32) _mm512_store_si512(to + r * width + c, m.load(r, c));
}

/// As the right factor whose columns they are: [count / 16][width / 32] tiles.
inline void pack_transposed(const Members& m, int64_t width, uint16_t* tiles) {
  for (int64_t first = 0; first < m.count; first += 16)
    for (int64_t c = 0; c < width; c += 32, tiles += kTileElements) {
      __m512i words[16];
      for (int i = 0; i < 16; ++i) words[i] = m.load(first + i, c);
      transpose_words(words);
      for (int i = 0; i < 16; ++i) _mm512_store_si512(tiles + i * kTileDepth, words[i]);
    }
}

/// As the right factor whose rows they are: [count / 32][width / 32][even, odd] tiles.
inline void pack_words(const Members& m, int64_t width, uint16_t* tiles) {
  const __m512i upper = _mm512_set1_epi32(static_cast<int>(0xFFFF0000u));
  for (int64_t first = 0; first < m.count; first += 32)
    for (int64_t c = 0; c < width; c += 32, tiles += 2 * kTileElements)
      for (int i = 0; i < 16; ++i) {
        const __m512i a = m.load(first + 2 * i, c), b = m.load(first + 2 * i + 1, c);
        _mm512_store_si512(tiles + i * kTileDepth, even_words(a, b, upper));
        _mm512_store_si512(tiles + kTileElements + i * kTileDepth, odd_words(a, b, upper));
      }
}

/// As the left factor whose columns they are: [count / 32][width / 32][even, odd] tiles.
inline void pack_columns(const Members& m, int64_t width, uint16_t* tiles) {
  const __m512i upper = _mm512_set1_epi32(static_cast<int>(0xFFFF0000u));
  for (int64_t first = 0; first < m.count; first += 32)
    for (int64_t c = 0; c < width; c += 32) {
      __m512i even[16], odd[16];
      for (int i = 0; i < 16; ++i) {
        const __m512i a = m.load(first + 2 * i, c), b = m.load(first + 2 * i + 1, c);
        even[i] = even_words(a, b, upper);
        odd[i] = odd_words(a, b, upper);
      }
      for (__m512i* words : {even, odd}) {
        transpose_words(words);
        for (int i = 0; i < 16; ++i, tiles += kTileDepth) _mm512_store_si512(tiles, words[i]);
      }
    }
}

/// A matrix of floats as a right factor in two parts, of which the second holds what rounding the
/// first left: [2][rows / 32][columns / 16] tiles. Its columns keep their order.
inline void pack_matrix(const float* matrix, int64_t rows, int64_t columns, uint16_t* tiles) {
  const __m512i upper = _mm512_set1_epi32(static_cast<int>(0xFFFF0000u));
  const auto word = [&](__m512 first, __m512 second) {
    const __m512i pair = rounded(first, second);
    const __m512i low = _mm512_cvtepu16_epi32(_mm512_castsi512_si256(pair));
    const __m512i high = _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(pair, 1));
    return _mm512_or_si512(low, _mm512_slli_epi32(high, 16));
  };
  for (int64_t r = 0; r < rows; r += 32)
    for (int64_t c = 0; c < columns; c += 16, tiles += kTileElements)
      for (int64_t i = 0; i < 16; ++i) {
        const float* const from = matrix + (r + 2 * i) * columns + c;
        const __m512 first = _mm512_load_ps(from), second = _mm512_load_ps(from + columns);
        const __m512i large = word(first, second);
        const __m512 first_left =
            _mm512_sub_ps(first, _mm512_castsi512_ps(_mm512_slli_epi32(large, 16)));
        const __m512 second_left =
            _mm512_sub_ps(second, _mm512_castsi512_ps(_mm512_and_si512(large, upper)));
        _mm512_store_si512(tiles + i * kTileDepth, large);
        _mm512_store_si512(tiles + rows * columns + i * kTileDepth, word(first_left, second_left));
      }
}

/// to += from
inline void add_row(const float* from, int64_t width, float* to) {
  for (int64_t c = 0; c < width; c += 16)
    store<float>(to + c, load<float>(to + c) + load<float>(from + c));
}

}  // namespace
}  // namespace yoso::ops::cpu
