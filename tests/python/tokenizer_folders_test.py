"""Folders of tokenizers that the Python libraries write, in all forms that users bring: `pretrain tokenize` gives the ids
of transformers' own tokenizer of the folder for thousands of random strings, or refuses the folder by name."""

import json
import random
import shutil
import subprocess
import sys

import support

support.require("transformers", "tokenizers")
import transformers
from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors

transformers.logging.set_verbosity_error()
work, samples = support.folder, support.samples
LINES = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
draw = random.Random(7)

WORDS = [line for line in (samples / "tokenizers/bert/vocab.txt").read_text(encoding="utf8").split("\n") if line]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
PIECES = (["the", "The", "cat", "QUEEN", "covid19", "COVID19", "Covid19", "<ent>", "<ENT>", "[new]", "ab_c", "don't", " ", "  ", "\t",
           "\u00a0", "\u3000", ".", ",", "!", "_", "-", "''", "``", "\u00e9", "e\u0301", "\u00c9", "\u00df", "\u0130", "\u03a3", "\u4f60", "\u597d",
           "\ud55c", "\uae00", "\u30ab\u3099", "\ufb01", "\u00bd", "\u2460", "12", "3", "\u0663", "\U0001f600", "\u200d", "\u0007", "\ufffd",
           "[MASK]", "[SEP]", "<mask>", "x", "Z", "\u0416", "\u0627", "\u0e01\u0e33"] + WORDS[5:40])


def lines():
    made = ["".join(draw.choice(PIECES) for _ in range(draw.randrange(1, 14))) for _ in range(LINES)]
    return [line.replace("\n", " ").replace("\r", " ") for line in made]


def word_piece(normalizer, pre_tokenizer, added=(), post=True, **model):
    tokenizer = Tokenizer(models.WordPiece({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]", **model))
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    if pre_tokenizer is not None:
        tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.add_special_tokens(SPECIAL)
    for token in added:
        (tokenizer.add_special_tokens if token.special else tokenizer.add_tokens)([token])
    if post:
        tokenizer.post_processor = processors.TemplateProcessing(
            single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
            special_tokens=[(name, WORDS.index(name)) for name in ("[CLS]", "[SEP]")])
    return tokenizer


def byte_level(normalizer=None, pre_tokenizer=None, added=()):
    vocabulary = json.loads((samples / "tokenizers/roberta/vocab.json").read_text(encoding="utf8"))
    merges = [tuple(line.split(" ")) for line in
              (samples / "tokenizers/roberta/merges.txt").read_text(encoding="utf8").split("\n")
              if line and not line.startswith("#version")]
    tokenizer = Tokenizer(models.BPE(vocabulary, merges))
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer or pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", AddedToken("<mask>", lstrip=True, special=True)])
    for token in added:
        (tokenizer.add_special_tokens if token.special else tokenizer.add_tokens)([token])
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", vocabulary["</s>"]), ("<s>", vocabulary["<s>"]),
                                                            trim_offsets=True, add_prefix_space=False)
    return tokenizer


def folder_of(name, tokenizer=None, files=()):
    folder = work / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    if tokenizer is not None:
        tokenizer.save(str(folder / "tokenizer.json"))
    for file, content in dict(files).items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / file).write_text(text, encoding="utf8", newline="")
    return folder


def ours(kind, folder, text, special):
    command = [str(support.built.parent / "pretrain"), "tokenize", "--tokenizer", f"{kind}:{folder}"] + (["--special"] if special else [])
    done = subprocess.run(command, input=text.encode("utf8"), capture_output=True)
    return done.returncode, done.stderr.decode(), [[int(i) for i in line.split()] for line in done.stdout.decode().split("\n")[:-1]]


def compare(name, kind, folder, special=True):
    """Both ways of treating names of special tokens. Only lines with such names differ in theirs."""
    theirs = transformers.AutoTokenizer.from_pretrained(folder)
    texts = lines()
    names = [str(token) for token in theirs.all_special_tokens]
    for with_special in (False, True):
        if with_special and not special:
            continue
        used = texts if with_special else [t for t in texts if not any(n in t for n in ("[MASK]", "[SEP]", "<mask>", "<s>"))]
        code, said, found = ours(kind, folder, "".join(t + "\n" for t in used), with_special)
        assert code == 0, f"{name}: {said}"
        wanted = [theirs(t, add_special_tokens=with_special).input_ids for t in used]
        wrong = [(t, w, f) for t, w, f in zip(used, wanted, found, strict=True) if w != f]
        assert not wrong, f"{name}, special {with_special}: {len(wrong)} of {len(used)} lines differ, the first: " \
                          f"{wrong[0][0]!r}\n theirs {wrong[0][1]}\n   {theirs.convert_ids_to_tokens(wrong[0][1])}\n ours   {wrong[0][2]}"
    print(f"{name}: {len(texts)} lines alike")


def refused(name, kind, folder, *words):
    code, said, _ = ours(kind, folder, "the cat\n", False)
    assert code == 2, f"{name}: exit {code}: {said}"
    assert said.count("\n") == 1 and all(word in said for word in words), f"{name}: {said}"
    print(f"{name}: refused: {said.strip()}")


GENERIC = {"tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast", "cls_token": "[CLS]", "sep_token": "[SEP]",
                                     "pad_token": "[PAD]", "unk_token": "[UNK]", "mask_token": "[MASK]"}}
BERT = {"tokenizer_config.json": {"tokenizer_class": "BertTokenizer"}}
N, P = normalizers, pre_tokenizers
VOCAB = {"vocab.txt": "".join(word + "\n" for word in WORDS)}

