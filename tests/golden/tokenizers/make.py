"""Writes what the tokenizer tests compare with, made by the reference tokenizers (reference.py).

    python make.py SHARED_DATA

SHARED_DATA is the folder of real data ($YOSO_DATA of the tests): the published vocabularies and seventeen books. Also
needs the package xxhash. Written are

  ../../support/samples/tokenizers/   small vocabularies of each kind, trained on a few chapters (with --samples only)
  small.json, published.json          ids of many texts by the small and by the published vocabularies; specials, pairs
  planes.json                         checksums of ids over all code points, a block of 8192 each
  books.json                          checksums of ids over every line of each book
"""

import argparse
import json
import random
import shutil
import struct
from pathlib import Path

import reference
import sentencepiece
import xxhash
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "support/samples/tokenizers"
BLOCK = 8192


def checksum(rows):
    """XXH3 over the ids of all rows as 32-bit integers, each row ended by -1."""
    total = xxhash.xxh3_64()
    for row in rows:
        total.update(struct.pack(f"<{len(row) + 1}i", *row, -1))
    return total.hexdigest()


def texts():
    """Words and sentences, then random strings of code points that are apt to meet in odd ways."""
    draw = random.Random(5)
    result = [
        "", " ", "\t", "this is a test", "Hello, World!", " Hello world!", "Hello world! cécé herlolip 418",
        "I was born in 92000, and this is falsé.", "In 1999, 2000, and 3, things.", "Hello   world ", "a 9,9 b 9, 5,",
        "x-y (z)", "``quoted'' `` ''", "unaffable UNwanted running", "naïve Café", "日本 x 日本語", "a\u00adb",
        "$100.50 (ok)", "don't I'm he'LL we've they'd 'tis '", "#hash_tag", "\u200b0", "a  b", "x 3.14%", "\t \ttab\t",
        "\U0001f600", "ΑΣ ΑΣ. ΌΣΟΣ Σ 'Σ' ΑΣ'Α", "İstanbul ǅ ﬁ ½ ² № ㎏", "각 한국어", "\ufffd\u0000a\u0001b", "a\x0bb\x0cc\x1cd\x85e",
        "\u2028x\u2029", "\u00a0\u00a0x", "   ", "a   ", "## ##a [MASK] [CLS] <mask> <s>", "\u2581\u2581a", "é" * 60,
        "a" * 100, "a" * 101, "ab" * 60 + " x", "—well——then—", "x\u0301\u0327\u0323y", "1a2b3c", "\r",
    ]
    everything = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000 and c != 10]
    pools = [
        everything, everything[:0x250], range(0x300, 0x370), range(0x1D150, 0x1D200), range(0x900, 0x1100),
        range(0x370, 0x400), range(0xAC00, 0xAD00), range(0x1100, 0x1200), range(0x2000, 0x2070), range(0x4DB0, 0x4E10),
        [ord(c) for c in " \t'sA.a:\u03a3\u03c3\u0301\u00a0"],
    ]
    for i in range(110):
        pool = pools[i % len(pools)]
        result.append("".join(chr(draw.choice(pool if draw.random() < 0.8 else pools[1])) for _ in range(draw.randint(1, 9))))
    result = [text.replace("\n", "") for text in result]
    for _ in range(40):
        letters = "abcdefghijklmnopqrstuvwxyzABC019,.'\"` ()-"
        result.append("".join(draw.choice(letters) for _ in range(draw.randint(1, 60))))
    return result


def special_cases(name, tokenizer):
    """Names of special tokens in a text, and decoding."""
    first, mask = ("<s>", "<mask>") if name == "roberta" else ("[CLS]", "[MASK]")
    encoded, decoded = [], []
    for text in (f"Hello {mask} world", f"{mask}{mask}", f"a \t {mask}.{first} b", f"no {mask[:-1]} name", f" {mask} "):
        encoded.append({"text": text, "ids": tokenizer.full.encode(text, add_special_tokens=False).ids})
    for text in ("Hello, world! It's 3.5 o'clock; is it?", "naïve — café", f"one {mask} two"):
        ids = tokenizer.full.encode(text).ids
        decoded.append({"ids": ids, "text": tokenizer.full.decode(ids), "with_special": tokenizer.full.decode(ids, skip_special_tokens=False)})
    return {"encoded": encoded, "decoded": decoded}


