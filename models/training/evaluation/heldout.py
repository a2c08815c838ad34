"""What the network hears in clips of kits, grooves and songs that training never had:  python3 -m training heldout --data DATA

Render them first (`render` --split validation). Prints, in Markdown: every piece's precision, recall and F at 50 ms;
the correlation of velocities; false hits a minute where there are no drums; how often hits of each confidence are right.
"""
import argparse
import json
from pathlib import Path

import numpy as np

from training import paths
from training.evaluation.evaluate import Scorers, listener
from training.network import decode
from training.evaluation.clips import rendered
from training.pieces import FINE, FINE_OF, GROUPS, GROUP_OF, PIECES

TOLERANCE = 0.05        # seconds
STEPS = [.3, .4, .5, .6, .7, .8, .9, .95, 1.0]


class Tally:
    """Counts over clips. Inaudible hits are neither asked for nor counted as wrong when they are found."""

    def __init__(self, match):
        self.match = match
        self.counts = {name: np.zeros(3, int) for name in FINE}        # right, answered, there are
        self.velocities, self.sure, self.false, self.minutes = [], [], 0, 0.0

    def add(self, clip, hits, seconds):
        heard = [(float(t), FINE_OF[PIECES[int(p)]], float(v)) for t, p, v, audible in clip.events if audible]
        hidden = [(float(t), FINE_OF[PIECES[int(p)]]) for t, p, _, audible in clip.events if not audible]
        if not len(clip.events):
            self.false, self.minutes = self.false + len(hits), self.minutes + seconds / 60
        for name in FINE:
            truth = sorted((t, v) for t, piece, v in heard if piece == name)
            found = [h for h in hits if h["piece"] == name]
            pairs = self.match([t for t, _ in truth], [h["time"] for h in found], TOLERANCE)
            right = {j for _, j in pairs}
            excused = [j for j, h in enumerate(found) if j not in right and near(h["time"], hidden, name)]
            self.counts[name] += len(pairs), len(found) - len(excused), len(truth)
            self.velocities += [(truth[i][1], found[j]["velocity"]) for i, j in pairs]
        self.confidences(heard, hidden, hits)

    def confidences(self, heard, hidden, hits):
        """A hit's confidence speaks of its group, as its threshold does."""
        for name in {h["group"] or h["piece"] for h in hits}:
            member = lambda piece: GROUP_OF.get(piece, piece) == name
            found = [h for h in hits if (h["group"] or h["piece"]) == name]
            pairs = self.match(sorted(t for t, p, _ in heard if member(p)), [h["time"] for h in found], TOLERANCE)
            right = {j for _, j in pairs}
            self.sure += [(h["confidence"], j in right) for j, h in enumerate(found)
                          if j in right or not any(member(p) and abs(t - h["time"]) < TOLERANCE for t, p in hidden)]


def near(time, hits, name):
    return any(piece == name and abs(t - time) < TOLERANCE for t, piece in hits)


def tables(tally):
    lines = ["| piece | there are | precision | recall | F |", "|---|---|---|---|---|"]
    for name, (right, answered, there) in tally.counts.items():
        if there:
            p, r = right / max(1, answered), right / there
            lines.append(f"| {name} | {there} | {p:.2f} | {r:.2f} | {2 * right / (answered + there):.2f} |")
    truth, heard = np.array(tally.velocities).T
    lines += ["", f"Velocity: correlation {np.corrcoef(truth, heard)[0, 1]:.2f}, "
              f"mean absolute error {np.abs(truth - heard).mean():.3f}.",
              f"Without drums: {tally.false} false hits in {tally.minutes:.1f} minutes.", "",
              "| confidence | hits | right |", "|---|---|---|"]
    sure = np.array(tally.sure)
    for low, high in zip(STEPS[:-1], STEPS[1:]):
        inside = sure[(sure[:, 0] >= low) & (sure[:, 0] < high), 1]
        if len(inside):
            lines.append(f"| {low:.2f} to {high:.2f} | {len(inside)} | {inside.mean():.2f} |")
    return "\n".join(lines)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", type=Path, required=True)
    ap.add_argument("--model", type=Path, default=paths.MODELS / "listener.onnx")
    ap.add_argument("--weights", type=Path, help="weights of `train` instead of an ONNX file")
    ap.add_argument("--thresholds", type=Path, help="listener.json or what `calibrate` wrote (default: beside --model)")
    ap.add_argument("--eval", type=Path, default=paths.EVAL)
    ap.add_argument("--clips", type=int, default=200)
    a = ap.parse_args()
    card = json.loads((a.thresholds or a.model.with_suffix(".json")).read_text())
    listen = listener(a.weights or a.model)
    tally = Tally(Scorers(a.eval).common.match_events)
    clips = rendered(a.data / "validation", a.clips)
    for clip in clips:
        hits = decode.confident(*listen(clip.x.astype(np.float32)), card)
        tally.add(clip, hits, clip.frames / 100)
    print(f"{len(clips)} clips\n\n{tables(tally)}")


if __name__ == "__main__":
    main()
