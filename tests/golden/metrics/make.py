"""Writes expected.json: what scikit-learn and SciPy make of small and of random predictions.

    python make.py          (made with scikit-learn 1.9.1 and SciPy 1.17.1)

Where they give no number (a constant side of a correlation), 0 is expected.
"""

import json
import random
import warnings
from pathlib import Path

import numpy
import scipy.stats
from sklearn.metrics import (
    accuracy_score,
    f1_score,
    matthews_corrcoef,
    precision_recall_fscore_support,
)

warnings.filterwarnings("ignore")


def number(value):
    return 0.0 if numpy.isnan(value) else float(value)


def classes(predicted, truth):
    entry = {
        "predicted": predicted,
        "truth": truth,
        "accuracy": accuracy_score(truth, predicted),
        "mcc": number(matthews_corrcoef(truth, predicted)),
    }
    if max(predicted + truth) < 2:
        entry["f1"] = f1_score(truth, predicted, zero_division=0)
    for average in ("macro", "micro"):
        entry["f1_" + average] = f1_score(truth, predicted, average=average, zero_division=0)
    labels = list(range(max(predicted + truth) + 1))
    per_class = precision_recall_fscore_support(truth, predicted, labels=labels, zero_division=0)
    for name, values in zip(("precision", "recall", "f1_of_class", "support"), per_class):
        entry[name] = values.tolist()
    return entry


def numbers(predicted, truth):
    return {
        "predicted": predicted,
        "truth": truth,
        "pearson": number(scipy.stats.pearsonr(predicted, truth)[0]),
        "spearman": number(scipy.stats.spearmanr(predicted, truth)[0]),
    }


def main():
    draw = random.Random(7)
    of_classes = [
        classes([0, 1, 0, 1, 1, 1, 0, 0], [0, 1, 1, 1, 0, 1, 0, 0]),
        classes([1, 1, 0, 0, 1, 1, 1], [1, 1, 1, 0, 1, 0, 1]),
        classes([1] * 10, [1] * 6 + [0] * 4),
        classes([0] * 10, [1] * 6 + [0] * 4),
        classes([0, 1, 0], [1, 1, 1]),
        classes([0] * 5, [0] * 5),
        classes([1] * 5, [1] * 5),
        classes([0, 1, 1, 1, 2, 2, 0], [0, 0, 1, 1, 2, 2, 2]),
        classes([2, 2, 2], [0, 1, 2]),
        classes([0], [1]),
    ]
    for count in (2, 3, 5):
        for size in (7, 60):
            truth = [draw.randrange(count) for _ in range(size)]
            predicted = [t if draw.random() < 0.6 else draw.randrange(count) for t in truth]
            of_classes.append(classes(predicted, truth))
    of_numbers = [
        numbers([4.8, 2, 3, 0.5, 2], [5, 2.5, 2.5, 0, 4]),
        numbers([1.5, 1.5, 1.5], [1, 2, 3]),
        numbers([1, 2, 3], [0.1, 0.1, 0.1]),
        numbers([0.1, 0.1, 0.1], [0.1, 0.1, 0.1]),
        numbers([1, 2], [5, 3]),
        numbers([1e8, 1e8 + 1, 1e8 + 2, 1e8 + 5], [0, 1, 3, 4]),
    ]
    for size in (3, 50):
        truth = [draw.randrange(26) / 5 for _ in range(size)]
        of_numbers.append(numbers([t + draw.gauss(0, 1) for t in truth], truth))
        of_numbers.append(numbers([round(t + draw.gauss(0, 1)) for t in truth], truth))
    Path(__file__).with_name("expected.json").write_text(
        json.dumps({"classes": of_classes, "numbers": of_numbers}, indent=1) + "\n")


main()
