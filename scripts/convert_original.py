"""Makes a run folder of a checkpoint of the original suite (mlpen/YOSO): cp-*.model or cp-*.cp of its BERT and RoBERTa,
TASK_output.model of its Long Range Arena. Needs torch alone, whatever version reads the file.

    python scripts/convert_original.py cp-0100.model --config config.json \\
        --tokenizer albert:spiece.model --shards data/shards --output runs/original
    pretrain fill-mask runs/original "the [MASK] of the sea"

    python scripts/convert_original.py listops_output.model --config listops.json --task listops --data data/listops \\
        --output runs/listops-original

--config is a JSON object with the original's keys of a model, itself or under `model`. Every tensor of the checkpoint is
placed or named in an error. Stored hashes are ours alone: the programs draw them from run.seed. A fine-tuned model has no
task in its configuration: it is there for model.init_from. Nothing but tensors is unpickled.
"""
import argparse
import ctypes
import json
import pathlib
import re
import struct
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore", message="Failed to initialize NumPy")  # none is needed here
import torch  # noqa: E402

FORMAT = "yoso-checkpoint-1"
LEARNED_IN_LAYERS = [
    (r"mha\.W_q\.", "attention.query."),
    (r"mha\.W_k\.", "attention.key."),
    (r"mha\.W_v\.", "attention.value."),
    (r"mha\.ff\.", "attention.output."),
    (r"mha\.attn\.conv\.", "attention.core.conv."),
    (r"mha\.attn\.E$", "attention.core.projection.weight"),
    (r"norm1\.", "attention_norm."),
    (r"norm2\.", "feed_forward_norm."),
    (r"(ff\.0|ff1|mlpblock\.0)\.", "feed_forward.intermediate."),
    (r"(ff\.2|ff2|mlpblock\.3)\.", "feed_forward.output."),
]
LEARNED_OUTSIDE = [
    (r"model\.embeddings\.dense\.", "embeddings.projection."),
    (r"model\.embeddings\.(?=(word|position|token_type)_embeddings\.|norm\.)", "embeddings."),
    (r"model\.norm\.", "encoder.norm."),
    (r"model\.pooler\.(dense\.)?", "pooler.dense."),
    (r"mlm\.(dense|norm)\.", r"vocabulary.\1."),
    (r"mlm\.mlm_class\.bias$", "vocabulary.bias"),
    (r"mlm\.mlm_class\.weight$", "embeddings.word_embeddings.weight"),
    (r"sen_class\.(\w+\.)?(?=weight$|bias$)", "sentence."),
    (r"sen_classifer\.dense\.", "pooler.dense."),
    (r"sen_classifer\.classifer\.", "classifier."),
    (r"seq_classifer\.mlpblock\.0\.", "classifier.dense."),
    (r"seq_classifer\.mlpblock\.2\.", "classifier.output."),
]
LAYER = re.compile(r"model\.(?:(?:backbone\.){0,2}encoders\.(\d+)|(?:backbone\.){1,2}(encoder)|transformer_(\d+))\.(.*)")


class Refused(Exception):
    """A mistake of the user, with the exit code of the programs."""

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code


def our_name(key):
    """The name of a tensor in our checkpoints."""
    within, names, prefix = key, LEARNED_OUTSIDE, ""
    if layer := LAYER.fullmatch(key):
        prefix = f"encoder.layers.{layer[1] or layer[3] or 0}."
        within, names = layer[4], LEARNED_IN_LAYERS
    for pattern, ours in names:
        name, count = re.subn("^" + pattern, ours, within)
        if count:
            return prefix + name
    raise Refused(f"{key}: has no place in a model here", 3)


def read_state(path):
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise Refused(f"{path}: cannot be read: {error.strerror}", 3) from None
    except Exception as error:  # whatever a foreign file makes of the unpickler
        raise Refused(f"{path}: is no checkpoint of tensors: {str(error).splitlines()[0]}", 3) from None
    state = content.get("model_state_dict") if isinstance(content, dict) else None
    if not isinstance(state, dict) or not all(isinstance(x, torch.Tensor) for x in state.values()):
        raise Refused(f"{path}: has no model_state_dict of tensors", 3)
    return state


def convert(state):
    """Tensors by our names. Several of one name are copies of a tied one, or an error."""
    tensors = {}
    for key, tensor in state.items():
        name = our_name(re.sub(r"^(module\.)+", "", key))
        # One projection serves all layers of Linformer; the first layer keeps it.
        name = re.sub(r"layers\.\d+\.attention\.core\.projection", "layers.0.attention.core.projection", name)
        tensor = tensor.detach().to(torch.float32).contiguous()
        if name in tensors and not torch.equal(tensors[name], tensor):
            raise Refused(f"{key}: differs from another copy of {name}, but the model has one tensor for both", 3)
        tensors[name] = tensor
    if "embeddings.word_embeddings.weight" not in tensors:
        raise Refused("the checkpoint has no word embeddings", 3)
    return dict(sorted(tensors.items()))


