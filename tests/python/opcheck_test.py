"""opcheck_test.py LIBYOSO_OPS LIBTORCH: the operators as Python sees them: torch.library.opcheck (schema, meta kernels,
autograd registration) on every one, and the sampled attention against its dense formula. Ends with 77, which counts
as skipped, where Python cannot import the LibTorch we were built with."""
import support

support.require("torch", "torch.testing._internal.optests")  # the second is what opcheck itself will ask for
import torch
from torch.library import opcheck

torch.ops.load_library(support.built)
yoso = torch.ops.yoso
torch.manual_seed(1)

batch, heads, length, dim, hashes, bits = 2, 3, 11, 16, 5, 4


def unit(*shape):
    rows = torch.randn(*shape)
    return (rows / rows.norm(dim=-1, keepdim=True)).requires_grad_()


q, k = unit(batch, heads, length, dim), unit(batch, heads, length + 2, dim)
v = torch.randn(batch, heads, length + 2, 7, requires_grad=True)
planes = torch.randn(heads, hashes, bits, dim)
signs = (torch.randint(2, (heads, 4, 3, dim)) * 2 - 1).to(torch.int8)
query_mask = torch.ones(batch, length, dtype=torch.bool)
key_mask = torch.ones(batch, length + 2, dtype=torch.bool)
query_mask[1, 6:] = key_mask[1, 9:] = False
query_codes = yoso.hadamard_codes(q.detach(), signs, hashes, bits)
key_codes = yoso.hadamard_codes(k.detach(), signs, hashes, bits)

calls = [
    (yoso.hyperplane_codes, (q.detach(), planes)),
    (yoso.hyperplane_codes, (q.detach(), planes, query_mask)),
    (yoso.hadamard_codes, (q.detach(), signs, hashes, bits)),
    (yoso.hadamard_codes, (q.detach(), signs, hashes, bits, query_mask)),
]
for gradient in ("lower_bound", "unbiased", "expected_lower_bound"):
    calls.append((yoso.sampled_attention,
                  (q, k, v, query_codes, key_codes, bits, query_mask, key_mask, gradient)))
for gradient in ("exact", "lower_bound"):
    calls.append((yoso.expected_attention, (q, k, v, bits, query_mask, key_mask, gradient)))
# Exact pairs: a head's queries and keys at the same positions, with a band, global tokens and documents.
rows = [unit(batch, heads, length, dim) for _ in range(2)] + [torch.randn(batch, heads, length, 7, requires_grad=True)]
calls.append((yoso.centred_codes, (rows[0].detach(), signs, hashes, bits, query_mask)))
codes = [yoso.centred_codes(x.detach(), signs, hashes, bits, query_mask) for x in rows[:2]]
document = torch.arange(length, dtype=torch.int).div(6, rounding_mode="floor").expand(batch, length)
for kernel in ("angular", "softmax"):
    calls.append((yoso.exact_pairs_attention, (*rows, *codes, query_mask, query_mask, document, kernel, bits, 0.5, "sum", bits,
                                               4, 3, 2, 1, 1, "cells", 4)))
for operator, arguments in calls:
    opcheck(operator.default, arguments)
    print("opcheck", operator.__name__, arguments[-1] if isinstance(arguments[-1], str) else "")

# One statement of the definition, by comparing codes.
collisions = (query_codes.unsqueeze(-1) == key_codes.unsqueeze(-2)).float().mean(2)
collisions = collisions * query_mask[:, None, :, None] * key_mask[:, None, None, :]
sampled = yoso.sampled_attention(q, k, v, query_codes, key_codes, bits, query_mask, key_mask)
torch.testing.assert_close(sampled, collisions @ v)
print("sampled_attention equals its dense formula")

# A band over all tokens is the dense kernel, whatever the hashes and the tail.
context, log_norm = yoso.exact_pairs_attention(*rows, *codes, query_mask, query_mask, kernel="softmax", scale=0.5, hash_bits=bits,
                                               band=length)
scores = (0.5 * rows[0] @ rows[1].transpose(-1, -2)).masked_fill(~query_mask[:, None, None, :], -torch.inf)
dense = scores.softmax(-1) @ rows[2] * query_mask[:, None, :, None]
torch.testing.assert_close(context, dense)
torch.testing.assert_close(log_norm, scores.logsumexp(-1) * query_mask[:, None, :])
print("exact_pairs_attention equals the dense kernel")
