#!/usr/bin/env python3
"""Chooses thresholds and confidences:  python3 calibrate.py RUN/weights-005000.pt --data DATA --out RUN/tuned.json

For each group the threshold (in steps of 0.05) with the fewest mistakes, false alarms and misses together, a hundred hits
of any kind, averaged over three sets: held-out synthetic clips, and the drum-only and full-mix recordings of --eval/dev.
(A group's own F would be decided by chance where a set has five cymbals.) Pieces outside the groups have only the synthetic
clips. Confidence is
1 / (1 + exp(-(a * logit(activation) + b))), the chance that a peak is a hit, fitted on the same sets, each weighing the
same. Everything is rounded to what so few recordings can tell.
"""
import argparse
import json
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

import decode
from dataset import Shards
from evaluate import Scorers, recordings, weights_listener
from features import FPS
from pieces import ACTIVATIONS, FINE_OF, GROUP_OF, GROUPS, PIECES, UNGROUPED

HERE = Path(__file__).resolve().parent
NAMES = [*GROUPS, *UNGROUPED]
GRID = np.round(np.arange(0.2, 0.86, 0.05), 2)
LOWEST = 0.05           # peaks below this are no candidates
TOLERANCE = 0.05        # seconds


def candidates(activations, truth, ignored, match):
    """One recording -> {name: (activation of every peak, whether it is a hit, number of hits)}.

    truth and ignored: {name: times}; match(reference, estimate, tolerance) -> pairs of indices. Peaks near an
    inaudible hit, which are neither right nor wrong, are left out.
    """
    found = {}
    for name in NAMES:
        if name not in truth:
            continue
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
        keep = np.array([r or not len(hidden) or np.abs(hidden - t).min() > TOLERANCE for r, t in zip(right, times)], bool)
        found[name] = (height[keep], right[keep], len(truth[name]))
    return found


def merge(results):
    """Sum candidates() over recordings."""
    return {name: (np.concatenate([r[name][0] for r in results]), np.concatenate([r[name][1] for r in results]),
                   sum(r[name][2] for r in results)) for name in NAMES if all(name in r for r in results)}


def count_at(found, threshold):
    """-> hits found, peaks answered, hits there are."""
    height, right, hits = found
    chosen = height >= threshold
    return int(right[chosen].sum()), int(chosen.sum()), hits


def f_at(found, threshold):
    found, answered, hits = count_at(found, threshold)
    return 2 * found / max(1, answered + hits)


def mistakes_at(found, threshold):
    found, answered, hits = count_at(found, threshold)
    return answered + hits - 2 * found


def fit(sets):
    """[candidates of one name] -> a, b of the confidence by weighted logistic regression."""
    sets = [s for s in sets if len(s[0])]
    if not sets:
        return {"a": 1.0, "b": 0.0}
    x = np.concatenate([h for h, _, _ in sets]).clip(1e-4, 1 - 1e-4)
    y = np.concatenate([r for _, r, _ in sets])
    w = np.concatenate([np.full(len(h), 1 / len(h)) for h, _, _ in sets])
    z = np.log(x / (1 - x))
    loss = lambda p: (w * np.logaddexp(0, np.where(y, -1, 1) * (p[0] * z + p[1]))).sum() / w.sum() + .01 * (p[0] - 1) ** 2
    a, b = minimize(loss, [1.0, 0.0]).x
    return {"a": round(float(max(a, .1)), 2), "b": round(float(b), 2)}


def synthetic(folder, listen, match, clips):
    """candidates() of held-out clips of render.py."""
    shards, results = Shards(folder, clips), []
    for x, events, _, _ in shards.clips[:clips]:
        truth, ignored = {name: [] for name in NAMES}, {name: [] for name in NAMES}
        for t, piece, _, audible in events:
            name = GROUP_OF.get(PIECES[int(piece)], FINE_OF[PIECES[int(piece)]])
            (truth if audible else ignored)[name].append(float(t))
        truth = {k: [t for i, t in enumerate(sorted(v)) if i == 0 or t - sorted(v)[i - 1] > .03] for k, v in truth.items()}
        results.append(candidates(listen(x.astype(np.float32))[0], truth, ignored, match))
    return merge(results)


def real(folder, split, listen, common):
    """candidates() of the recordings of dev/audio/<split>, groups only."""
    results = []
    for name, x in recordings(folder / "dev/audio" / split):
        track = common.load_track(folder / "dev/annotations" / f"{name}.json")
        truth = {group: common.onset_times(track, group) for group in GROUPS}
        results.append(candidates(listen(x)[0], truth, {}, common.match_events))
    return merge(results)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("weights", type=Path)
    ap.add_argument("--data", type=Path, required=True)
    ap.add_argument("--eval", type=Path, default=HERE.parents[2] / "shared/eval")
    ap.add_argument("--clips", type=int, default=160)
    ap.add_argument("--out", type=Path, required=True)
    a = ap.parse_args()
    common, listen = Scorers(a.eval).common, weights_listener(a.weights)
    sets = [synthetic(a.data / "validation", listen, common.match_events, a.clips),
            real(a.eval, "drum_only", listen, common), real(a.eval, "full_mix_rebuilt", listen, common)]
    totals = [sum(found[2] for found in s.values()) for s in sets]
    tuned = {"thresholds": {}, "calibration": {}}
    print("| | threshold | F synthetic | F drum_only | F full_mix_rebuilt |\n|---|---|---|---|---|")
    for name in NAMES:
        have = [s[name] for s in sets if name in s]
        mistakes = np.array([np.mean([mistakes_at(s[name], t) / total for s, total in zip(sets, totals) if name in s])
                             for t in GRID])
        # Of all thresholds that are as good as the best but for 0.2 mistakes a hundred hits, the middle one.
        threshold = float(GRID[int(np.median(np.flatnonzero(mistakes <= mistakes.min() + .002)))])
        tuned["thresholds"][name] = threshold
        tuned["calibration"][name] = fit(have)
        print(f"| {name} | {threshold} | " + " | ".join(f"{f_at(found, threshold):.3f}" for found in have) + " |")
    a.out.write_text(json.dumps(tuned, indent=2) + "\n")


if __name__ == "__main__":
    main()
