"""Writes expected.tfevents with TensorBoard's own protobuf messages and record writer.

Needs the package tensorboard (made with 2.21.0): python make.py. The test writes the same three events with
EventWriter and compares bytes.
"""

from pathlib import Path

from tensorboard.compat.proto import event_pb2, summary_pb2, tensor_pb2, types_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

WALL_TIME = 1.5


def event(step=0, **content):
    return event_pb2.Event(wall_time=WALL_TIME, step=step, **content)


def summary(**value):
    return summary_pb2.Summary(value=[summary_pb2.Summary.Value(**value)])


text = tensor_pb2.TensorProto(dtype=types_pb2.DT_STRING, string_val=[b"# hi"])
text.tensor_shape.dim.add(size=1)
metadata = summary_pb2.SummaryMetadata(
    plugin_data=summary_pb2.SummaryMetadata.PluginData(plugin_name="text"),
    data_class=summary_pb2.DATA_CLASS_TENSOR,
)

with (Path(__file__).parent / "expected.tfevents").open("wb") as file:
    writer = RecordWriter(file)
    for e in (
        event(file_version="brain.Event:2"),
        event(300, summary=summary(tag="train/loss", simple_value=0.25)),
        event(summary=summary(tag="config", tensor=text, metadata=metadata)),
    ):
        writer.write(e.SerializeToString())
