"""Activations -> hits and beats: the reference of what the run time does with listener.json."""
import numpy as np
from scipy.ndimage import maximum_filter1d

from training.features import FPS
from training.pieces import ACTIVATIONS, FINE, GROUPS, UNGROUPED, VELOCITIES

# Seconds from a stroke's first sample, which is what the network is taught, to where people hear and mark it.
ATTACK = 0.003
MIN_CONFIDENCE = 0.3    # hits that are wrong more than twice as often as right are left out
REACH = 2               # frames on either side that a peak must top


def peaks(activation, threshold, reach=REACH):
    """Frames (fractional, float) of the local maxima over +-`reach` frames that reach `threshold`.

    The maximum is refined by the parabola through it and its neighbours, by half a frame at most; of a plateau the
    first frame counts.
    """
    top = maximum_filter1d(activation, 2 * reach + 1, mode="constant")
    n = np.flatnonzero((activation >= threshold) & (activation == top))
    n = n[np.r_[True, np.diff(n) > reach]] if len(n) else n
    left, centre = activation[np.maximum(n - 1, 0)], activation[n]
    right = activation[np.minimum(n + 1, len(activation) - 1)]
    bend = left - 2 * centre + right
    shift = np.where(bend < -1e-6, 0.5 * (left - right) / np.where(bend < -1e-6, bend, -1), 0)
    return np.maximum(0, n + np.clip(shift, -.5, .5))


def hits(activations, velocity, thresholds):
    """-> [{"time", "group", "piece", "activation", "velocity"}] in order of time.

    activations (frames, ACTIVATIONS) and velocity (frames, VELOCITIES) as the network gives them; thresholds by group
    and by ungrouped piece. A group's peak is a hit; its piece is the group's fine output that is greatest within one
    frame of the peak. Pieces outside the groups are detected on their own outputs.
    """
    column = {name: activations[:, i] for i, name in enumerate(ACTIVATIONS)}
    found = []
    for name in [*GROUPS, *UNGROUPED]:
        for at in peaks(column[name], thresholds[name]):
            n = min(int(round(at)), len(activations) - 1)
            near = slice(max(0, n - 1), n + 2)
            piece = max(GROUPS.get(name, [name]), key=lambda p: column[p][near].max())
            found.append({"time": float(at / FPS) + ATTACK, "group": name if name in GROUPS else None, "piece": piece,
                          "activation": float(column[name][n]),
                          "velocity": float(velocity[n, VELOCITIES.index(piece)])})
    return sorted(found, key=lambda h: h["time"])


def confident(activations, velocity, card):
    """The hits that the run time keeps, each with its "confidence"; card as listener.json or `calibrate` have it."""
    found = hits(activations, velocity, card["thresholds"])
    return [h | {"confidence": c} for h in found if (c := _confidence(h, card["calibration"])) >= MIN_CONFIDENCE]


def _confidence(hit, calibration):
    c = calibration.get(hit["group"] or hit["piece"], {"a": 1, "b": 0})
    p = np.clip(hit["activation"], 1e-6, 1 - 1e-6)
    return float(1 / (1 + np.exp(-(c["a"] * np.log(p / (1 - p)) + c["b"]))))


def beats(beat, downbeat, slowest=50, fastest=215, stiffness=100.0, width=16):
    """Bar-pointer decoding: a hidden Markov model over (beat period, position), then one meter for the whole piece.

    A simple stand-in for the run time's tracker, by which the beat outputs are judged in training. `slowest` and
    `fastest` in beats a minute. -> [{"time": seconds, "beat": number in the bar from 1}]
    """
    frames = _beat_frames(beat, np.arange(int(60 * FPS / fastest), int(60 * FPS / slowest) + 1), stiffness, width)
    if len(frames) < 2:
        return []
    d = np.clip([downbeat[max(0, n - 2):n + 3].max() for n in frames], 1e-3, .999)
    evidence = np.log(d / (1 - d))
    choices = [(evidence[k::m].sum() - (0 if m == 4 else 2), m, k) for m in (4, 3) for k in range(m) if len(frames) > m]
    _, meter, first = max(choices, default=(0, 4, 0))
    return [{"time": n / FPS + ATTACK, "beat": int((i - first) % meter) + 1} for i, n in enumerate(frames)]


def _beat_frames(beat, periods, stiffness, width):
    """Viterbi path through all periods (in frames); -> the frames of its beats, snapped to the activation's maxima."""
    first = np.r_[0, np.cumsum(periods)[:-1]]
    last = first + periods - 1
    is_beat = np.zeros(int(periods.sum()), bool)
    for f, p in zip(first, periods):
        is_beat[f:f + max(1, p // width)] = True
    change = -stiffness * np.abs(periods[None, :] / periods[:, None] - 1)
    change -= np.log(np.exp(change).sum(1, keepdims=True))
    on = np.log(np.clip(beat, 1e-4, 1))
    off = np.log(np.clip((1 - beat) / (width - 1), 1e-4, 1))
    score = np.zeros(len(is_beat))
    back = np.empty((len(beat), len(periods)), np.int16)
    for n in range(len(beat)):
        enter = score[last][:, None] + change
        back[n] = enter.argmax(0)
        score[1:] = score[:-1].copy()
        score[first] = enter.max(0)
        score += np.where(is_beat, on[n], off[n])
    state = int(score.argmax())
    which = int(np.searchsorted(first, state, side="right") - 1)
    position, path = state - first[which], []
    for n in range(len(beat) - 1, -1, -1):
        if position == 0:
            path.append(n)
            which = int(back[n, which])
            position = periods[which]
        position -= 1
    snapped = set()
    for n in path:
        near = beat[max(0, n - 3):n + 6]
        snapped.add(max(0, n - 3) + int(np.argmax(near)) if near.max() > 0.05 else n)
    return sorted(snapped)
