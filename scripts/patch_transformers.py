"""Gives the YOSO models of Hugging Face transformers our sampled attention, on a CPU as well as on a GPU:

    import torch, transformers
    from patch_transformers import use_yoso_operators
    use_yoso_operators("build/dev/lib/libyoso_ops.so")
    model = transformers.YosoModel(transformers.YosoConfig(use_expectation=False, num_hash=32))

Only the attention changes (their `YosoLSHCumulation`): without it `use_expectation=False` needs CUDA kernels that are
fetched from elsewhere. Hashes are sampled again at every call, as there; torch.manual_seed repeats them. Their models
ignore padding, so no mask is passed on. Needs the PyTorch version that the library was built with.
"""
import torch
from transformers.models.yoso import modeling_yoso


class SampledAttention:
    """Stands for YosoLSHCumulation: query, key, value are [batch · heads, length, head_dim]."""

    @staticmethod
    def apply(query_mask, key_mask, query, key, value, config):
        bits, hashes = config["hash_code_len"], config["num_hash"]
        planes = torch.randn(len(query), hashes, bits, query.size(-1), device=query.device)
        query, key, value = (x.unsqueeze(1) for x in (query, key, value))  # one head of a larger batch
        codes = [torch.ops.yoso.hyperplane_codes(x, planes) for x in (query, key)]
        gradient = "lower_bound" if config["lsh_backward"] else "expected_lower_bound"
        return torch.ops.yoso.sampled_attention(query, key, value, *codes, bits, gradient=gradient).squeeze(1)


def use_yoso_operators(library):
    torch.ops.load_library(library)
    modeling_yoso.YosoLSHCumulation = SampledAttention
