#pragma once

#include "yoso/ops/cpu/simd/amx-tiles-inl.h"

// Hashing by tiles. What is multiplied is exact in bfloat16 here: matrices of small integers,
// tensors of bfloat16, and float32 in two or three parts.
//
// A bit is Dp multiply-adds for each part, where the transform takes 3·log2(Dp) additions, and 4
// bytes written and read as a product beside 4 of its code. 32 bits of 32 rows read 64·Dp bytes of
// the matrix and as many of each part of the rows.
//
// 4096 queries and keys, 32 hashes of 12 bits, Dp = 64, one core at 2.4 GHz: 201 million
// multiply-adds take 0.8 ms in bfloat16, 250 a nanosecond and a fifth of the tiles' peak; float32,
// in three parts, 2 to 3 ms on a host of varying speed. The bits of products, which stay in the
// first-level cache, are taken in the same time; codes leave at 1.3 GB/s. By the transform it is
// 1.9 ms (codes-inl.h).

namespace yoso::ops::cpu {
namespace {

/// Rows a ^ b of W diag(s) W: entry [a, b] is coordinate a xor b of W s, since rows of W multiply
/// to the row of their numbers' xor. Then W diag(s3) of it, and s1 on its columns.
bool hadamard_matrix(const HadamardMatrix& h) {
  constexpr int64_t kMaxDim = 128;
  alignas(64) int16_t work[kMaxDim][kMaxDim];
  const int64_t dim = h.dim;
  bool exact = true;
  for (int64_t pass = 0; pass < h.passes; ++pass) {
    const int8_t* s1 = h.signs + pass * 3 * dim;
    const int8_t *s2 = s1 + dim, *s3 = s2 + dim;
    alignas(64) int16_t spectrum[kMaxDim];
    for (int64_t i = 0; i < dim; ++i) spectrum[i] = s2[i];
    for (int64_t step = 1; step < dim; step *= 2)
      for (int64_t base = 0; base < dim; base += 2 * step)
        for (int64_t i = base; i < base + step; ++i) {
          const int16_t low = spectrum[i], high = spectrum[i + step];
          spectrum[i] = static_cast<int16_t>(low + high);
          spectrum[i + step] = static_cast<int16_t>(low - high);
        }
    alignas(64) int16_t lanes[32];
    for (int i = 0; i < 32; ++i) lanes[i] = static_cast<int16_t>(i);
    const __m512i lane = _mm512_load_si512(lanes);
    const __m512i zero = _mm512_setzero_si512();
    for (int64_t a = 0; a < dim; ++a) {
      const __m512i order = _mm512_xor_si512(lane, _mm512_set1_epi16(static_cast<int16_t>(a % 32)));
      for (int64_t b = 0; b < dim; b += 32) {
        const __m512i part = _mm512_load_si512(spectrum + ((b ^ a) / 32 * 32));
        const __m512i row = _mm512_permutexvar_epi16(order, part);
        _mm512_store_si512(&work[a][b], s3[a] < 0 ? _mm512_sub_epi16(zero, row) : row);
      }
    }
    for (int64_t step = 1; step < dim; step *= 2)
      for (int64_t base = 0; base < dim; base += 2 * step)
        for (int64_t a = base; a < base + step; ++a)
          for (int64_t b = 0; b < dim; b += 32) {
            const __m512i low = _mm512_load_si512(&work[a][b]);
            const __m512i high = _mm512_load_si512(&work[a + step][b]);
            _mm512_store_si512(&work[a][b], _mm512_add_epi16(low, high));
            _mm512_store_si512(&work[a + step][b], _mm512_sub_epi16(low, high));
          }
    const int64_t rows = round_up(h.bits_per_pass, kTileRows);
    uint16_t* const out = h.matrix + pass * rows * dim;
    for (int64_t a = 0; a < rows; ++a)
      for (int64_t b = 0; b < dim; b += 32) {
        __m512 value[2], back[2];
        for (int half = 0; half < 2; ++half) {
          const __m256i integers =
              _mm256_load_si256(reinterpret_cast<const __m256i*>(&work[a % dim][b + 16 * half]));
          const __m512 sign = _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(
              _mm_loadu_si128(reinterpret_cast<const __m128i*>(s1 + b + 16 * half))));
          value[half] = _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_cvtepi16_epi32(integers)), sign);
        }
        const __m512i pairs = rounded(value[0], value[1]);
        widened(pairs, back[0], back[1]);
        for (int half = 0; half < 2; ++half)
          exact &= _mm512_cmp_ps_mask(back[half], value[half], _CMP_NEQ_UQ) == 0;
        _mm512_storeu_si512(out + a * dim + b, pairs);
      }
  }
  return exact;
}

