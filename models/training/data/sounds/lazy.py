"""Samples of a kit that are made when they are first played."""
from collections.abc import Mapping

import numpy as np

from training.features import RATE

HEAD = RATE * 60 // 1000        # samples by which a hit's level is judged
PEAK = .9
FADE = 600                      # samples


class Lazy(Mapping):
    """A mapping whose keys are known and whose values are made when they are asked for."""

    def __init__(self, keys, make):
        self._keys, self._make, self._made = dict.fromkeys(keys), make, {}

    def __getitem__(self, key):
        if key not in self._keys:
            raise KeyError(key)
        if key not in self._made:
            self._made[key] = self._make(key)
        return self._made[key]

    def __contains__(self, key):
        return key in self._keys

    def __iter__(self):
        return iter(self._keys)

    def __len__(self):
        return len(self._keys)


def levels_of(samples):
    """Samples of a kit by piece -> Lazy mapping of kits.Kit.level: RMS of a full hit's first HEAD samples."""
    def level(piece):
        top = max(velocity for velocity, _, _ in samples[piece])
        heads = [x[:HEAD].astype(np.float32) / 32768 for velocity, x, _ in samples[piece] if velocity >= top - .15]
        return float(np.median([np.sqrt(np.mean(x ** 2)) for x in heads])) + 1e-5
    return Lazy(samples, level)


def one_shot(x, level):
    """Audio float32 of any level -> int16 with its peak at `level` (1 is PEAK) and its end faded out."""
    fade = min(len(x) // 2, FADE)
    x = x * (PEAK * level / (np.abs(x).max() + 1e-9))
    x[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return (np.clip(x, -1, 1) * 32767).astype(np.int16)
