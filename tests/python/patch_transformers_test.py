"""patch_transformers_test.py LIBYOSO_OPS LIBTORCH: transformers' YOSO with our operators comes as close to its own
dense expectation as sampling allows, and trains. Ends with 77 (skipped) without transformers."""
import sys

import support

support.require("torch", "transformers")
import torch
import transformers

sys.path.insert(0, str(support.root / "scripts"))
from patch_transformers import use_yoso_operators

use_yoso_operators(support.built)
torch.manual_seed(1)
sizes = dict(vocab_size=50, hidden_size=128, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
             max_position_embeddings=64, hash_code_len=4)
dense = transformers.YosoForMaskedLM(transformers.YosoConfig(use_expectation=True, **sizes)).eval()
ids = torch.randint(3, 50, (2, 33))
expected = dense(ids).logits


def sampled(hashes):
    config = transformers.YosoConfig(use_expectation=False, num_hash=hashes, **sizes)
    model = transformers.YosoForMaskedLM(config)
    model.load_state_dict(dense.state_dict())
    return model


errors = [((sampled(hashes).eval()(ids).logits - expected).norm() / expected.norm()).item() for hashes in (4, 64, 4096)]
print("relative distance to the expectation with 4, 64, 4096 hashes:", errors)
assert errors[0] > errors[1] > errors[2] and errors[2] < 0.02, errors

model = sampled(32).train()
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
losses = []
for _ in range(30):
    loss = model(ids, labels=ids).loss
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
print("loss of 30 steps:", losses[0], "to", losses[-1])
assert losses[-1] < losses[0] / 2, losses