def read_config(path):
    try:
        config = json.loads(pathlib.Path(path).read_text())
    except OSError as error:
        raise Refused(f"{path}: cannot be read: {error.strerror}", 3) from None
    except ValueError:
        raise Refused(f"{path}: is no JSON object", 3) from None
    if not isinstance(config, dict):
        raise Refused(f"{path}: is no JSON object", 3)
    return config.get("model", config)


class Config:
    """The original's keys of a model; of some the Arena has names of its own."""

    def __init__(self, values, path):
        self.values, self.path = values, path

    def get(self, *keys, default=None):
        for key in keys:
            if self.values.get(key) is not None:
                return self.values[key]
        if default is None:
            raise Refused(f"{self.path}: {keys[0]}: missing", 2)
        return default


def yoso_section(config, kind):
    second = kind == "yoso-v2"
    section = {"bits": config.get("hashcode_len" if second else "hash_code_len")}
    hashes = config.get("num_hash_f" if second else "num_hash", default=-1)
    if kind == "yoso-v1-e" or (second and hashes < 0):
        section = {"kind": "yoso_expectation", **section}
        section["gradient"] = "exact" if second else "lower_bound"
    else:
        section = {"kind": "yoso", "hashes": hashes, **section}
        fast = config.get("use_fast_hash", default=True)
        section["hash_family"] = "hadamard" if fast else "hyperplane"
        section["gradient"] = "expected_lower_bound" if config.values.get("n2_backward") else "lower_bound"
    section["conv_window"] = config.values.get("conv_window") or 0
    return section


def attention_section(config):
    kind = config.get("attn_type", default="softmax")
    if kind in ("softmax", "none"):
        return {"kind": kind}
    if kind.startswith("yoso"):
        return yoso_section(config, kind)
    if kind == "longformer":
        first = config.get("first_token_view", default=False)
        return {"kind": kind, "window": config.get("window_size"), "global_tokens": int(first)}
    options = {
        "linformer": lambda: {"projected": config.get("linformer_k")},
        "nystrom": lambda: {"landmarks": config.get("num_landmarks"),
                            "conv_window": config.values.get("conv_kernel_size") or 0},
        "performer": lambda: {"features": config.get("rp_dim"), "kernel": "softmax"},
        "reformer": lambda: {"rounds": config.get("num_hash")},
        "linear": dict,
    }
    if kind not in options:
        raise Refused(f"{config.path}: attn_type: unknown attention {kind}", 2)
    return {"kind": kind, **options[kind](), "compat": "mlpen"}


