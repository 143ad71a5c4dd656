#pragma once

#include <immintrin.h>

#include "yoso/ops/cpu/simd/kernels.h"
#include "yoso/ops/cpu/simd/vector.h"

// Products of bfloat16 by AMX tiles: 16 rows of 64 bytes, 512 multiply-adds a cycle, sums in
// float32. A product's left factor is stored row by row, its right factor as words of two rows:
// word [r, c] of a tile is (B[2 r, c], B[2 r + 1, c]).

namespace yoso::ops::cpu {
namespace {

constexpr int64_t kTileDepth = 32;  // elements of a tile's row
constexpr int64_t kTileElements = 16 * kTileDepth;

struct TileConfig {
  alignas(64) uint8_t bytes[64] = {1};  // palette 1
  constexpr TileConfig() {
    for (int tile = 0; tile < 8; ++tile) {
      bytes[16 + 2 * tile] = 64;  // bytes of a row
      bytes[48 + tile] = 16;      // rows
    }
  }
};
/// Static, since gcc 12's intrinsic claims to read no more than the first eight bytes.
constexpr TileConfig kWholeTiles;

/// All eight tiles whole, for the time of one kernel call.
class Tiles {
 public:
  Tiles() { _tile_loadconfig(kWholeTiles.bytes); }
  ~Tiles() { _tile_release(); }
  Tiles(const Tiles&) = delete;
  Tiles& operator=(const Tiles&) = delete;
};

inline __m512i rounded(__m512 low, __m512 high) { return (__m512i)_mm512_cvtne2ps_pbh(high, low); }

/// The value of each half of 32 bfloat16 as floats.
inline void widened(__m512i pairs, __m512& low, __m512& high) {
  low = _mm512_castsi512_ps(
      _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm512_castsi512_si256(pairs)), 16));
  high = _mm512_castsi512_ps(
      _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64(pairs, 1)), 16));
}

inline void transpose_words(__m512i words[16]) {
  transpose<16>(reinterpret_cast<Vector<float>*>(words));
}

/// Where the tiles of one factor begin, in elements.
struct TileFactor {
  const uint16_t* data;
  int64_t row;    // between rows of a tile
  int64_t tile;   // between tiles beside (right factor) or below (left factor) each other
  int64_t depth;  // between tiles along the depth
};

/// out[16 kRows, 16 kColumns] = (kAccumulate ? out : 0) + left · right over `steps` tiles of depth;
/// `row` floats between rows of out, `below` between its tiles.
template <int kRows, int kColumns, bool kAccumulate>
inline void multiply_tiles(TileFactor left, TileFactor right, int64_t steps, float* out,
                           int64_t row, int64_t below) {
  const int64_t bytes = 4 * row;
  if constexpr (kAccumulate) {
    _tile_loadd(0, out, bytes);
    if constexpr (kColumns == 2) _tile_loadd(1, out + 16, bytes);
    if constexpr (kRows == 2) _tile_loadd(2, out + below, bytes);
    if constexpr (kRows == 2 && kColumns == 2) _tile_loadd(3, out + below + 16, bytes);
  } else {
    _tile_zero(0);
    if constexpr (kColumns == 2) _tile_zero(1);
    if constexpr (kRows == 2) _tile_zero(2);
    if constexpr (kRows == 2 && kColumns == 2) _tile_zero(3);
  }
  for (int64_t s = 0; s < steps; ++s, left.data += left.depth, right.data += right.depth) {
    _tile_loadd(4, left.data, 2 * left.row);
    _tile_loadd(6, right.data, 2 * right.row);
    _tile_dpbf16ps(0, 4, 6);
    if constexpr (kColumns == 2) {
      _tile_loadd(7, right.data + right.tile, 2 * right.row);
      _tile_dpbf16ps(1, 4, 7);
    }
    if constexpr (kRows == 2) {
      _tile_loadd(5, left.data + left.tile, 2 * left.row);
      _tile_dpbf16ps(2, 5, 6);
      if constexpr (kColumns == 2) _tile_dpbf16ps(3, 5, 7);
    }
  }
  _tile_stored(0, out, bytes);
  if constexpr (kColumns == 2) _tile_stored(1, out + 16, bytes);
  if constexpr (kRows == 2) _tile_stored(2, out + below, bytes);
  if constexpr (kRows == 2 && kColumns == 2) _tile_stored(3, out + below + 16, bytes);
}

}  // namespace
}  // namespace yoso::ops::cpu
