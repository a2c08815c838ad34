"""Networks from what was exported, and wider networks from narrower ones that answer the same."""
import numpy as np
import onnx
import torch
from onnx import numpy_helper

from training.network.model import Listener

ONNX_GATES = (0, 2, 3, 1)       # ONNX has input, output, forget, cell; torch input, forget, cell, output


def recover(path):
    """listener.onnx -> the network in training mode's form. Batch norms that the export folded become their identity."""
    graph = onnx.load(str(path)).graph
    constants = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    weights = [(n.op_type, [constants[i] for i in n.input if i in constants]) for n in graph.node]
    convs = [w for kind, w in weights if kind == "Conv"]
    lstms = [w for kind, w in weights if kind == "LSTM"]
    dense = [w for kind, w in weights if kind == "MatMul"]
    biases = {n.output[0]: n for n in graph.node}
    hidden = lstms[0][1].shape[-1]
    project, mix, activations, velocity = _dense(graph, constants)
    net = Listener(channels=[w[0].shape[0] for w in convs], width=project[0].shape[1], hidden=hidden, layers=len(lstms))
    state = net.state_dict()
    for i, (w, b) in enumerate(convs):
        state[f"conv.{3 * i}.weight"] = torch.tensor(w)
        # The export folded scale and mean into the convolution: what is left of the norm is its bias.
        state[f"conv.{3 * i + 1}.bias"] = torch.tensor(b)
        state[f"conv.{3 * i + 1}.running_var"] = torch.full_like(state[f"conv.{3 * i + 1}.running_var"], 1 - 1e-5)
    for i, (w, r, b, *_) in enumerate(lstms):
        for direction, suffix in enumerate(("", "_reverse")):
            order = lambda a: torch.tensor(np.concatenate([np.split(a, 4)[g] for g in ONNX_GATES]))
            state[f"rnn.weight_ih_l{i}{suffix}"], state[f"rnn.weight_hh_l{i}{suffix}"] = order(w[direction]), order(r[direction])
            inner, outer = np.split(b[direction], 2)
            state[f"rnn.bias_ih_l{i}{suffix}"], state[f"rnn.bias_hh_l{i}{suffix}"] = order(inner), order(outer)
    for name, (w, b) in {"project.0": project, "mix": mix, "activations": activations, "velocity": velocity}.items():
        state[f"{name}.weight"], state[f"{name}.bias"] = torch.tensor(w.T.copy()), torch.tensor(b)
    net.load_state_dict(state)
    assert len(dense) == 4 and biases
    return net


def _dense(graph, constants):
    """-> (weight (inputs, outputs), bias) of every MatMul in order of the graph."""
    found = []
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in constants:
            after = next(n for n in graph.node if node.output[0] in n.input)
            bias = next(constants[i] for i in after.input if i in constants)
            found.append((constants[node.input[1]], bias))
    return found


def widen(net, sizes):
    """The same function in a network with more hidden units: new ones listen, and are not yet listened to.

    Only `hidden` may grow. Chen, Goodfellow, Shlens: Net2Net, ICLR 2016, have the idea.
    """
    wide = Listener(**sizes)
    old, new = net.sizes["hidden"], sizes["hidden"]
    if {k: v for k, v in sizes.items() if k != "hidden"} != {k: v for k, v in net.sizes.items() if k != "hidden"} or new < old:
        raise ValueError(f"cannot widen {net.sizes} to {sizes}")
    state, kept = wide.state_dict(), net.state_dict()
    gates = torch.cat([torch.arange(old) + g * new for g in range(4)])          # rows of the old units
    both = torch.cat([torch.arange(old), torch.arange(old) + new])              # columns where both directions come in
    for name, value in kept.items():
        if not name.startswith("rnn.") and name != "mix.weight":
            state[name] = value
        elif name == "mix.weight":
            state[name].zero_()
            state[name][:, both] = value
        elif "bias" in name:
            state[name][gates] = value
        else:
            columns = torch.arange(value.shape[1]) if "ih_l0" in name else torch.arange(old) if "hh" in name else both
            state[name][gates] = 0.0
            state[name][gates[:, None], columns] = value
    wide.load_state_dict(state)
    return wide


@torch.no_grad()
def settle(net, x):
    """Give the batch norms of a recovered network the statistics of features x (batch, frames, BANDS), in place.

    It answers as before; and in training, where norms go by the batch, nearly so.
    """
    h = x.unsqueeze(1)
    net.eval()
    for conv, norm, relu in zip(net.conv[0::3], net.conv[1::3], net.conv[2::3]):
        h = conv(h)
        mean, var = h.mean((0, 2, 3)), h.var((0, 2, 3), unbiased=False)
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        norm.bias += (mean - norm.running_mean) * scale
        norm.weight.copy_(scale * torch.sqrt(var + norm.eps))
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(var)
        h = relu(norm(h))


@torch.no_grad()
def folded(net):
    """The same function with its batch norms folded into the convolutions, as `recover` gives it."""
    plain = Listener(**net.sizes)
    state = {k: v.clone() for k, v in net.state_dict().items()}
    for i in range(0, len(net.conv), 3):
        norm = net.conv[i + 1]
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        state[f"conv.{i}.weight"] = net.conv[i].weight * scale[:, None, None, None]
        state[f"conv.{i + 1}.bias"] = norm.bias - norm.running_mean * scale
        state[f"conv.{i + 1}.weight"] = torch.ones_like(norm.weight)
        state[f"conv.{i + 1}.running_mean"] = torch.zeros_like(norm.running_mean)
        state[f"conv.{i + 1}.running_var"] = torch.full_like(norm.running_var, 1 - norm.eps)
    plain.load_state_dict(state)
    return plain
