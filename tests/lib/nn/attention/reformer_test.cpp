// Reformer against its definition.

#include <gtest/gtest.h>

#include "lib/nn/attention/dense_statement.h"
#include "yoso/nn/attention/angular_hashes.h"

namespace yoso::nn {
namespace {

const AttentionShape kReformerShape{.heads = 2, .head_dim = 6, .max_length = 40, .seed = 2};

struct ReformerCase {
  int64_t rounds, chunk, buckets;  // buckets 0: auto
  bool mlpen = false;

  std::string spec() const {
    return "{kind: reformer, rounds: " + std::to_string(rounds) +
           ", chunk: " + std::to_string(chunk) +
           (buckets > 0 ? ", buckets: " + std::to_string(buckets) : "") +
           (mlpen ? ", compat: mlpen}" : "}");
  }

  int64_t buckets_of(int64_t tokens) const {
    if (buckets > 0) return buckets;
    int64_t most = 1;
    while (2 * most <= 2 * (tokens / chunk)) most *= 2;
    return most;
  }
};

/// The chunk of every token in a round, int64 [tokens], and its bucket.
struct RoundOrder {
  at::Tensor bucket, chunk;
};

RoundOrder order_of(const at::Tensor& query, const at::Tensor& rotations, int64_t buckets,
                    int64_t chunk) {
  at::Tensor bucket = at::zeros({query.size(0)}, at::kLong);
  if (buckets > 1) {
    const at::Tensor rotated = query.detach().mm(rotations.narrow(1, 0, buckets / 2));
    bucket = at::cat({rotated, -rotated}, 1).argmax(1);
  }
  // Tokens in the order of (bucket, place).
  const int64_t tokens = query.size(0);
  const at::Tensor order = (bucket * tokens + at::arange(tokens)).argsort();
  return {bucket, order.argsort().div(chunk, "floor")};
}

at::Tensor state_reformer(const DenseRow& row, const ReformerCase& c, const at::Tensor& rotations) {
  const int64_t tokens = row.query.size(0), columns = rotations.size(1) / c.rounds;
  std::vector<RoundOrder> orders;
  for (int64_t round = 0; round < c.rounds; ++round) {
    orders.push_back(order_of(row.query, rotations.narrow(1, round * columns, columns),
                              c.buckets_of(tokens), c.chunk));
  }
  // How often each key stands in the list of each query, by round.
  std::vector<at::Tensor> times;
  for (int64_t round = 0; round < c.rounds; ++round) {
    const at::Tensor mine = orders[round].chunk.unsqueeze(1),
                     theirs = orders[round].chunk.unsqueeze(0);
    at::Tensor near = (mine == theirs).logical_or(mine == theirs + 1).to(at::kDouble);
    if (c.mlpen) {
      const at::Tensor before = orders[(round + c.rounds - 1) % c.rounds].chunk.unsqueeze(0);
      const int64_t last = (tokens - 1) / c.chunk;
      if (last > 0) near = near + (mine == 0).logical_and(before == last);
    } else {
      near = near * (orders[round].bucket.unsqueeze(1) == orders[round].bucket.unsqueeze(0));
    }
    times.push_back(near);
  }
  const at::Tensor own = at::eye(tokens, at::kDouble);
  const at::Tensor keys = row.query / row.query.norm(2, -1, true);
  at::Tensor logits = row.query.mm(keys.t()) - 1e5 * own;
  if (!c.mlpen) {
    const at::Tensor meetings = at::stack(times).sum(0).clamp_min(1);
    logits = logits - meetings.log() * (1 - own);
  }
  std::vector<at::Tensor> contexts, sums;
  for (const at::Tensor& count : times) {
    const at::Tensor counted = logits + count.log();
    sums.push_back(counted.logsumexp(1));
    contexts.push_back(counted.softmax(1).mm(row.value));
  }
  const at::Tensor shares = at::stack(sums).softmax(0).unsqueeze(-1);
  return (shares * at::stack(contexts)).sum(0);
}

TEST(ReformerAttention, EqualsItsDefinition) {
  for (const ReformerCase& c : {ReformerCase{1, 4, 0},
                                {2, 4, 0},
                                {3, 3, 4},
                                {4, 5, 2},
                                {2, 1, 8},
                                {2, 64, 1},
                                {1, 64, 4},
                                {2, 4, 0, true},
                                {1, 5, 2, true},
                                {3, 16, 0, true}}) {
    // Penalties of 1e5 leave eleven digits.
    expect_statement(
        c.spec(), kReformerShape,
        [c](AttentionImpl& attention) -> DenseStatement {
          return [&attention, c](const DenseRow& row) {
            return state_reformer(
                row, c, attention.named_buffers()["hashes.rotations"][row.head].to(at::kDouble));
          };
        },
        1e-7);
  }
}

TEST(ReformerAttention, WithOneBucketAndOneChunkIsSharedSoftmax) {
  at::manual_seed(3);
  AttentionInputs inputs = random_inputs(2, 19, kReformerShape);
  inputs.mask = mask_of_lengths({19, 8}, 19);
  AttentionInputs wide = inputs;
  for (at::Tensor* x : {&wide.query, &wide.key, &wide.value}) *x = x->detach().to(at::kDouble);
  const at::Tensor expected = state_batch(wide, [](const DenseRow& row) {
    const at::Tensor keys = row.query / row.query.norm(2, -1, true);
    const at::Tensor logits =
        row.query.mm(keys.t()) - 1e5 * at::eye(row.query.size(0), at::kDouble);
    return logits.softmax(-1).mm(row.value);
  });
  for (const char* spec :
       {"{kind: reformer, buckets: 1, chunk: 19}", "{kind: reformer, rounds: 3, chunk: 64}",
        "{kind: reformer, buckets: 1, chunk: 40, compat: mlpen}"}) {
    const at::Tensor context = build_attention(spec, kReformerShape)->forward(inputs);
    EXPECT_TRUE(testing::near(context * inputs.mask.unsqueeze(1).unsqueeze(-1), expected, 1e-5))
        << spec;
  }
}

TEST(ReformerAttention, ManyRoundsOfAPairCountItOnce) {
  // With one bucket every pair of a row meets in every round, which must not sharpen the softmax.
  at::manual_seed(3);
  const AttentionInputs inputs = random_inputs(2, 19, kReformerShape);
  const auto context = [&](const char* spec) {
    return build_attention(spec, kReformerShape)->forward(inputs);
  };
  EXPECT_TRUE(testing::near(context("{kind: reformer, rounds: 8, buckets: 1}"),
                            context("{kind: reformer, rounds: 1, buckets: 1}"), 1e-5));
}

TEST(AngularHashes, NearVectorsMeetMoreOften) {
  AttentionShape shape = kReformerShape;
  AngularHashes hashes(200, 3, shape);
  AttentionInputs inputs = random_inputs(1, 3, shape);
  inputs.query = inputs.query.detach();
  inputs.query.select(2, 1).copy_(inputs.query.select(2, 0) +
                                  0.3 * at::randn_like(inputs.query.select(2, 0)));
  const at::Tensor buckets = hashes->buckets(inputs, at::tensor({3}, at::kLong));
  EXPECT_GE(buckets.min().item<int64_t>(), 0);
  EXPECT_EQ(buckets.max().item<int64_t>(), 7);
  const auto agree = [&](int64_t a, int64_t b) {
    return (buckets.select(-1, a) == buckets.select(-1, b)).to(at::kDouble).mean().item<double>();
  };
  EXPECT_GT(agree(0, 1), 0.5);
  EXPECT_LT(agree(0, 2), agree(0, 1));
}

TEST(AngularHashes, JoinTwoHashesBeyondSevenBitsAndMixRowsOfAnyBits) {
  AngularHashes hashes(2, 9, kReformerShape);
  AttentionInputs inputs = random_inputs(4, 600, kReformerShape);
  const at::Tensor bits = at::tensor({9, 7, 3, 0}, at::kLong);
  const at::Tensor buckets = hashes->buckets(inputs, bits);
  const at::Tensor stored = hashes->named_buffers()["rotations"].unflatten(-1, {2, 80});
  for (int64_t head = 0; head < 2; ++head) {
    const auto hash = [&](int64_t row, int64_t round, int64_t first, int64_t half) {
      const at::Tensor y =
          inputs.query[row][head].mm(stored[head].select(1, round).narrow(1, first, half));
      return at::cat({y, -y}, 1).argmax(1);
    };
    // 64 columns serve one hash of up to 7 bits or the low hash of 4 of 9, 16 the high one of 5.
    EXPECT_TRUE(at::equal(buckets[0][head][1], hash(0, 1, 0, 8) + 16 * hash(0, 1, 64, 16)));
    EXPECT_TRUE(at::equal(buckets[1][head][0], hash(1, 0, 0, 64)));
    EXPECT_TRUE(at::equal(buckets[2][head][1], hash(2, 1, 0, 4)));
    EXPECT_EQ(buckets[3].abs().max().item<int64_t>(), 0);
  }
}

}  // namespace
}  // namespace yoso::nn
