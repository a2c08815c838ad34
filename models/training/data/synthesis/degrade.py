"""One-shots as cheap samplers, tracker modules and sound cards leave them."""
import numpy as np

from training.data.synthesis.modal import log_uniform
from training.features import RATE


def cheapen(rng):
    """-> function audio -> audio of one machine: rate, bits, interpolation, clipping, length."""
    rate = float(rng.choice([8363, 11025, 16000, 22050, 27000])) * rng.uniform(.95, 1.05)
    bits = int(rng.choice([4, 6, 8, 8, 8, 12]))
    smooth, held = rng.random() < .4, rng.random() < .5          # a filter before the converter, and none after it
    clip = rng.uniform(.25, .9) if rng.random() < .35 else 1
    longest = log_uniform(rng, .12, .8) if rng.random() < .4 else None

    def convert(x):
        if longest:
            x = x[:int(longest * RATE)]
        x = np.clip(x, -clip, clip) / clip
        step = RATE / rate
        if smooth:
            width = max(1, round(step))
            x = np.convolve(x, np.full(width, 1 / width, np.float32))[:len(x)]
        few = np.interp(np.arange(0, len(x), step), np.arange(len(x)), x)
        few = np.round(few * 2 ** (bits - 1)) / 2 ** (bits - 1)
        at = np.arange(len(x)) / step
        y = few[np.minimum(at.astype(int), len(few) - 1)] if held else np.interp(at, np.arange(len(few)), few)
        return y.astype(np.float32)
    return convert
