"""The reference tokenizers that the goldens are made with and the benchmark is run against.

Needs tokenizers 0.23.3 and sentencepiece 0.2.1. (sentencepiece 0.2.3 orders pieces of exactly equal score in another
way than 0.1.97, which Debian has, up to 0.2.1: "aaa" is `a aa` there and `aa a` here.)
"""

import unicodedata

import sentencepiece
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

WORD_MARK = "\u2581"


class Albert:
    """sentencepiece with the steps of Hugging Face's ALBERT tokenizer before and after it."""

    def __init__(self, folder, keep_accents=False):
        self.model = sentencepiece.SentencePieceProcessor(f"{folder}/spiece.model")
        self.keep_accents = keep_accents

    def ids(self, text):
        text = " ".join(text.strip().split()).replace("``", '"').replace("''", '"')
        if not self.keep_accents:
            text = unicodedata.normalize("NFKD", text)
            text = "".join(c for c in text if not unicodedata.combining(c))
        pieces = []
        for piece in self.model.encode(text.lower(), out_type=str):
            if len(piece) > 1 and piece[-1] == "," and piece[-2].isdigit():
                rest = self.model.encode(piece[:-1].replace(WORD_MARK, ""), out_type=str)
                if piece[0] != WORD_MARK and rest[0][0] == WORD_MARK:
                    rest[0:1] = [rest[0][1:]] if len(rest[0]) > 1 else []
                pieces += rest + [","]
            else:
                pieces.append(piece)
        return [self.model.piece_to_id(piece) for piece in pieces]


class Fast:
    """A tokenizer of the Hugging Face package; `plain` knows no special tokens, `full` does."""

    def __init__(self, plain, full):
        self.plain, self.full = plain, full

    def ids(self, text):
        return self.plain.encode(text, add_special_tokens=False).ids


def bert(folder, cased=False):
    def make():
        tokenizer = Tokenizer(models.WordPiece.from_file(f"{folder}/vocab.txt", unk_token="[UNK]"))
        tokenizer.normalizer = normalizers.BertNormalizer(lowercase=not cased)
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        return tokenizer

    full = make()
    full.add_special_tokens(["[UNK]", "[CLS]", "[SEP]", "[MASK]", "[PAD]"])
    full.post_processor = processors.BertProcessing(
        ("[SEP]", full.token_to_id("[SEP]")), ("[CLS]", full.token_to_id("[CLS]"))
    )
    full.decoder = decoders.WordPiece()
    return Fast(make(), full)


def roberta(folder, prefix_space=False):
    def make():
        tokenizer = Tokenizer(models.BPE.from_file(f"{folder}/vocab.json", f"{folder}/merges.txt"))
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix_space)
        return tokenizer

    full = make()
    full.add_special_tokens(["<s>", "</s>", "<pad>", "<unk>", AddedToken("<mask>", lstrip=True)])
    full.post_processor = processors.RobertaProcessing(
        ("</s>", full.token_to_id("</s>")), ("<s>", full.token_to_id("<s>")), trim_offsets=False,
        add_prefix_space=prefix_space,
    )
    full.decoder = decoders.ByteLevel()
    return Fast(make(), full)


def variants(folder):
    """Every tokenizer and variant of it that the program offers, by the name the goldens use."""
    return {
        "albert": Albert(f"{folder}/albert"),
        "albert keep_accents": Albert(f"{folder}/albert", keep_accents=True),
        "bert": bert(f"{folder}/bert"),
        "bert cased": bert(f"{folder}/bert", cased=True),
        "roberta": roberta(f"{folder}/roberta"),
        "roberta prefix_space": roberta(f"{folder}/roberta", prefix_space=True),
    }
