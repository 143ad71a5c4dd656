"""Writes lib/yoso/text/unicode/{byte_level,bert,albert}.cpp: what the reference tokenizers do with each code point, found
by asking them.

Needs the package tokenizers (made with 0.23.3) and CPython (made with 3.11.7, Unicode 14.0): python make_tables.py.
The reference libraries follow different Unicode versions, none of them the newest, so no Unicode library gives these
tables; text with rare code points gets the reference's ids only with them. What is asked:

  byte-level BPE   tokenizers' ByteLevel pre-tokenizer: letter, number, white space or other; and Whitespace: \\w
  WordPiece        tokenizers' BertNormalizer and BertPreTokenizer: dropped, space, isolated, mapped, combining class
  ALBERT           CPython's str and unicodedata, as the Hugging Face ALBERT tokenizer uses them
"""

import sys
import unicodedata
from pathlib import Path

import tokenizers
from tokenizers import normalizers, pre_tokenizers

OUTPUT = Path(__file__).parents[3] / "lib/yoso/text/unicode"
CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
HANGUL = range(0xAC00, 0xD7A4)
# Two spacing marks that the reference keeps; their order shows whether a code point between them holds them apart.
LATER, EARLIER = "\U0001d16d", "\U0001d165"  # combining classes 226 and 216

tables = {}  # name of the tokenizer: lines of its file


def ranges(code_points):
    """[first, last] of each run of neighbours."""
    result = []
    for c in sorted(code_points):
        # Surrogates cannot be asked for and never occur; a run may pass over them.
        if result and (c == result[-1][1] + 1 or (result[-1][1] == 0xD7FF and c == 0xE000)):
            result[-1][1] = c
        else:
            result.append([c, c])
    return result


def write(file, kind, name, cells):
    lines = tables.setdefault(file, [])
    cells_name = "k" + name.title().replace("_", "")
    lines.append(f"constexpr {kind} {cells_name}[] = {{")
    line = "   "
    for cell in cells:
        if len(line) + len(cell) + 2 > 120:
            lines.append(line)
            line = "   "
        line += f" {cell},"
    lines.extend([line, "};", f"constinit const std::span<const {kind}> {name} = {cells_name};", ""])


def write_ranges(file, name, code_points):
    write(file, "CodePointRange", name, [f"{{0x{a:X}, 0x{b:X}}}" for a, b in ranges(code_points)])


def literal(text):
    def escape(x):
        if " " <= x <= "~":
            return "\\" + x if x in "\\\"?" else x
        return f"\\u{ord(x):04X}" if ord(x) < 0x10000 else f"\\U{ord(x):08X}"

    return 'U"' + "".join(map(escape, text)) + '"'


def write_map(file, name, mapping):
    """Runs of code points that become single ones at regular distances, and all that become several."""
    runs, strings = [], []
    for c, text in sorted(mapping.items()):
        if len(text) != 1:
            strings.append(f"{{0x{c:X}, {literal(text)}}}")
            continue
        to = ord(text)
        run = runs[-1] if runs else None
        if run and run["count"] == 1:
            step, to_step = c - run["first"], to - run["to"]
            if step <= 2 and 0 <= to_step <= 2:
                run.update(count=2, step=step, to_step=to_step)
                continue
        elif run:
            n = run["count"]
            if c == run["first"] + n * run["step"] and to == run["to"] + n * run["to_step"]:
                run["count"] += 1
                continue
        runs.append({"first": c, "count": 1, "step": 1, "to": to, "to_step": 0})
    cells = [f"{{0x{r['first']:X}, 0x{r['to']:X}, {r['count']}, {r['step']}, {r['to_step']}}}" for r in runs]
    write(file, "CodePointRun", f"{name}_runs", cells)
    write(file, "CodePointString", f"{name}_strings", strings)


def pieces(pre_tokenizer, text):
    return [piece for piece, _ in pre_tokenizer.pre_tokenize_str(text)]


def byte_level():
    split = pre_tokenizers.ByteLevel(add_prefix_space=False)
    classes = {"letter": [], "number": [], "white": []}
    for c in CODE_POINTS:
        if len(pieces(split, "a" + chr(c))) == 1:
            classes["letter"].append(c)
        elif len(pieces(split, "1" + chr(c))) == 1:
            classes["number"].append(c)
        elif len(pieces(split, "!" + chr(c))) != 1:
            classes["white"].append(c)
    for name, members in classes.items():
        write_ranges("byte_level", f"byte_level_{name}", members)
    word = pre_tokenizers.Whitespace()
    write_ranges("byte_level", "word_character", [c for c in CODE_POINTS if len(pieces(word, "a" + chr(c))) == 1 and pieces(word, chr(c))])


