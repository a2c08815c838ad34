"""What a listener hears in a recording and its drum stem, as labels that say where they are sure (noisy student).

Xie, Luong, Hovy, Le: Self-training with Noisy Student improves ImageNet classification, CVPR 2020: the student hears the
recording remixed, equalised and at another pitch, and learns from what the teacher is sure of.
"""
import numpy as np
from scipy.ndimage import maximum_filter1d

from training.network import decode
from training.pieces import ACTIVATIONS, FINE, GROUPS, PIECES, UNGROUPED

SILENT = .10            # no output above this near a frame: no hit there, for sure
SURE = .60              # a group's mean over mix and stem that makes a hit
SURE_PIECE = .55        # and which piece it was
REACH = 4               # frames about a hit or a silence


def mean_of(mix, stem):
    """(activations, velocity) of both -> their mean, and the greater activations."""
    return (mix[0] + stem[0]) / 2, (mix[1] + stem[1]) / 2, np.maximum(mix[0], stem[0])


def labels(mix, stem, beats_known):
    """What was heard in mix and stem -> hits as decode.hits gives them, `sure` (frames, ACTIVATIONS) of 0 and 1.

    Pieces outside the groups are never sure to be hit, for listeners invent them; where they are silent, they are.
    """
    heard, velocity, most = mean_of(mix, stem)
    column = {name: i for i, name in enumerate(ACTIVATIONS)}
    sure = (maximum_filter1d(most, 2 * REACH + 1, axis=0, mode="constant") < SILENT).astype(np.uint8)
    hits = decode.hits(heard, velocity, {**dict.fromkeys(GROUPS, SURE), **dict.fromkeys(UNGROUPED, 2.0)})
    for hit in hits:
        n = int(round((hit["time"] - decode.ATTACK) * 100))
        near = slice(max(0, n - REACH), n + REACH + 1)
        sure[near, column[hit["group"]]] = 1
        if heard[max(0, n - 1):n + 2, column[hit["piece"]]].max() >= SURE_PIECE:
            for piece in GROUPS[hit["group"]]:
                sure[near, column[piece]] = 1
    # A weak peak beside a sure hit, of the same group, stays without weight.
    for group in GROUPS:
        doubtful = decode.peaks(most[:, column[group]], SILENT)
        kept = np.array([round((h["time"] - decode.ATTACK) * 100) for h in hits if h["group"] == group])
        for n in doubtful:
            if not len(kept) or np.abs(kept - n).min() > REACH:
                sure[max(0, int(n) - 2):int(n) + 3, [column[group], *(column[p] for p in GROUPS[group])]] = 0
    sure[:, [column["beat"], column["downbeat"]]] = beats_known
    return hits, sure


def leak(rest, hits):
    """What was heard in a band without its drums -> the share of the drums' `hits` that are heard there as well."""
    found = decode.hits(*rest, {**dict.fromkeys(GROUPS, .5), **dict.fromkeys(UNGROUPED, 2.0)})
    times = {g: np.array([h["time"] for h in found if h["group"] == g] or [-9.0]) for g in GROUPS}
    return float(np.mean([np.abs(times[h["group"]] - h["time"]).min() < .05 for h in hits])) if hits else 0.0


def events(hits):
    """-> rows (seconds, index into PIECES, velocity, 1) of a shard."""
    return [(h["time"] - decode.ATTACK, PIECES.index(FINE[h["piece"]][0] if h["piece"] != "tomFloor" else "tomFloor"),
             h["velocity"], 1) for h in hits]
