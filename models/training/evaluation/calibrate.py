"""Chooses thresholds and confidences:  python3 -m training calibrate RUN/weights-005000.pt --data DATA --out RUN/tuned.json

The thresholds of the groups, in steps of 0.05, are those that together give the best pooled F, on average over the sets:
held-out synthetic clips, and the development sets of --eval, alone and in mixes. Those of the pieces outside the groups
give the best F over all sets (of such pieces --eval has one tambourine). Confidence is
1 / (1 + exp(-(a * logit(activation) + b))), the chance that a peak is a hit, fitted on the same sets, each weighing the
same. Everything is rounded to the precision that so few recordings allow.
"""
import argparse
import json
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from training import paths
from training.evaluation.evaluate import SETS, Scorers, listener, recordings
from training.features import FPS
from training.network import decode
from training.evaluation.clips import rendered
from training.pieces import ACTIVATIONS, FINE_OF, GROUPS, GROUP_OF, PIECES, UNGROUPED

NAMES = [*GROUPS, *UNGROUPED]
GRID = np.round(np.arange(0.2, 0.86, 0.05), 2)
LOWEST = 0.05           # peaks below this are no candidates
TOLERANCE = 0.05        # seconds
RARE = 0.4              # least threshold of pieces outside the groups: an invented one disturbs more than a missed one


def candidates(activations, truth, ignored, match):
    """One recording -> {name: (activation of every peak, whether it is a hit, number of hits)} of NAMES.

    truth and ignored: {name: times}; match(reference, estimate, tolerance) -> pairs of indices. Peaks near an
    inaudible hit, which are neither right nor wrong, are left out.
    """
    found = {}
    for name in NAMES:
        a = activations[:, ACTIVATIONS.index(name)]
        at = decode.peaks(a, LOWEST)
        height = a[np.minimum(np.round(at).astype(int), len(a) - 1)]
        times, reference = at / FPS, sorted(truth[name])
        # Greatest first, so that a weak peak beside a strong one does not take its hit.
        right = np.zeros(len(times), bool)
        for threshold in (0.5, LOWEST):
            strong = np.flatnonzero((height >= threshold) & ~right)
            right[strong[[j for _, j in match(reference, list(times[strong]), TOLERANCE)]]] = True
            taken = times[right]
            reference = [t for t in reference if not len(taken) or np.abs(taken - t).min() > TOLERANCE]
        hidden = np.array(ignored.get(name, []))
        keep = np.array([r or not len(hidden) or np.abs(hidden - t).min() > TOLERANCE
                         for r, t in zip(right, times)], bool)
        found[name] = (height[keep], right[keep], len(truth[name]))
    return found


def merge(results):
    """Sum candidates() over recordings."""
    return {name: (np.concatenate([r[name][0] for r in results]), np.concatenate([r[name][1] for r in results]),
                   sum(r[name][2] for r in results)) for name in NAMES}


def count_at(found, threshold):
    """-> hits found, peaks answered, hits there are."""
    height, right, hits = found
    chosen = height >= threshold
    return int(right[chosen].sum()), int(chosen.sum()), hits


def f_of(counts):
    """F-measure of summed counts_at()."""
    found, answered, hits = np.sum(counts, axis=0)
    return 2 * found / max(1, answered + hits)


def middle_of_best(scores, slack=.002):
    """The threshold in the middle of all that score within `slack` of the best."""
    return float(GRID[int(np.median(np.flatnonzero(scores >= np.max(scores) - slack)))])


def choose(sets):
    """-> {name: threshold}. Groups in turn, three times over, each given the others'."""
    chosen = dict.fromkeys(NAMES, 0.5)

    def pooled(found, group, threshold):
        return f_of([count_at(found[g], threshold if g == group else chosen[g]) for g in GROUPS])

    for _ in range(3):
        for group in GROUPS:
            chosen[group] = middle_of_best([np.mean([pooled(s, group, t) for s in sets]) for t in GRID])
    for name in UNGROUPED:
        chosen[name] = middle_of_best([f_of([count_at(s[name], t) for s in sets]) if t >= RARE else 0 for t in GRID])
    return chosen