# Normalizers and pre-tokenizers of WordPiece.
for name, normalizer in {
        "none": None, "bert": N.BertNormalizer(), "bert-cased": N.BertNormalizer(lowercase=False),
        "bert-accents": N.BertNormalizer(strip_accents=False), "bert-stripped": N.BertNormalizer(lowercase=False, strip_accents=True),
        "bert-raw": N.BertNormalizer(clean_text=False, handle_chinese_chars=False), "lower": N.Lowercase(), "nfd": N.NFD(),
        "nfc": N.NFC(), "nfkc": N.NFKC(), "nfkd": N.NFKD(),
        "sequence": N.Sequence([N.NFD(), N.StripAccents(), N.Lowercase()])}.items():
    compare("normalizer " + name, "bert", folder_of("n", word_piece(normalizer, P.BertPreTokenizer()), GENERIC))
for name, split in {
        "none": None, "whitespace": P.Whitespace(), "split": P.WhitespaceSplit(), "digits": P.Sequence([P.WhitespaceSplit(), P.Digits()]),
        "single-digits": P.Sequence([P.Whitespace(), P.Digits(individual_digits=True)]),
        "punctuation": P.Sequence([P.WhitespaceSplit(), P.Punctuation()])}.items():
    compare("pre_tokenizer " + name, "bert", folder_of("p", word_piece(N.BertNormalizer(), split), GENERIC))

# Added tokens, with every property, in every place.
for flags in range(32):
    properties = {key: bool(flags >> i & 1) for i, key in enumerate(("lstrip", "rstrip", "single_word", "normalized", "special"))}
    added = [AddedToken("covid19", **properties), AddedToken("<ENT>", **properties)]
    for kind, tokenizer, files in (("bert", word_piece(N.BertNormalizer(), P.BertPreTokenizer(), added), GENERIC),
                                   ("roberta", byte_level(added=added), {"tokenizer_config.json": {
                                       "tokenizer_class": "PreTrainedTokenizerFast", "cls_token": "<s>", "sep_token": "</s>",
                                       "pad_token": "<pad>", "unk_token": "<unk>"}})):
        compare(f"{kind} added {properties}", kind, folder_of("a", tokenizer, files))
compare("vocab.txt and added_tokens.json", "bert", folder_of("f", None, VOCAB | BERT | {"added_tokens.json": {"covid19": len(WORDS)}}))
compare("cased", "bert", folder_of("f", None, VOCAB | {"tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "do_lower_case": False}}))
compare("strip_accents", "bert", folder_of("f", None, VOCAB | {"tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "strip_accents": False}}))
compare("chinese", "bert", folder_of("f", None, VOCAB | {"tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "tokenize_chinese_chars": False}}))
compare("extra special", "bert", folder_of("f", None, VOCAB | {"tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "additional_special_tokens": ["<ent>", "[new]"]}}))
compare("special_tokens_map.json", "bert", folder_of("f", None, VOCAB | BERT | {"special_tokens_map.json": {"additional_special_tokens": ["<ent>"]}}))
compare("decoder", "bert", folder_of("f", None, VOCAB | {"tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "added_tokens_decoder": {
    str(len(WORDS)): {"content": "covid19", "lstrip": True, "rstrip": False, "normalized": True, "single_word": False, "special": False}}}}))
compare("spaces at the ends of lines", "bert", folder_of("f", None, BERT | {"vocab.txt": "".join(word + " \r\n" for word in WORDS)}))
saved = work / "saved"
shutil.rmtree(saved, ignore_errors=True)
transformers.BertTokenizer.from_pretrained(samples / "tokenizers/bert").save_pretrained(saved)
(saved / "vocab.txt").unlink(missing_ok=True)
compare("tokenizer.json as transformers saves it", "bert", saved)

# Byte-level BPE with steps before it.
ROBERTA = {"tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast", "cls_token": "<s>", "sep_token": "</s>"}}
for name, tokenizer in {
        "nfc": byte_level(N.NFC()), "lower": byte_level(N.Sequence([N.NFKC(), N.Lowercase()])),
        "prefix": byte_level(None, P.ByteLevel(add_prefix_space=True)),
        "digits": byte_level(None, P.Sequence([P.Digits(individual_digits=True), P.ByteLevel(add_prefix_space=False)])),
        "split": byte_level(None, P.Sequence([P.WhitespaceSplit(), P.ByteLevel(add_prefix_space=True, use_regex=False)]))}.items():
    compare("byte-level " + name, "roberta", folder_of("b", tokenizer, ROBERTA))

# What is not done is refused by name.
for key, value in {"do_basic_tokenize": False, "never_split": ["x"], "tokenizer_class": "BertJapaneseTokenizer", "split_special_tokens": True,
                   "truncation_side": "left"}.items():
    refused(key, "bert", folder_of("r", None, VOCAB | {"tokenizer_config.json": {"tokenizer_class": "BertTokenizer"} | {key: value}}),
            "tokenizer_config.json", key)
refused("normalizer", "bert", folder_of("r", word_piece(N.Replace("a", "b"), P.BertPreTokenizer()), GENERIC), "tokenizer.json", "Replace")
refused("pre_tokenizer", "bert", folder_of("r", word_piece(N.BertNormalizer(), P.Metaspace()), GENERIC), "tokenizer.json", "Metaspace")
refused("prefix", "bert", folder_of("r", word_piece(N.BertNormalizer(), P.BertPreTokenizer(), continuing_subword_prefix="@@"), GENERIC),
        "tokenizer.json", "continuing_subword_prefix")
refused("disagreement", "bert", folder_of("r", word_piece(N.BertNormalizer(lowercase=False), P.BertPreTokenizer()), BERT), "normalizer",
        "make them agree")
