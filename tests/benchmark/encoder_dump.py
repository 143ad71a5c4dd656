"""encoder_dump.py MODEL LENGTH OUTPUT TEXT...: queries, keys and values of every layer of a BERT encoder of Hugging Face
(a folder) on the first LENGTH tokens of up to four texts that are long enough, for exact_pairs_bench.py --dump. A LENGTH
beyond the model's positions repeats its table of positions. Needs torch, transformers and safetensors."""

import pathlib
import sys

import torch
import transformers
from safetensors.torch import save_file

ROWS = 4


def tile_positions(model, length):
    embeddings = model.embeddings
    table = embeddings.position_embeddings.weight.data
    table = table.repeat(-(-length // len(table)), 1)[:length]
    embeddings.position_embeddings = torch.nn.Embedding.from_pretrained(table)
    embeddings.register_buffer("position_ids", torch.arange(length).unsqueeze(0), persistent=False)
    embeddings.register_buffer("token_type_ids", torch.zeros(1, length, dtype=torch.long), persistent=False)


def main(folder, length, output, texts):
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModel.from_pretrained(folder).eval().float()
    if length > model.config.max_position_embeddings:
        tile_positions(model, length)
    rows = []
    for path in texts:
        ids = tokenizer(pathlib.Path(path).read_text(encoding="utf8", errors="replace"), add_special_tokens=False).input_ids
        if len(ids) >= length - 2 and len(rows) < ROWS:
            rows.append([tokenizer.cls_token_id] + ids[:length - 2] + [tokenizer.sep_token_id])
    if not rows:
        sys.exit(f"no text of {length} tokens")
    heads, tensors = model.config.num_attention_heads, {}
    for number, layer in enumerate(model.encoder.layer):
        for name in ("query", "key", "value"):
            def keep(module, inputs, result, key=f"layer.{number}.{name}"):
                tensors[key] = result.unflatten(-1, (heads, -1)).transpose(1, 2).contiguous()
            getattr(layer.attention.self, name).register_forward_hook(keep)
    with torch.no_grad():
        model(input_ids=torch.tensor(rows))
    save_file(tensors, output)
    print(f"{output}: {len(tensors) // 3} layers of {list(next(iter(tensors.values())).shape)}")


main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:])
