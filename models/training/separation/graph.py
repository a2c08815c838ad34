"""An ONNX graph carried out by torch, so that HTDemucs runs on a GPU without an onnxruntime that knows it.

Only the operators of HTDemucs are there; another graph says which one is missing. Fold constants first (`fold`).
"""
import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch.nn import functional as F


def fold(source, target):
    """Write the graph with its shapes computed: what is left are about 25 kinds of operators."""
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(target)
    onnxruntime.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])


def _pads(a, dims):
    pads = a.get("pads", [0] * 2 * dims)
    if pads[:dims] != pads[dims:]:
        raise NotImplementedError("uneven padding")
    return pads[:dims]


def _conv(a, x, w, b=None):
    dims = w.dim() - 2
    run = F.conv1d if dims == 1 else F.conv2d
    return run(x, w, b, a.get("strides", [1] * dims), _pads(a, dims), a.get("dilations", [1] * dims), a.get("group", 1))


def _conv_transpose(a, x, w, b=None):
    dims = w.dim() - 2
    run = F.conv_transpose1d if dims == 1 else F.conv_transpose2d
    return run(x, w, b, a.get("strides", [1] * dims), _pads(a, dims), 0, a.get("group", 1), a.get("dilations", [1] * dims))


def _reshape(a, x, shape):
    sizes = [x.shape[i] if s == 0 else int(s) for i, s in enumerate(shape.tolist())]
    return x.reshape(sizes)


def _slice(a, x, starts, ends, axes=None, steps=None):
    axes = range(len(starts)) if axes is None else axes.tolist()
    for i, axis in enumerate(axes):
        step = 1 if steps is None else int(steps[i])
        at = [slice(None)] * x.dim()
        at[axis] = slice(int(starts[i]), int(ends[i]), step)
        x = x[tuple(at)]
    return x


def _pad(a, x, pads, value=None, *_):
    pads, dims = pads.tolist(), x.dim()
    flat = [p for axis in reversed(range(dims)) for p in (pads[axis], pads[axis + dims])]
    return F.pad(x, flat, value=0.0 if value is None else float(value))


def _split(a, x, sizes=None):
    axis, count = a.get("axis", 0), a["outputs"]
    return x.split(x.shape[axis] // count if sizes is None else sizes.tolist(), axis)


def _squeeze(a, x, axes=None):
    for axis in sorted(((axes.tolist() if axes is not None else [i for i, n in enumerate(x.shape) if n == 1])), reverse=True):
        x = x.squeeze(axis)
    return x


def _unsqueeze(a, x, axes):
    for axis in sorted(axes.tolist()):
        x = x.unsqueeze(axis)
    return x


def _gather(a, x, index):
    axis = a.get("axis", 0)
    if index.dim() == 0:
        return x.select(axis, int(index))
    return x.index_select(axis, index.flatten().to(x.device)).reshape(
        *x.shape[:axis], *index.shape, *x.shape[axis + 1:])


def _reduce_mean(a, x, axes=None):
    return x.mean(a["axes"] if axes is None else axes.tolist(), keepdim=bool(a.get("keepdims", 1)))


def _gemm(a, x, w, b=None):
    x, w = x.T if a.get("transA") else x, w.T if a.get("transB") else w
    y = a.get("alpha", 1.0) * (x @ w)
    return y if b is None else y + a.get("beta", 1.0) * b


RUN = {
    "Add": lambda a, x, y: x + y, "Sub": lambda a, x, y: x - y, "Mul": lambda a, x, y: x * y, "Div": lambda a, x, y: x / y,
    "Pow": lambda a, x, y: x ** y, "Sqrt": lambda a, x: torch.sqrt(x), "Erf": lambda a, x: torch.erf(x),
    "Sigmoid": lambda a, x: torch.sigmoid(x), "MatMul": lambda a, x, y: x @ y, "Gemm": _gemm,
    "Transpose": lambda a, x: x.permute(a["perm"]), "Reshape": _reshape, "Slice": _slice, "Pad": _pad, "Split": _split,
    "Squeeze": _squeeze, "Unsqueeze": _unsqueeze, "Gather": _gather, "Conv": _conv, "ConvTranspose": _conv_transpose,
    "Concat": lambda a, *xs: torch.cat(xs, a["axis"]), "ReduceMean": _reduce_mean,
    "Softmax": lambda a, x: torch.softmax(x, a.get("axis", -1)), "Identity": lambda a, x: x,
    "LayerNormalization": lambda a, x, w, b=None: F.layer_norm(x, w.shape, w, b, a.get("epsilon", 1e-5)),
    "InstanceNormalization": lambda a, x, w, b: F.instance_norm(x, weight=w, bias=b, eps=a.get("epsilon", 1e-5)),
    "Expand": lambda a, x, shape: x.expand(*np.broadcast_shapes(tuple(x.shape), tuple(shape.tolist()))),
    "Tile": lambda a, x, times: x.repeat(*times.tolist()),
}
ON_HOST = {"Reshape": (1,), "Slice": (1, 2, 3, 4), "Pad": (1, 2), "Split": (1,), "Squeeze": (1,), "Unsqueeze": (1,),
           "Gather": (1,), "Expand": (1,), "Tile": (1,), "ReduceMean": (1,)}      # arguments that are sizes and places


class Graph:
    """Callable with the graph's inputs in their order, tensors on `device`; -> its outputs."""

    def __init__(self, path, device="cpu", weights=None):
        """weights: {name: array} for initialisers that the file itself leaves empty (`pack`)."""
        model = onnx.load(str(path)) if not isinstance(path, onnx.ModelProto) else path
        self.device = device
        self.constants = {t.name: torch.from_numpy(np.array(numpy_helper.to_array(t))) for t in model.graph.initializer}
        self.constants |= {name: torch.from_numpy(np.asarray(x)) for name, x in (weights or {}).items()}
        self.inputs = [i.name for i in model.graph.input if i.name not in self.constants]
        self.outputs = [o.name for o in model.graph.output]
        self.nodes = []
        for node in model.graph.node:
            a = {x.name: onnx.helper.get_attribute_value(x) for x in node.attribute} | {"outputs": len(node.output)}
            if node.op_type == "Constant":
                self.constants[node.output[0]] = torch.from_numpy(np.array(numpy_helper.to_array(a["value"])))
            else:
                self.nodes.append((RUN[node.op_type], ON_HOST.get(node.op_type, ()), a, list(node.input), list(node.output)))
        self.on_device = {name: x.to(device) for name, x in self.constants.items()}
        uses = {name: i for i, (_, _, _, inputs, _) in enumerate(self.nodes) for name in inputs}
        self.last = [[] for _ in self.nodes]                     # values that no later node needs
        for name, i in uses.items():
            if name not in self.constants and name not in self.outputs:
                self.last[i].append(name)

    @torch.no_grad()
    def __call__(self, *tensors):
        values = dict(zip(self.inputs, tensors))
        for i, (run, host, a, inputs, outputs) in enumerate(self.nodes):
            args = [None if not name else values[name] if name in values else
                    self.constants[name] if k in host else self.on_device[name] for k, name in enumerate(inputs)]
            y = run(a, *args)
            values.update(zip(outputs, y if isinstance(y, (tuple, list)) else [y]))
            for name in self.last[i]:
                values.pop(name, None)
        return [values[name] for name in self.outputs]