def word_piece():
    normalizer, split = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    cased = normalizers.BertNormalizer(lowercase=False)
    dropped, barriers, spaces, isolated, cjk, mapping, combining = [], [], [], [], [], {}, []
    nfd = normalizers.NFD()
    for c in CODE_POINTS:
        text = normalizer.normalize_str(chr(c))
        if text == "":
            dropped.append(c)
            if normalizer.normalize_str(LATER + chr(c) + EARLIER) != EARLIER + LATER:
                barriers.append(c)
            continue
        if text == " ":
            spaces.append(c)
            continue
        if len(text) > 2 and text[0] == " " and text[-1] == " ":
            cjk.append(c)
            text = text[1:-1]
        assert " " not in text
        if c in HANGUL:
            assert text == unicodedata.normalize("NFD", chr(c))  # by arithmetic in the program
        elif text != chr(c):
            mapping[c] = text
        alone = pieces(split, "a" + chr(c) + "b")
        assert len(alone) in (1, 3) or unicodedata.category(chr(c))[0] == "Z" or c in spaces, hex(c)
        if len(alone) == 3:
            isolated.append(c)
        if nfd.normalize_str(chr(c) + "\u0334") != chr(c) + "\u0334" or nfd.normalize_str("\u0345" + chr(c))[0] != "\u0345":
            if nfd.normalize_str(chr(c)) == chr(c):
                combining.append(c)
    # What a mapping ends in is looked up again for its class alone, so it must not be mapped, dropped or a space.
    for to in mapping.values():
        for x in to:
            assert ord(x) not in mapping and normalizer.normalize_str(x).strip() == x, hex(ord(x))
    assert not set(combining) & (set(mapping) | set(isolated))
    # The order of two marks shows the order of their classes.
    for a in combining:
        for b in combining:
            behind = unicodedata.combining(chr(a)) > unicodedata.combining(chr(b))
            assert (normalizer.normalize_str(chr(a) + chr(b)) != chr(a) + chr(b)) == behind
    write_ranges("bert", "bert_control", [c for c in dropped if cased.normalize_str(chr(c)) == ""])
    write_ranges("bert", "bert_dropped", dropped)
    write_ranges("bert", "bert_barrier", barriers)
    write_ranges("bert", "bert_space", spaces)
    write_ranges("bert", "bert_isolated", isolated)
    write_ranges("bert", "bert_cjk", cjk)
    write("bert", "CombiningMark", "bert_combining", [f"{{0x{c:X}, {unicodedata.combining(chr(c))}}}" for c in combining])
    write_map("bert", "bert", mapping)
    return mapping


def albert(bert_mapping):
    dropped, spaces, digits, mapping, lower, cased, ignorable = [], [], [], {}, {}, [], []

    def context(c):
        """How CPython's lower() sees a code point beside a capital sigma."""
        if (chr(c) + "\u03a3").lower()[-1] == "\u03c2":
            return "cased"
        return "ignorable" if ("A" + chr(c) + "\u03a3").lower()[-1] == "\u03c2" else "other"

    for c in CODE_POINTS:
        x = chr(c)
        if x.isspace():
            spaces.append(c)
        if x.isdigit():
            digits.append(c)
        small = x.lower()
        if small != x:
            lower[c] = small
        kind = context(c)
        assert context(ord(small[0])) == kind
        if kind == "cased":
            cased.append(c)
        if kind == "ignorable":
            ignorable.append(c)
        text = unicodedata.normalize("NFKD", x)
        text = "".join(y for y in text if not unicodedata.combining(y)).lower()
        if text == "":
            dropped.append(c)
        elif c in HANGUL:
            assert text == unicodedata.normalize("NFD", x)
        elif text != bert_mapping.get(c, x):
            mapping[c] = text
    write_ranges("albert", "albert_dropped", dropped)
    write_ranges("albert", "python_space", spaces)
    write_ranges("albert", "python_digit", digits)
    sigmas = [c for c in CODE_POINTS if "\u03a3" in unicodedata.normalize("NFKD", chr(c))]
    assert all(len(unicodedata.normalize("NFKD", chr(c))) == 1 for c in sigmas)
    write_ranges("albert", "capital_sigma", sigmas)
    write_ranges("albert", "cased", cased)
    write_ranges("albert", "case_ignorable", ignorable)
    write_map("albert", "albert", mapping)
    write_map("albert", "lower", lower)


byte_level()
albert(word_piece())

for name, lines in tables.items():
    (OUTPUT / f"{name}.cpp").write_text(
        "// Generated by tests/golden/tokenizers/make_tables.py from the reference tokenizers; do not edit.\n"
        f"// tokenizers {tokenizers.__version__}, CPython {sys.version.split()[0]} with Unicode {unicodedata.unidata_version}.\n"
        '#include "yoso/text/unicode/tables.h"\n\n'
        "// clang-format off\n"
        "namespace yoso::text::tables {\n\n" + "\n".join(lines) + "\n}  // namespace yoso::text::tables\n"
    )
