"""Scores a network on real recordings:  python3 -m training evaluate [--model ../listener.onnx | --weights RUN/weights-N.pt]

Decodes every recording of --eval/dev/audio/<split>, writes the answers as JSON into --answers (or a temporary folder),
and lets the scorers in --eval/tools compare them with the annotations: pooled F at +-50 ms by class, beats and
downbeats at +-70 ms, beside what the peers in --eval/peers answer on the same recordings. --curve scores every
weights-*.pt of a training folder instead, one line each.
"""
import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile

from training import features, paths
from training.network import decode
from training.pieces import ACTIVATIONS, GROUPS, UNGROUPED

SPLITS = ["drum_only", "full_mix_rebuilt", "full_mix"]


def recordings(folder):
    """-> [(track name, features (frames, BANDS))] of every recording in a folder, channels averaged."""
    found = []
    for path in sorted(p for p in folder.iterdir() if p.suffix in (".wav", ".ogg", ".flac", ".mp3")):
        x, rate = soundfile.read(path, dtype="float32", always_2d=True)
        if rate != features.RATE:
            raise SystemExit(f"{path}: wants {features.RATE} Hz")
        found.append((path.stem, features.listen(x.mean(1))))
    return found


def onnx_listener(path):
    """-> function from features to (activations, velocity), through onnxruntime."""
    import onnxruntime
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return lambda x: [out[0] for out in session.run(None, {"frames": x[None]})]


def weights_listener(path):
    """The same from a file of `train`."""
    import torch
    from training.network.export import Graph, load
    graph = Graph(load(path))

    def listen(x):
        with torch.no_grad():
            return [out[0].numpy() for out in graph(torch.from_numpy(x[None]))]
    return listen


def answers(listen, tracks, thresholds, with_beats=True):
    """-> {track: {"onsets": [{"time", "class", "piece", "velocity"}], "beats": [...]}}; ungrouped have class "-"."""
    result = {}
    for name, x in tracks:
        activations, velocity = listen(x)
        hits = decode.hits(activations, velocity, thresholds)
        result[name] = {
            "onsets": [{"time": h["time"], "class": h["group"] or "-", "piece": h["piece"], "velocity": h["velocity"]}
                       for h in hits],
            "beats": decode.beats(*(activations[:, ACTIVATIONS.index(b)] for b in ("beat", "downbeat"))) if with_beats
            else []}
    return result


class Scorers:
    """The scoring tools of the evaluation folder, imported from there."""

    def __init__(self, folder):
        self.folder = folder
        sys.path.insert(0, str(folder / "tools"))
        import common
        import score_beats
        import score_onsets
        self.common, self.onsets, self.beats = common, score_onsets, score_beats

    def __call__(self, answer_folder, annotations="annotations"):
        """-> {"all", class...: F, "P", "R", "ms": timing bias, "beat", "downbeat", "tracks"}"""
        pairs, _, _ = self.common.load_pairs(self.folder / "dev" / annotations, answer_folder)
        s = self.onsets.score(pairs, self.common.CLASSES_5, 0.05)
        rows = self.beats.score(pairs).values()
        mean = lambda key: float(np.mean([r[key] for r in rows])) if rows else float("nan")
        return {"all": s["all"]["F"], **{c: d["F"] for c, d in s["classes"].items()}, "P": s["all"]["P"],
                "R": s["all"]["R"], "ms": s.get("timing_ms", {}).get("median", float("nan")),
                "beat": mean("beat_F"), "downbeat": mean("downbeat_F"), "tracks": len(pairs)}


def score_answers(scorers, result, folder, annotations="annotations"):
    folder.mkdir(parents=True, exist_ok=True)
    for name, answer in result.items():
        (folder / f"{name}.json").write_text(json.dumps(answer))
    return scorers(folder, annotations)


COLUMNS = ["all", *GROUPS, "P", "R", "ms", "beat", "downbeat"]


def row(label, s, columns=COLUMNS):
    cells = ["-" if c not in columns or np.isnan(s[c]) else f"{s[c]:.1f}" if c == "ms" else f"{s[c]:.3f}" for c in COLUMNS]
    return f"| {label} | " + " | ".join(cells) + " |"


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--model", type=Path, default=paths.MODELS / "listener.onnx")
    ap.add_argument("--weights", type=Path, help="weights of `train` instead of an ONNX file")
    ap.add_argument("--curve", type=Path, help="a training folder: score all its weights")
    ap.add_argument("--thresholds", type=Path, help="listener.json or what `calibrate` wrote (default: beside --model)")
    ap.add_argument("--eval", type=Path, default=paths.EVAL)
    ap.add_argument("--annotations", default="annotations", help="folder of dev/ to compare with")
    ap.add_argument("--answers", type=Path, help="keep the answers here")
    a = ap.parse_args()
    path = a.thresholds or a.model.with_suffix(".json")
    thresholds = json.loads(path.read_text())["thresholds"] if path.exists() else dict.fromkeys([*GROUPS, *UNGROUPED], .5)
    tracks = {split: recordings(a.eval / "dev/audio" / split) for split in SPLITS}
    scorers = Scorers(a.eval)
    keep = a.answers or Path(tempfile.mkdtemp())
    if a.curve:
        print("| step | " + " | ".join(SPLITS) + " |\n|---|" + "---|" * len(SPLITS))
        for weights in sorted(a.curve.glob("weights-*.pt")):
            listen = weights_listener(weights)
            f = [score_answers(scorers, answers(listen, tracks[s], thresholds, False), keep / weights.stem / s,
                               a.annotations)["all"] for s in SPLITS]
            print(f"| {int(weights.stem.split('-')[1])} | " + " | ".join(f"{x:.3f}" for x in f) + " |", flush=True)
        return
    listen = weights_listener(a.weights) if a.weights else onnx_listener(a.model)
    print("| recordings | " + " | ".join(COLUMNS) + " |\n|---|" + "---|" * len(COLUMNS))
    for split in SPLITS:
        scores = score_answers(scorers, answers(listen, tracks[split], thresholds), keep / split, a.annotations)
        print(row(f"{split} ({scores['tracks']})", scores), flush=True)
        for peer in sorted((a.eval / "peers").glob(f"*_{split}")):
            print(row(f"{peer.name} ({scores['tracks']})", scorers(peer, a.annotations), COLUMNS[:-2]))  # they count no beats


if __name__ == "__main__":
    main()
