"""The room that a drum was recorded in: part of the sample, as close microphones and sample libraries have it."""
import numpy as np
import scipy.fft

from training.data.synthesis.modal import band, decay, log_uniform, noise
from training.features import RATE

SIZE = 32768            # samples of a room's response
HEAD = 4096             # samples of a hit that set it sounding


def small_room(rng):
    """-> function audio -> audio with a room of 0.15 to 1 s behind it, at -26 to -6 dB."""
    seconds, level = log_uniform(rng, .15, 1.0), 10 ** (rng.uniform(-26, -6) / 20)
    high, low, late = log_uniform(rng, 1500, 9000), log_uniform(rng, 60, 400), int(rng.uniform(.001, .012) * RATE)
    n = min(SIZE - HEAD, int(seconds * .9 * RATE))
    dull = noise(rng, n, band(low, high / 3, 1)) * decay(seconds, n)
    bright = noise(rng, n, band(high / 3, high * 1.5, 1)) * decay(seconds * rng.uniform(.3, .7), n)
    impulse = dull + bright * rng.uniform(.2, .9)
    impulse *= level / np.sqrt((impulse ** 2).sum())
    response = scipy.fft.rfft(np.r_[np.zeros(late, np.float32), impulse].astype(np.float32), SIZE)

    def place(x):
        head = x[:HEAD].copy()
        head[-min(len(head), 400):] *= np.linspace(1, 0, min(len(head), 400), dtype=np.float32)
        wet = scipy.fft.irfft(scipy.fft.rfft(head, SIZE) * response, SIZE)[:HEAD + late + n]
        out = np.zeros(max(len(x), len(wet)), np.float32)
        out[:len(x)] = x
        out[:len(wet)] += wet
        return out
    return place
