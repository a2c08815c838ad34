"""A recording as the committed listener hears it: decoded, hits with confidence, and how sure its beats are."""
import json
import subprocess

import numpy as np

from training import features
from training.network import decode
from training.paths import MODELS
from training.pieces import ACTIVATIONS

RATE = features.RATE
NEAR = .07              # seconds within which two beats are the same


def read_audio(path, start=0.0, seconds=None):
    """-> stereo float32 (samples, 2) at 44.1 kHz, through FFmpeg. Raises CalledProcessError where it cannot decode."""
    window = [*(["-ss", str(start)] if start else []), *(["-t", str(seconds)] if seconds else [])]
    raw = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *window, "-i", str(path), "-map", "0:a:0", "-ac", "2",
                          "-ar", str(RATE), "-f", "f32le", "-"], capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.float32).reshape(-1, 2)


class Listener:
    """The committed network, on one thread."""

    def __init__(self, model=MODELS / "listener.onnx"):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self.contract = json.loads(model.with_suffix(".json").read_text())

    def activations(self, audio):
        """Stereo or mono audio -> (activations, velocity) by frame."""
        mono = audio.mean(1) if audio.ndim == 2 else audio
        return [out[0] for out in self.session.run(None, {"frames": features.listen(mono)[None]})]

    def hits(self, activations, velocity):
        """-> hits of `decode.hits`, each with its `confidence` (roughly the chance that it is right)."""
        found = decode.hits(activations, velocity, self.contract["thresholds"])
        for hit in found:
            tuned = self.contract["calibration"][hit["group"] or hit["piece"]]
            p = np.clip(hit["activation"], 1e-6, 1 - 1e-6)
            hit["confidence"] = float(1 / (1 + np.exp(-(tuned["a"] * np.log(p / (1 - p)) + tuned["b"]))))
        return found


def agreement(ours, theirs):
    """F-measure of two lists of seconds, one to one within NEAR."""
    if not len(ours) or not len(theirs):
        return 0.0
    ours, theirs, matched = np.asarray(ours), list(theirs), 0
    for t in ours:
        k = min(range(len(theirs)), key=lambda i: abs(theirs[i] - t), default=None)
        if k is not None and abs(theirs[k] - t) <= NEAR:
            matched += 1
            theirs.pop(k)
    return 2 * matched / (len(ours) + matched + len(theirs))


def beat_confidence(activations, beats):
    """How sure the beats [(seconds, number in the bar)] are, 0 to 1 each, and of the whole.

    `each`: the beat output's peak within 50 ms of every beat. `agreement`: with the reference decoder of `decode.beats`, of
    all beats and of the downbeats. `steadiness`: share of beats whose interval is within 6 % of the median.
    """
    beat, downbeat = (activations[:, ACTIVATIONS.index(name)] for name in ("beat", "downbeat"))
    times = [t for t, _ in beats]
    frames = [int(round((t - decode.ATTACK) * features.FPS)) for t in times]
    each = [round(float(beat[max(0, n - 5):n + 6].max(initial=0)), 3) for n in frames]
    other = decode.beats(beat, downbeat)
    gaps = np.diff(times)
    return {"each": each, "mean": round(float(np.mean(each)) if each else 0.0, 3),
            "agreement": round(agreement(times, [b["time"] for b in other]), 3),
            "downbeat_agreement": round(agreement([t for t, n in beats if n == 1],
                                                  [b["time"] for b in other if b["beat"] == 1]), 3),
            "steadiness": round(float(np.mean(np.abs(gaps / np.median(gaps) - 1) < .06)) if len(gaps) else 0.0, 3)}
