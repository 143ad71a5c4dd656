"""What these tests share. A test is started with BUILT LIBTORCH: a program or a library that was built, and the folder of
the LibTorch it was built with, beside which lie the Python packages of the same wheels."""
import importlib
import os
import pathlib
import subprocess
import sys
import tempfile

built = pathlib.Path(sys.argv[1]).resolve()
wheels = str(pathlib.Path(sys.argv[2]).resolve().parent)
sys.path.insert(0, wheels)
root = pathlib.Path(__file__).resolve().parents[2]
samples = root / "tests/support/samples"
_temporary = tempfile.TemporaryDirectory()  # until the test ends
folder = pathlib.Path(_temporary.name)


def require(*modules):
    """Ends the test as skipped (77) where Python cannot import one of them: another Python version, missing packages
    (YOSO_PYTHON=ON ./scripts/setup.sh brings them), a LibTorch without Python files."""
    for module in modules:
        try:
            importlib.import_module(module)
        except Exception as error:
            print(f"skipped: this Python cannot import {module}: {error}")
            sys.exit(77)


def run(program, *arguments, code=0, **environment):
    """One of our programs by its name, or any by its path, in `folder`; it must end with `code`. Returns what it printed,
    of a failure what it said on stderr."""
    words = [str(word) for word in (built.parent / program, *arguments)]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, env={**os.environ, **environment})
    assert done.returncode == code, f"{words}: {done.returncode} {done.stderr}"
    return done.stderr if code else done.stdout


def settings(**values):
    """`--set` for each: `a__b=1` sets a.b."""
    return [word for key, value in values.items() for word in ("--set", f"{key.replace('__', '.')}={value}")]


def tokenizer(kind):
    """KIND:PATH of a small tokenizer."""
    return f"{kind}:{samples / 'tokenizers' / kind}{'/vocab.txt' if kind == 'bert' else ''}"