/// kTileRows rows as columns of pairs, [dim / 32][part] tiles.
inline void pack_columns(const float* rows, int64_t dim, int parts, uint16_t* tiles) {
  for (int64_t depth = 0; depth < dim; depth += kTileDepth) {
    for (int part = 0; part < parts; ++part, tiles += kTileElements) {
      Vector<float> block[16];
      for (int row = 0; row < 16; ++row) {
        __m512 low = _mm512_loadu_ps(rows + row * dim + depth);
        __m512 high = _mm512_loadu_ps(rows + row * dim + depth + 16);
        __m512i pairs = rounded(low, high);
        for (int earlier = 0; earlier < part; ++earlier) {
          __m512 first, second;
          widened(pairs, first, second);
          low = _mm512_sub_ps(low, first);
          high = _mm512_sub_ps(high, second);
          pairs = rounded(low, high);
        }
        block[row] = (Vector<float>)pairs;
      }
      transpose<16>(block);
      for (int row = 0; row < 16; ++row)
        store<float>(reinterpret_cast<float*>(tiles + row * kTileDepth), block[row]);
    }
  }
}

/// products[2][32, 16] = 32 rows of the matrix (kRows = 2; else 16) · two tiles of columns.
template <int kRows>
inline void multiply_columns(const uint16_t* matrix, int64_t dim, int parts, const uint16_t* left,
                             const uint16_t* right, float* products) {
  _tile_zero(0);
  _tile_zero(1);
  if constexpr (kRows == 2) {
    _tile_zero(2);
    _tile_zero(3);
  }
  for (int64_t depth = 0; depth < dim; depth += kTileDepth) {
    _tile_loadd(4, matrix + depth, 2 * dim);
    if constexpr (kRows == 2) _tile_loadd(5, matrix + 16 * dim + depth, 2 * dim);
    for (int part = 0; part < parts; ++part, left += kTileElements, right += kTileElements) {
      _tile_loadd(6, left, 64);
      _tile_loadd(7, right, 64);
      _tile_dpbf16ps(0, 4, 6);
      _tile_dpbf16ps(1, 4, 7);
      if constexpr (kRows == 2) {
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
      }
    }
  }
  _tile_stored(0, products, 64);
  _tile_stored(1, products + 512, 64);
  if constexpr (kRows == 2) {
    _tile_stored(2, products + 256, 64);
    _tile_stored(3, products + 768, 64);
  }
}

void matrix_codes(const MatrixCodes& m) {
  const Tiles whole;
  const int64_t groups = round_up(m.count, kTileRows) / kTileRows;
  const int64_t tile_size = m.parts * m.dim * kTileRows, code_size = m.hashes * kTileRows;
  for (int64_t g = 0; g < groups; ++g)
    pack_columns(m.rows + g * kTileRows * m.dim, m.dim, m.parts, m.tiles + g * tile_size);
  __builtin_memset(m.codes, 0, static_cast<std::size_t>(groups * code_size) * sizeof(int32_t));
  const __m512 zero = _mm512_setzero_ps();
  const int64_t total = m.hashes * m.bits;
  const int64_t pass_rows = round_up(m.bits_per_pass, kTileRows);
  alignas(64) float products[2 * 32 * kTileRows];
  for (int64_t pass = 0; pass * m.bits_per_pass < total; ++pass) {
    const uint16_t* const matrix = m.matrix + pass * pass_rows * m.dim;
    const int64_t used = smaller(m.bits_per_pass, total - pass * m.bits_per_pass);
    for (int64_t first = 0; first < used; first += 32) {
      const int64_t number = pass * m.bits_per_pass + first, last = smaller(32, used - first);
      for (int64_t g = 0; g < groups; g += 2) {
        const uint16_t* const left = m.tiles + g * tile_size;
        const uint16_t* const right = g + 1 < groups ? left + tile_size : left;
        const uint16_t* const rows = matrix + first * m.dim;
        if (last > 16)
          multiply_columns<2>(rows, m.dim, m.parts, left, right, products);
        else
          multiply_columns<1>(rows, m.dim, m.parts, left, right, products);
        for (int64_t half = 0; half < smaller(2, groups - g); ++half) {
          int32_t* const codes = m.codes + (g + half) * code_size;
          int64_t hash = number % m.hashes;
          __m512i bit = _mm512_set1_epi32(1 << (number / m.hashes));
          for (int64_t r = 0; r < last; ++r) {
            const __m512 y = _mm512_load_ps(products + half * 512 + r * 16);
            int32_t* const code = codes + hash * kTileRows;
            const __m512i before = _mm512_loadu_si512(code);
            const __mmask16 set = _mm512_cmp_ps_mask(y, zero, _CMP_GE_OQ);
            _mm512_storeu_si512(code, _mm512_mask_or_epi32(before, set, before, bit));
            if (++hash == m.hashes) {
              hash = 0;
              bit = _mm512_add_epi32(bit, bit);
            }
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace yoso::ops::cpu
