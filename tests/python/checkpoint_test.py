"""checkpoint_test.py PRETRAIN LIBTORCH [--write]: checkpoint folders as Python reads them: every file by its documented
form, and the names, types and shapes of all tensors as in tests/golden/checkpoint/names.json, so that what others built
on them keeps working. --write makes that list again, for a change that is meant. Ends with 77 (skipped) without the
package safetensors."""
import json
import sys

import support

support.require("numpy", "safetensors")
import numpy
from safetensors import safe_open

from support import folder, root, run, samples, settings

names = root / "tests/golden/checkpoint/names.json"


def described(path):
    """"dtype [shape]" of every tensor, by name."""
    with safe_open(path, framework="np") as file:
        return {name: f"{file.get_slice(name).get_dtype()} {file.get_slice(name).get_shape()}" for name in file.keys()}


(folder / "text.txt").write_text("\n\n".join("the house of the sea\nthe sea was the house" for _ in range(200)))
corpus = settings(corpus__tokenizer=support.tokenizer("bert"), corpus__shards="shards",
                  corpus__sources="[{input: text.txt}]")
run("pretrain", "prepare", root / "configs/smoke/bert.yaml", "--quiet", *corpus)
short = settings(train__duration="2 steps")
run("pretrain", "train", root / "configs/smoke/bert.yaml", "--quiet", "--output", "bert", *corpus, *short,
    *settings(attention="{kind: yoso, hashes: 4, conv_window: 3}"))
run("pretrain", "train", root / "configs/smoke/bert.yaml", "--quiet", "--output", "factorised", *corpus, *short,
    *settings(attention="yoso_expectation", model__embedding_dim=16, model__shared_weight="true"))
for kind, attention in {"yoso": "yoso", "softmax": "softmax", "linformer": "linformer", "nystrom": "nystrom",
                        "performer": "{kind: performer, features: 16}",
                        "reformer": "{kind: reformer, chunk: 8}"}.items():
    run("lra", "train", root / "configs/smoke/listops.yaml", "--quiet", "--output", f"listops-{kind}", *short,
        *settings(task__data=samples / "listops", attention=attention))

found = {}
for path in sorted(folder.glob("*/checkpoints/latest")):
    checkpoint = path.parent / path.read_text().strip()
    manifest = json.loads((checkpoint / "manifest.json").read_text())
    assert manifest["format"] == "yoso-checkpoint-1"
    assert set(manifest["files"]) == {"model.safetensors", "optimizer.safetensors", "state.json"}
    for name, entry in manifest["files"].items():
        assert (checkpoint / name).stat().st_size == entry["size"] and len(entry["xxh3"]) == 16
    state = json.loads((checkpoint / "state.json").read_text())
    assert state["step"] == 2 and "attention:" in state["config"]
    with safe_open(checkpoint / "model.safetensors", framework="np") as file:
        assert file.metadata() == {"format": "pt"}
        for name in file.keys():
            assert numpy.isfinite(file.get_tensor(name)).all(), name
    model, moments = described(checkpoint / "model.safetensors"), described(checkpoint / "optimizer.safetensors")
    found[path.parts[-3]] = {"model": model, "optimizer": sorted({name.rsplit(".", 1)[1] for name in moments}),
                             "state": sorted(state)}
    for name, form in moments.items():  # of each parameter, under its name
        parameter, moment = name.rsplit(".", 1)
        assert parameter in model and (moment == "step" or form == model[parameter]), name

if "--write" in sys.argv:
    names.write_text(json.dumps(found, indent=1) + "\n")
    print(f"wrote {names}")
expected = json.loads(names.read_text())
for run_name in sorted(set(found) | set(expected)):
    assert found.get(run_name) == expected.get(run_name), (run_name, found.get(run_name), expected.get(run_name))
print(f"{sum(len(x['model']) for x in found.values())} tensors of {len(found)} models have the names they had")
