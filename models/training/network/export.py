"""Weights -> ONNX and its contract:  python3 -m training export RUN/weights-005000.pt --version 1.0.0 [--out models]

Writes OUT/listener.onnx and OUT/listener.json. The graph takes "frames" (1, time, 84), any number of frames, and gives
"activations" (1, time, ACTIVATIONS) and "velocity" (1, time, VELOCITIES), both after the sigmoid. Thresholds and
calibration come from a file that `calibrate` writes (--thresholds); without it every threshold is 0.5.
"""
import argparse
import hashlib
import json
import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from training import paths
from training.features import BANDS, FPS, RATE
from training.network.model import load
from training.pieces import ACTIVATIONS, GROUPS, UNGROUPED, VELOCITIES

LICENCE = "CC-BY-SA-4.0"


class Graph(torch.nn.Module):
    """The network with sigmoids at its outputs."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, frames):
        activations, velocity = self.net(frames)
        return torch.sigmoid(activations), torch.sigmoid(velocity)


def export(net, path):
    """Write the graph and check it against the network on odd and even lengths, alone and several at once."""
    graph = Graph(net).eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")      # the older exporter is the one that keeps LSTMs of any length whole
        torch.onnx.export(graph, (torch.rand(1, 999, BANDS),), str(path), opset_version=17, dynamo=False,
                          input_names=["frames"], output_names=["activations", "velocity"],
                          dynamic_axes={name: {0: "batch", 1: "time"} for name in ("frames", "activations", "velocity")})
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for songs, frames in ((1, 1), (1, 2), (1, 151), (3, 1000), (1, 3001)):
        x = torch.rand(songs, frames, BANDS)
        with torch.no_grad():
            wanted = graph(x)
        for want, got in zip(wanted, session.run(None, {"frames": x.numpy()})):
            if got.shape != tuple(want.shape) or np.abs(got - want.numpy()).max() > 1e-3:
                raise SystemExit(f"the graph differs from the network at {songs} x {frames} frames")


def contract(path, version, tuned):
    """-> the content of listener.json."""
    return {
        "name": "GrooveSheet listener", "version": version, "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "sampleRate": RATE, "fps": FPS, "bands": BANDS, "input": "frames",
        "outputs": {"activations": ACTIVATIONS, "velocity": VELOCITIES},
        "groups": GROUPS,
        "thresholds": tuned["thresholds"], "calibration": tuned["calibration"],
        "licence": LICENCE,
    }


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("weights", type=Path)
    ap.add_argument("--version", required=True)
    ap.add_argument("--thresholds", type=Path, help="what `calibrate` wrote")
    ap.add_argument("--out", type=Path, default=paths.MODELS)
    a = ap.parse_args()
    names = [*GROUPS, *UNGROUPED]
    tuned = {"thresholds": dict.fromkeys(names, 0.5), "calibration": {n: {"a": 1.0, "b": 0.0} for n in names}}
    if a.thresholds:
        tuned = json.loads(a.thresholds.read_text())
    path = a.out / "listener.onnx"
    export(load(a.weights).eval(), path)
    info = contract(path, a.version, tuned)
    (a.out / "listener.json").write_text(json.dumps(info, indent=2) + "\n")
    print(f"{path}: {path.stat().st_size / 1e6:.2f} MB, {len(ACTIVATIONS)} activations, {len(VELOCITIES)} velocities")


if __name__ == "__main__":
    main()