def model_section(config, tensors):
    words = tensors["embeddings.word_embeddings.weight"]
    dim, heads = config.get("dim", "transformer_dim"), config.get("num_head")
    if config.get("head_dim", default=dim // heads) * heads != dim:
        raise Refused(f"{config.path}: head_dim: heads that together are not as wide as the model are not read here", 2)
    length = config.get("max_seq_len")
    rows = tensors["embeddings.position_embeddings.weight"].size(0)
    if rows < length:
        raise Refused(f"{config.path}: max_seq_len: {length}, but the checkpoint has {rows} positions", 2)
    types = tensors.get("embeddings.token_type_embeddings.weight")
    arena = "encoder.norm.weight" in tensors
    section = {
        "layers": config.get("num_layers"),
        "dim": dim,
        "heads": heads,
        "ffn_dim": config.get("hidden_dim", "transformer_hidden_dim"),
        "max_length": length,
        "vocab_size": words.size(0),
        "embedding_dim": words.size(1),
        "token_types": 0 if types is None else types.size(0),
        "position_offset": rows - length,
        "norm": "pre" if arena else "post",
        "pooling": str(config.get("pooling_mode", default="mean")).lower() if arena else "first",
        "dropout": float(config.get("dropout_prob", default=0.1)),
        "attention_dropout": float(config.get("attention_dropout", default=0.0)),
        "layer_norm_eps": 1e-5,
        "shared_weight": bool(config.get("shared_weight", "tied_weights", default=False)),
    }
    if "classifier.dense.weight" in tensors:
        section["classifier_dim"] = tensors["classifier.dense.weight"].size(0)
        section["compat"] = "mlpen"  # means over the padded length
    return section


def experiment(arguments, config, tensors):
    result = {"model": model_section(config, tensors), "attention": attention_section(config)}
    absolute = lambda path: str(pathlib.Path(path).resolve())
    if arguments.tokenizer:
        kind, colon, path = arguments.tokenizer.partition(":")
        if not colon:
            raise Refused(f"--tokenizer: {arguments.tokenizer}: expected KIND:PATH", 2)
        tokenizer = f"{kind}:{absolute(path)}"
    if "vocabulary.bias" in tensors:
        if not arguments.tokenizer:
            raise Refused("--tokenizer: missing, expected KIND:PATH for a masked language model", 2)
        shards = absolute(arguments.shards or arguments.output + "/shards")
        result["corpus"] = {"tokenizer": tokenizer, "shards": shards}
        labels = tensors["sentence.weight"].size(0) if "sentence.weight" in tensors else 0
        result["task"] = {"name": "mlm", "objective": "bert" if labels else "roberta",
                          "compat": "none" if labels == 2 else "mlpen"}
    elif arguments.task:
        result["task"] = {"name": arguments.task}
        if arguments.data:
            result["task"]["data"] = absolute(arguments.data)
    elif arguments.tokenizer:
        result["task"] = {"tokenizer": tokenizer}
    return result


def check_shapes(model, tensors):
    """What decides whether the configuration is that of the tensors; the rest is checked when they are loaded."""
    layers = {int(m[1]) for m in (re.match(r"encoder\.layers\.(\d+)\.", name) for name in tensors) if m}
    expected = {0} if model["shared_weight"] else set(range(model["layers"]))
    if layers != expected:
        raise Refused(f"config: {len(expected)} layers, but the checkpoint has {len(layers)}", 2)
    for name, shape in (("attention.query", (model["dim"], model["dim"])),
                        ("feed_forward.intermediate", (model["ffn_dim"], model["dim"]))):
        found = tuple(tensors[f"encoder.layers.0.{name}.weight"].shape)
        if found != shape:
            raise Refused(f"config: {name} {list(shape)}, but the checkpoint has {list(found)}", 2)


def yaml(tree, indent=""):
    text = ""
    for key, value in tree.items():
        if isinstance(value, dict):
            text += f"{indent}{key}:\n" + yaml(value, indent + "  ")
        else:
            plain = isinstance(value, str) and re.fullmatch(r"[a-z_]+", value)
            text += f"{indent}{key}: {value if plain else json.dumps(value)}\n"
    return text


def safetensors(tensors):
    header, offset, data = {}, 0, []
    for name, tensor in tensors.items():
        size = tensor.numel() * tensor.element_size()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + size]}
        data.append(ctypes.string_at(tensor.data_ptr(), size))
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(data)


def write_run(folder, config, tensors):
    checkpoint = folder / "checkpoints/step-0"
    checkpoint.mkdir(parents=True)
    counters = ("step position evaluated_step best_score stale_evaluations tokens train_seconds elapsed_seconds "
                "update_seconds tokens_before seconds_before lr window_loss_sum window_weight window_auxiliary_sum "
                "window_auxiliary_weight window_tokens window_slots window_seconds seed").split()
    state = {**dict.fromkeys(counters, 0), "seed": 1, "world_size": 1, "data_fingerprint": "",
             "version": "convert_original.py", "best_step": None, "config": config}
    files = {"model.safetensors": safetensors(tensors), "optimizer.safetensors": safetensors({}),
             "state.json": json.dumps(state, indent=2).encode() + b"\n"}
    for name, content in files.items():
        (checkpoint / name).write_bytes(content)
    manifest = {"format": FORMAT, "files": {name: {"size": len(content)} for name, content in files.items()}}
    (checkpoint / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    (folder / "checkpoints/latest").write_text("step-0\n")
    (folder / "config.yaml").write_text(config)


def main(arguments):
    output = pathlib.Path(arguments.output)
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise Refused(f"{output}: is there already, expected a new or an empty folder", 2)
    config = Config(read_config(arguments.config), arguments.config)
    tensors = convert(read_state(arguments.checkpoint))
    tree = experiment(arguments, config, tensors)
    check_shapes(tree["model"], tensors)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".convert-", dir=output.parent) as staged:
        made = pathlib.Path(staged) / "run"
        write_run(made, yaml(tree), tensors)
        made.replace(output)
    print(f"{len(tensors)} tensors; wrote {output}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("checkpoint", help="cp-*.model, cp-*.cp or TASK_output.model")
    parser.add_argument("--config", required=True, help="JSON with the keys of the model")
    parser.add_argument("--output", required=True, help="run folder, new or empty")
    parser.add_argument("--tokenizer", help="KIND:PATH, as the programs take it")
    parser.add_argument("--shards", help="folder of token shards (default: OUTPUT/shards)")
    parser.add_argument("--task", help="Long Range Arena: the task's name")
    parser.add_argument("--data", help="Long Range Arena: the task's data")
    try:
        main(parser.parse_args())
    except Refused as refused:
        print(f"error: {refused}", file=sys.stderr)
        sys.exit(refused.code)
