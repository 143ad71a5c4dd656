#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace yoso::nn {

/// The counter-based random numbers of util/random.h as tensor expressions: the same words on every
/// device, so that a random number is a pure function of its key, whatever device computes it.
/// Words and keys are uint64 values held in int64 tensors.

/// yoso::mix64 of every element.
at::Tensor mix64(const at::Tensor& words);

/// yoso::fold(key, value) for every element: one key for each of many streams.
at::Tensor fold(uint64_t key, const at::Tensor& values);

/// The first `count` numbers of RandomStream(key) for every key: int64 [..., count].
at::Tensor random_words(const at::Tensor& keys, int64_t count);

/// Signs, int8 ±1 [..., count]: sign n is + where bit n mod 64 of word n div 64 is set.
at::Tensor random_signs(const at::Tensor& keys, int64_t count);

/// Uniform in [0, 1), float64 [..., count], equal to RandomStream::uniform().
at::Tensor random_uniform(const at::Tensor& keys, int64_t count);

/// Standard normal, float32 [..., count], by Box and Muller (1958): the two halves of a word give
/// numbers n and n + ceil(count / 2). Computed in float64, so devices differ in the last bit of few
/// numbers at most.
at::Tensor random_normal(const at::Tensor& keys, int64_t count);

/// One key as a tensor without dimensions.
at::Tensor key_tensor(uint64_t key, const at::Device& device);

}  // namespace yoso::nn
