"""Weights of an ONNX graph as bytes: a quarter of the size, one scale for each row."""
import io

import numpy as np
import onnx
from onnx import numpy_helper

LARGE = 20_000          # values of a tensor that is worth it


def pack(path):
    """A folded graph -> bytes that `unpack` takes."""
    model = onnx.load(str(path))
    arrays = {}
    for t in model.graph.initializer:
        x = numpy_helper.to_array(t)
        if x.dtype == np.float32 and x.size >= LARGE:
            rows = x.reshape(x.shape[0], -1)
            scale = np.abs(rows).max(1, keepdims=True).clip(1e-12) / 127
            arrays[f"q/{t.name}"], arrays[f"s/{t.name}"] = np.round(rows / scale).astype(np.int8).reshape(x.shape), scale
            t.ClearField("raw_data"), t.ClearField("float_data")
            t.raw_data = b"\0" * 4
            del t.dims[:]
    arrays["graph"] = np.frombuffer(model.SerializeToString(), np.uint8)
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def unpack(path):
    """A file of `pack` -> the graph, and the weights that it lacks: {name: float32 array}"""
    with np.load(path) as d:
        weights = {key[2:]: (d[key].reshape(len(d[key]), -1) * d[f"s/{key[2:]}"]).astype(np.float32).reshape(d[key].shape)
                   for key in d.files if key.startswith("q/")}
        return onnx.load_from_string(d["graph"].tobytes()), weights