def pair_cases(tokenizer):
    a, b = "one two three four five six seven", "eight nine ten eleven"
    cases = []
    for first, second in ((a, b), (b, a), (a, a), ("one", a)):
        for strategy in ("longest_first", "only_first", "only_second"):
            for length in (8, 9, 10, 11, 12, 30):
                tokenizer.full.enable_truncation(length, strategy=strategy)
                try:
                    encoding = tokenizer.full.encode(first, second)
                except Exception:  # the library panics where a text would lose all it has
                    continue
                cases.append({"first": first, "second": second, "max_length": length, "truncation": strategy,
                              "ids": encoding.ids, "type_ids": encoding.type_ids})
    tokenizer.full.no_truncation()
    return cases


def write(name, content):
    (HERE / name).write_text(json.dumps(content, separators=(",", ":")).replace("},{", "},\n{").replace('],"', '],\n"') + "\n")


def write_cases(name, folder):
    tokenizers = reference.variants(folder)
    all_texts = texts()
    write(name, {
        "texts": all_texts,
        "ids": {variant: [tokenizer.ids(text) for text in all_texts] for variant, tokenizer in tokenizers.items()},
        "special": {kind: special_cases(kind, tokenizers[kind]) for kind in ("bert", "roberta")},
        "pairs": {kind: pair_cases(tokenizers[kind]) for kind in ("bert", "roberta")},
    })


def write_planes(folder):
    """Every code point alone, between letters, doubled, before marks, behind an apostrophe."""
    tokenizers = reference.variants(folder)
    blocks = {variant: [] for variant in tokenizers}
    for begin in range(0, 0x110000, BLOCK):
        chars = [chr(c) for c in range(begin, begin + BLOCK) if not 0xD800 <= c < 0xE000 and c != 10]
        lines = [f"x{c}y {c} 1{c}{c}\u0301\u0327b'{c}" for c in chars]
        for variant, tokenizer in tokenizers.items():
            blocks[variant].append(checksum(tokenizer.ids(line) for line in lines))
    write("planes.json", blocks)


def write_books(folder, books):
    tokenizers = reference.variants(folder)
    result = {}
    for path in sorted(books.iterdir()):
        lines = path.read_bytes().decode().split("\n")
        result[path.name] = {name: checksum(map(tokenizers[name].ids, lines)) for name in ("albert", "bert", "roberta")}
    write("books.json", result)


def train_samples(book):
    text = book.read_bytes().decode()[:60000]
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    for kind in ("albert", "bert", "roberta"):
        shutil.rmtree(SAMPLES / kind, ignore_errors=True)
        (SAMPLES / kind).mkdir(parents=True)
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(line.lower() for line in lines), model_prefix=str(SAMPLES / "albert/spiece"), vocab_size=400,
        normalization_rule_name="identity", pad_id=0, unk_id=1, bos_id=-1, eos_id=-1, pad_piece="<pad>",
        control_symbols=["[CLS]", "[SEP]", "[MASK]"], user_defined_symbols=["(", ")", '"', "-", "."],
    )
    (SAMPLES / "albert/spiece.vocab").unlink()
    byte_level = Tokenizer(models.BPE())
    byte_level.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    byte_level.decoder = decoders.ByteLevel()
    byte_level.train_from_iterator(lines, trainers.BpeTrainer(
        vocab_size=400, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", AddedToken("<mask>", lstrip=True, special=True)]))
    byte_level.model.save(str(SAMPLES / "roberta"))
    byte_level.save(str(SAMPLES / "roberta/tokenizer.json"), pretty=False)
    word_piece = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    word_piece.normalizer = reference.normalizers.BertNormalizer()
    word_piece.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    word_piece.train_from_iterator(lines, trainers.WordPieceTrainer(
        vocab_size=400, show_progress=False, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]))
    word_piece.model.save(str(SAMPLES / "bert"))


arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
arguments.add_argument("shared_data", type=Path)
arguments.add_argument("--samples", action="store_true", help="train the small vocabularies anew")
options = arguments.parse_args()
published, books = options.shared_data / "tokenizers", options.shared_data / "text/books"
if options.samples:
    train_samples(books / "Lewis_Carroll__Alice's_Adventures_in_Wonderland.md")
write_cases("small.json", SAMPLES)
write_cases("published.json", published)
write_planes(published)
write_books(published, books)
