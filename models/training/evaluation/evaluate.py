"""Scores networks on the development sets:  python3 -m training evaluate [--model listener.onnx ...] [--weights RUN/*.pt]

Decodes every recording of --eval/dev and --eval/dev_modules with each network and lets the scorers in --eval/tools compare
the answers with the annotations: F pooled over recordings at 50 and 20 ms, by class at 50 ms, beats and downbeats at 70 ms,
beside what the peers in --eval/peers answer. Several networks, an older listener beside the new one or all snapshots of a
run, give several rows a set. Beats are those of a simple stand-in (decode.beats), not the run time's; --beats asks for them.
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
# Set, its folder and split, the peers' prefix.
SETS = [*((split, "dev", split, "") for split in SPLITS),
        ("modules, drums", "dev_modules", "drum_only", "modules_"), ("modules, mixes", "dev_modules", "full_mix", "modules_")]
CLASS_OF = {"clap": "SD"}       # of pieces outside the groups, as the annotations of modules have it


def recordings(folder):
    """-> [(track name, features (frames, BANDS))] of every recording in a folder, channels averaged."""
    found = []
    for path in sorted(p for p in folder.iterdir() if p.suffix in (".wav", ".ogg", ".flac", ".mp3")):
        x, rate = soundfile.read(path, dtype="float32", always_2d=True)
        if rate != features.RATE:
            raise SystemExit(f"{path}: wants {features.RATE} Hz")
        found.append((path.stem, features.listen(x.mean(1))))
    return found


def listener(path):
    """An ONNX file or a file of `train` -> function from features to (activations, velocity)."""
    if path.suffix == ".onnx":
        import onnxruntime
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        return lambda x: [out[0] for out in session.run(None, {"frames": x[None]})]
    import torch
    from training.network.export import Graph
    from training.network.model import load
    graph = Graph(load(path)).eval()

    def listen(x):
        with torch.no_grad():
            return [out[0].numpy() for out in graph(torch.from_numpy(x[None]))]
    return listen


def answers(listen, tracks, card, with_beats=True):
    """-> {track: {"onsets": [{"time", "class", "piece", "velocity"}], "beats": [...]}}; ungrouped have class "-"."""
    result = {}
    for name, x in tracks:
        activations, velocity = listen(x)
        hits = decode.confident(activations, velocity, card)
        result[name] = {
            "onsets": [{"time": h["time"], "class": h["group"] or CLASS_OF.get(h["piece"], "-"), "piece": h["piece"],
                        "velocity": h["velocity"]} for h in hits],
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

    def __call__(self, answer_folder, annotations):
        """-> {"all", "20", class...: F, "P", "R", "ms": timing bias, "beat", "downbeat", "tracks"}"""
        pairs, _, _ = self.common.load_pairs(self.folder / annotations, answer_folder)
        s, narrow = (self.onsets.score(pairs, self.common.CLASSES_5, t) for t in (0.05, 0.02))
        rows = self.beats.score(pairs).values()
        mean = lambda key: float(np.mean([r[key] for r in rows])) if rows else float("nan")
        return {"all": s["all"]["F"], "20": narrow["all"]["F"], **{c: d["F"] for c, d in s["classes"].items()},
                "P": s["all"]["P"], "R": s["all"]["R"], "ms": s.get("timing_ms", {}).get("median", float("nan")),
                "beat": mean("beat_F"), "downbeat": mean("downbeat_F"), "tracks": len(pairs)}


def score_answers(scorers, result, folder, annotations="dev/annotations"):
    folder.mkdir(parents=True, exist_ok=True)
    for name, answer in result.items():
        (folder / f"{name}.json").write_text(json.dumps(answer))
    return scorers(folder, annotations)


COLUMNS = ["all", "20", *GROUPS, "P", "R", "ms", "beat", "downbeat"]


def row(label, who, s, columns=COLUMNS):
    cells = ["-" if c not in columns or np.isnan(s[c]) else f"{s[c]:.1f}" if c == "ms" else f"{s[c]:.3f}" for c in columns]
    return f"| {label} ({s['tracks']}) | {who} | " + " | ".join(cells) + " |"


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--model", type=Path, nargs="*", default=[], help="ONNX files (default: the committed listener)")
    ap.add_argument("--weights", type=Path, nargs="*", default=[], help="files of `train`")
    ap.add_argument("--thresholds", type=Path, help="what `calibrate` wrote (default: beside each model, or the committed ones)")
    ap.add_argument("--eval", type=Path, default=paths.EVAL)
    ap.add_argument("--annotations", default="annotations", help="folder of dev/ to compare with")
    ap.add_argument("--answers", type=Path, help="keep the answers here")
    ap.add_argument("--beats", action="store_true")
    a = ap.parse_args()
    networks = a.model + a.weights or [paths.MODELS / "listener.onnx"]
    scorers, keep = Scorers(a.eval), a.answers or Path(tempfile.mkdtemp())
    columns = COLUMNS if a.beats else COLUMNS[:-2]
    heading = {"all": "all, 50 ms", "20": "all, 20 ms"}
    print("| recordings | network | " + " | ".join(heading.get(c, c) for c in columns) + " |\n|---|---|" + "---|" * len(columns))
    for label, folder, split, prefix in SETS:
        tracks = recordings(a.eval / folder / "audio" / split)
        annotations = f"{folder}/{a.annotations if folder == 'dev' else 'annotations'}"
        for n, path in enumerate(networks):
            card = a.thresholds or (path.with_suffix(".json") if path.suffix == ".onnx" else paths.MODELS / "listener.json")
            card = json.loads(card.read_text())
            result = answers(listener(path), tracks, card, a.beats)
            who = card["version"] if path.suffix == ".onnx" else path.stem
            print(row(label, who, score_answers(scorers, result, keep / str(n) / prefix / split, annotations), columns), flush=True)
        for peer in (p for p in sorted((a.eval / "peers").iterdir()) if p.name.split("_", 1)[1] == prefix + split):
            print(row(label, peer.name.split("_")[0], scorers(peer, annotations), columns[:11]), flush=True)


if __name__ == "__main__":
    main()
