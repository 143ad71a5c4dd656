"""Writes expected.tfevents with TensorBoard's own protobuf messages and record writer.

Needs the package tensorboard (made with 2.21.0): python make.py. The test writes the same two events with
EventWriter and compares bytes.
"""

from pathlib import Path

from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

WALL_TIME = 1.5


def event(step=0, **content):
    return event_pb2.Event(wall_time=WALL_TIME, step=step, **content)


def summary(**value):
    return summary_pb2.Summary(value=[summary_pb2.Summary.Value(**value)])


with (Path(__file__).parent / "expected.tfevents").open("wb") as file:
    writer = RecordWriter(file)
    for e in (
        event(file_version="brain.Event:2"),
        event(300, summary=summary(tag="train/loss", simple_value=0.25)),
    ):
        writer.write(e.SerializeToString())
