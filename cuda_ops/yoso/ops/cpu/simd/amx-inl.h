#pragma once

#include <immintrin.h>

#include "yoso/ops/cpu/simd/kernels.h"
#include "yoso/ops/cpu/simd/vector.h"

// Products of bfloat16 by AMX tiles: 16 rows of 64 bytes, 512 multiply-adds a cycle, sums in
// float32. What is multiplied is exact in bfloat16 here: matrices of small integers, tensors of
// bfloat16, and float32 in two or three parts.

namespace yoso::ops::cpu {
namespace {

constexpr int64_t kTileDepth = 32;                // elements of a tile's row
constexpr int64_t kTileElements = 16 * kTileDepth;

/// All eight tiles whole, for the time of one kernel call.
class Tiles {
 public:
  Tiles() {
    alignas(64) uint8_t config[64] = {1};  // palette 1
    for (int tile = 0; tile < 8; ++tile) {
      config[16 + 2 * tile] = 64;  // bytes of a row
      config[48 + tile] = 16;      // rows
    }
    _tile_loadconfig(config);
  }
  ~Tiles() { _tile_release(); }
  Tiles(const Tiles&) = delete;
  Tiles& operator=(const Tiles&) = delete;
};

inline __m512i rounded(__m512 low, __m512 high) {
  return (__m512i)_mm512_cvtne2ps_pbh(high, low);
}

/// The value of each half of 32 bfloat16 as floats.
inline void widened(__m512i pairs, __m512& low, __m512& high) {
  low = _mm512_castsi512_ps(
      _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm512_castsi512_si256(pairs)), 16));
  high = _mm512_castsi512_ps(
      _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(pairs, 1)), 16));
}

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

/// kTileRows rows as columns of pairs, [part][dim / 32] tiles.
inline void pack_columns(const float* rows, int64_t dim, int parts, uint16_t* tiles) {
  for (int64_t depth = 0; depth < dim; depth += kTileDepth) {
    for (int part = 0; part < parts; ++part) {
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
      uint16_t* to = tiles + (part * (dim / kTileDepth) + depth / kTileDepth) * kTileElements;
      for (int row = 0; row < 16; ++row)
        store<float>(reinterpret_cast<float*>(to + row * kTileDepth), block[row]);
    }
  }
}

/// products[16 · kBlocks, kTileRows] = matrix · rows
template <int kBlocks>
inline void multiply_tiles(const uint16_t* matrix, int64_t dim, int parts, const uint16_t* tiles,
                           float* products) {
  const int64_t depths = dim / kTileDepth;
  _tile_zero(0);
  if constexpr (kBlocks > 1) _tile_zero(1);
  if constexpr (kBlocks > 2) _tile_zero(2);
  if constexpr (kBlocks > 3) _tile_zero(3);
  for (int64_t depth = 0; depth < depths; ++depth) {
    for (int part = parts - 1; part >= 0; --part) {
      const uint16_t* a = matrix + depth * kTileDepth;
      _tile_loadd(4, tiles + (part * depths + depth) * kTileElements, 64);
      _tile_loadd(5, a, 2 * dim);
      _tile_dpbf16ps(0, 5, 4);
      if constexpr (kBlocks > 1) {
        _tile_loadd(6, a + 16 * dim, 2 * dim);
        _tile_dpbf16ps(1, 6, 4);
      }
      if constexpr (kBlocks > 2) {
        _tile_loadd(7, a + 32 * dim, 2 * dim);
        _tile_dpbf16ps(2, 7, 4);
      }
      if constexpr (kBlocks > 3) {
        _tile_loadd(5, a + 48 * dim, 2 * dim);
        _tile_dpbf16ps(3, 5, 4);
      }
    }
  }
  _tile_stored(0, products, 64);
  if constexpr (kBlocks > 1) _tile_stored(1, products + 256, 64);
  if constexpr (kBlocks > 2) _tile_stored(2, products + 512, 64);
  if constexpr (kBlocks > 3) _tile_stored(3, products + 768, 64);
}

void matrix_codes(const MatrixCodes& m) {
  const Tiles tiles;
  pack_columns(m.rows, m.dim, m.parts, m.tiles);
  int64_t block = 0;
  const auto multiply = [&]<int kBlocks>() {
    multiply_tiles<kBlocks>(m.matrix + block * 16 * m.dim, m.dim, m.parts, m.tiles,
                            m.products + block * 256);
    block += kBlocks;
  };
  while (m.blocks - block >= 4) multiply.template operator()<4>();
  if (m.blocks - block == 3) multiply.template operator()<3>();
  if (m.blocks - block == 2) multiply.template operator()<2>();
  if (m.blocks - block == 1) multiply.template operator()<1>();
  const __m512 zero = _mm512_setzero_ps();
  for (int64_t hash = 0; hash < m.hashes; ++hash) {
    __m512i code = _mm512_setzero_si512();
    __m512i bit = _mm512_set1_epi32(1);
    for (int64_t t = 0; t < m.bits; ++t) {
      const __m512 y = _mm512_load_ps(m.products + m.product_of[t * m.hashes + hash] * 16);
      code = _mm512_mask_or_epi32(code, _mm512_cmp_ps_mask(y, zero, _CMP_GE_OQ), code, bit);
      bit = _mm512_add_epi32(bit, bit);
    }
    _mm512_storeu_si512(m.codes + hash * kTileRows, code);
  }
}

}  // namespace
}  // namespace yoso::ops::cpu
