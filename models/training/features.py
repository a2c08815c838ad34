"""Log-magnitude, log-frequency frames: what the network hears.

44.1 kHz mono float32 in -1..1 becomes (frames, 84) float32 at 100 frames per second:

    loudness_normalise -> Hann window of 2048 -> FFT -> |magnitude| -> 84 triangles -> log10(1 + 1000 m)

The run time computes the same in TypeScript; `tests/fixtures/features` holds the pair of files by which both are
compared (`features_fixture.py`). Nothing here may change without a new network.
"""
import numpy as np
import scipy.fft

RATE = 44100
HOP = 441
WINDOW = 2048
FPS = RATE // HOP
SCALE = 1000.0          # log10(1 + SCALE * magnitude); a full-scale sine has magnitude 1
LOUDNESS = 0.1          # RMS of the loud part after loudness_normalise


def filterbank(fmin=30.0, fmax=17000.0, per_octave=12):
    """-> (WINDOW // 2 + 1, bands) float32 weights; a band is a weighted mean of FFT bins.

    Centres lie `per_octave` to the octave from `fmin` Hz, rounded to FFT bins with duplicates dropped, so the low
    bands are one bin apart. Each band is a triangle from its lower to its upper neighbour's centre and sums to 1.
    """
    bin_hz = RATE / WINDOW
    steps = np.arange(0, np.log2(fmax / fmin) * per_octave + 1)
    centres = np.unique(np.round(fmin * 2 ** (steps / per_octave) / bin_hz).astype(int))
    lower = np.r_[centres[0] - 1, centres[:-1]]
    upper = np.r_[centres[1:], centres[-1] + 1]
    weights = np.zeros((WINDOW // 2 + 1, len(centres)), np.float32)
    for band, (a, c, b) in enumerate(zip(lower, centres, upper)):
        k = np.arange(max(a, 0), b + 1)
        weights[k, band] = np.clip(np.minimum((k - a) / max(c - a, 1), (b - k) / max(b - c, 1)), 0, None)
    return weights / weights.sum(0)


FILTERBANK = filterbank()
BANDS = FILTERBANK.shape[1]
# A periodic Hann window, scaled so that a full-scale sine has magnitude 1.
HANN = (np.hanning(WINDOW + 1)[:-1] * 2 / (WINDOW / 2)).astype(np.float32)


def magnitudes(x):
    """Audio (samples,) -> band magnitudes (frames, BANDS) float32. Frame n is centred on sample n * HOP.

    Outside the audio there is silence; n runs while n * HOP <= samples.
    """
    x = np.pad(np.asarray(x, np.float32), WINDOW // 2)
    windows = np.lib.stride_tricks.sliding_window_view(x, WINDOW)[::HOP]
    out = np.empty((len(windows), BANDS), np.float32)
    for i in range(0, len(windows), 512):                       # bounds the memory of long files
        out[i:i + 512] = np.abs(scipy.fft.rfft(windows[i:i + 512] * HANN, axis=1)) @ FILTERBANK
    return out


def frames(x):
    """Audio (samples,) -> features (frames, BANDS) float32, 0 for silence. Normalise the loudness first."""
    return np.log10(1 + SCALE * magnitudes(x))


def loudness_normalise(x):
    """Scale a whole file so that the RMS over its loudest 30 % of 0.1 s blocks is LOUDNESS.

    A tail shorter than a block does not count. Digital silence stays silence: the level is taken as 1e-6 at least.
    """
    n = RATE // 10
    blocks = x[:len(x) // n * n].reshape(-1, n)
    if not len(blocks):
        return x
    loudest = np.sort(np.sqrt((blocks ** 2).mean(1)))[::-1][:max(1, int(len(blocks) * 0.3))]
    return x * (LOUDNESS / max(np.sqrt((loudest ** 2).mean()), 1e-6))


def listen(x):
    """A whole recording (samples,) at RATE -> the network's input (frames, BANDS)."""
    return frames(loudness_normalise(np.asarray(x, np.float32)))