def fit(sets):
    """[candidates of one name] -> a, b of the confidence by weighted logistic regression."""
    sets = [s for s in sets if len(s[0])]
    if not sets:
        return {"a": 1.0, "b": 0.0}
    x = np.concatenate([h for h, _, _ in sets]).clip(1e-4, 1 - 1e-4)
    y = np.concatenate([r for _, r, _ in sets])
    w = np.concatenate([np.full(len(h), 1 / len(h)) for h, _, _ in sets])
    z = np.log(x / (1 - x))
    sign = np.where(y, -1, 1)
    loss = lambda p: (w * np.logaddexp(0, sign * (p[0] * z + p[1]))).sum() / w.sum() + .01 * (p[0] - 1) ** 2
    a, b = minimize(loss, [1.0, 0.0]).x
    return {"a": round(float(max(a, .1)), 2), "b": round(float(b), 2)}


def synthetic(folder, listen, match, clips):
    """candidates() of held-out clips of `render`."""
    results = []
    for clip in rendered(folder, clips):
        truth, ignored = {name: [] for name in NAMES}, {name: [] for name in NAMES}
        for t, piece, _, audible in clip.events:
            name = GROUP_OF.get(PIECES[int(piece)], FINE_OF[PIECES[int(piece)]])
            (truth if audible else ignored)[name].append(float(t))
        # Two pieces of a group at once are one hit of the group.
        truth = {name: [t for t, before in zip(times, [-1, *times]) if t - before > .03]
                 for name, times in ((name, sorted(times)) for name, times in truth.items())}
        results.append(candidates(listen(clip.x.astype(np.float32))[0], truth, ignored, match))
    return merge(results)


def real(eval_folder, folder, split, listen, common):
    """candidates() of the recordings of one set; of pieces outside the groups only tambourines are annotated."""
    results = []
    for name, x in recordings(eval_folder / folder / "audio" / split):
        track = common.load_track(eval_folder / folder / "annotations" / f"{name}.json")
        truth = {group: common.onset_times(track, group) for group in GROUPS} | {piece: [] for piece in UNGROUPED}
        truth["tambourine"] = [o["time"] for o in track["onsets_mdb"]["subclass"] if o["class"] == "TMB"] \
            if track["onsets_mdb"] else []
        results.append(candidates(listen(x)[0], truth, {}, common.match_events))
    found = merge(results)
    if folder == "dev_modules":                                  # its claps are annotated as snares
        found |= {name: (np.zeros(0), np.zeros(0, bool), 0) for name in UNGROUPED}
    return found


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("weights", type=Path)
    ap.add_argument("--data", type=Path, required=True)
    ap.add_argument("--eval", type=Path, default=paths.EVAL)
    ap.add_argument("--clips", type=int, default=160)
    ap.add_argument("--out", type=Path, required=True)
    a = ap.parse_args()
    common, listen = Scorers(a.eval).common, listener(a.weights)
    sets = [synthetic(a.data / "validation", listen, common.match_events, a.clips),
            *(real(a.eval, folder, split, listen, common) for _, folder, split, _ in SETS)]
    tuned = {"thresholds": choose(sets), "calibration": {}}
    print("| | threshold | synthetic | " + " | ".join(name for name, *_ in SETS) + " |\n|---|---|---|" + "---|" * len(SETS))
    for name, threshold in tuned["thresholds"].items():
        tuned["calibration"][name] = fit([s[name] for s in sets])
        scores = [f"{f_of([count_at(s[name], threshold)]):.3f}" if s[name][2] else "-" for s in sets]
        print(f"| {name} | {threshold} | " + " | ".join(scores) + " |")
    a.out.write_text(json.dumps(tuned, indent=2) + "\n")


if __name__ == "__main__":
    main()
