"""Stems -> the mixes they could have been, in the domain of features: levels, equalisers, glue, separation.

Magnitudes of unrelated sources add up as powers, so a mix costs three operations a band instead of a rendering, and no
mix is heard twice. All arrays are torch tensors (batch, frames, BANDS) of linear magnitudes unless said otherwise.
"""
import numpy as np
import torch
from torch.nn.functional import avg_pool1d, avg_pool2d, interpolate

from training.features import FILTERBANK, LOUDNESS, RATE, SCALE, WINDOW

# Octaves of every band from 1 kHz, and above it.
OCTAVES = np.log2(FILTERBANK.T @ np.fft.rfftfreq(WINDOW, 1 / RATE) / 1000).astype(np.float32)
TREBLE = torch.from_numpy(np.maximum(0, OCTAVES))
# FFT bins that a band stands for: what its power counts in a frame's power.
_SHARE = torch.from_numpy((FILTERBANK / FILTERBANK.sum(1, keepdims=True).clip(1e-9)).sum(0).astype(np.float32))
# From the mean power of the loudest frames so counted to a mean square: measured on clips of known loudness.
POWER = 0.31
LOUDEST = .3            # share of frames whose level counts, as in features.loudness_normalise

# What a crop is: shares of crops without drums, of drums alone, of drums with another clip's backing.
DRUMLESS, ALONE, FOREIGN = .06, .30, .25
BACKING_DB = (-14, 9)   # against the drums
RETUNED, SEMITONES = .5, 3                                       # share of stems at another pitch, how far off at most
SEPARATED = .22         # share of mixes that a separator has been at


def linear(x):
    """Features -> magnitudes."""
    return torch.expm1(x * float(np.log(10))) / SCALE


def features_of(magnitudes):
    """Magnitudes -> features."""
    return torch.log1p(magnitudes * SCALE) / float(np.log(10))


def level(magnitudes):
    """(batch, 1, 1): about the RMS of the loudest frames."""
    power = (magnitudes ** 2 * _SHARE).sum(2)
    count = max(1, int(power.shape[1] * LOUDEST))
    return torch.sqrt(POWER * power.topk(count, 1).values.mean(1))[:, None, None].clamp(min=1e-6)


def _random(rng, *shape):
    return torch.from_numpy(rng.random(shape).astype(np.float32))


def _normal(rng, spread, *shape):
    return torch.from_numpy(rng.normal(0, spread, shape).astype(np.float32))


def _db(x):
    return torch.exp(x * float(np.log(10) / 20))


def equaliser(rng, batch, spread=3):
    """-> (batch, 1, BANDS) gains: smooth and random, for one crop in three with a slope of the treble."""
    curve = interpolate(_normal(rng, spread, batch, 1, 7), len(TREBLE), mode="linear", align_corners=True)
    slope = torch.where(_random(rng, batch, 1, 1) < .35, _random(rng, batch, 1, 1) * 5 - 3.5, 0.0)
    return _db(curve + slope * TREBLE)


def retune(x, semitones):
    """Magnitudes (batch, frames, BANDS) as they were of drums or a band tuned higher by semitones (batch,)."""
    source = OCTAVES[None] - semitones[:, None] / 12
    place = np.interp(source, OCTAVES, np.arange(len(OCTAVES)))
    low = np.minimum(place.astype(int), len(OCTAVES) - 2)
    part = torch.from_numpy((place - low).astype(np.float32))[:, None]
    at = lambda bands: x.gather(2, torch.from_numpy(bands)[:, None].expand_as(x))
    return at(low) * (1 - part) + at(low + 1) * part


def tunings(rng, batch):
    """-> semitones (batch,) float32 for `retune`, 0 for most."""
    return np.where(rng.random(batch) < RETUNED, rng.uniform(-SEMITONES, SEMITONES, batch), 0).astype(np.float32)


def glue(x, rng):
    """A bus compressor for a third of the crops: loud frames are turned down, and what follows them."""
    power = torch.sqrt((x ** 2 * _SHARE).sum(2, keepdim=True))
    held = torch.nn.functional.max_pool1d(power.transpose(1, 2), 9, 1, 4).transpose(1, 2)
    decibels = 20 * torch.log10(avg_pool1d(held.transpose(1, 2), 9, 1, 4).transpose(1, 2) + 1e-5)
    over = (decibels - torch.quantile(decibels, .6, 1, keepdim=True)).clamp(min=0)
    amount = torch.where(_random(rng, len(x), 1, 1) < .33, _random(rng, len(x), 1, 1) * .7, 0.0)
    return x * _db(-amount * over)


def separate(drums, backing, rng):
    """What a separator leaves of a mix as its drum stem: a soft mask that errs in places, and leaks.

    The mask is the drums' share of the power to a random exponent, blurred over time and frequency, with noise in
    patches; the mix comes through by at least a leak of -45 to -14 dB.
    """
    batch, frames, bands = drums.shape
    mix = drums ** 2 + backing ** 2
    share = drums ** 2 / (mix + 1e-12)
    blurred = avg_pool2d(share[:, None], (5, 3), 1, (2, 1))[:, 0]
    blur = _random(rng, batch, 1, 1)
    patches = interpolate(_normal(rng, 1, batch, 1, frames // 10 + 1, bands // 6), (frames, bands), mode="bilinear")[:, 0]
    share = ((1 - blur) * share + blur * blurred).clamp(1e-5, 1)
    exponent = torch.exp(_normal(rng, .4, batch, 1, 1)) * .6
    mask = share ** exponent * _db(patches * _random(rng, batch, 1, 1) * 5)
    leak = _db(_random(rng, batch, 1, 1) * 31 - 45)
    return torch.sqrt(mix) * torch.maximum(mask.clamp(max=1.2), leak)


def mix(drums, backing, gains, rng):
    """-> features of the mixes, and what judges their hits: drums' gain (batch, 1, BANDS), drums, backing as mixed.

    gains (batch, 2) from `balance`. Each part is equalised by itself; of the crops with both, a share has been
    through a separator.
    """
    gain = equaliser(rng, len(drums)) * gains[:, 0, None, None]
    drums = drums * gain
    backing = backing * equaliser(rng, len(drums)) * gains[:, 1, None, None]
    both = (gains.prod(1) > 0)[:, None, None]
    stem = both & (_random(rng, len(drums), 1, 1) < SEPARATED)
    whole = torch.where(stem, separate(drums, backing, rng), torch.sqrt(drums ** 2 + backing ** 2))
    hiss = torch.where(_random(rng, len(drums), 1, 1) < .3, _db(_random(rng, len(drums), 1, 1) * 40 - 100), 0.0)
    whole = torch.sqrt(glue(whole, rng) ** 2 + hiss ** 2)
    scale = LOUDNESS / level(whole)
    # A separator brings back some of what a mix hides: half the backing's magnitude counts.
    return features_of(whole * scale), gain * scale, drums * scale, backing * scale * torch.where(stem, .5, 1.0)


def balance(rng, batch):
    """-> gains (batch, 2) of drums and backing; zero for crops that lack one of them."""
    gains = np.ones((batch, 2), np.float32)
    gains[:, 1] = 10 ** (rng.uniform(*BACKING_DB, batch) / 20)
    u = rng.random(batch)
    gains[u < DRUMLESS, 0] = 0
    gains[(u >= DRUMLESS) & (u < DRUMLESS + ALONE), 1] = 0
    return torch.from_numpy(gains)


def disturb(x, rng):
    """Features at another level, now and then with a low-pass or a hidden run of bands."""
    batch, _, bands = x.shape
    x = features_of(linear(x) * _db(_normal(rng, 3, batch, 1, 1)))
    for i in range(batch):
        if rng.random() < .1:
            x[i, :, int(rng.integers(bands - 20, bands)):] = 0
        if rng.random() < .2:
            width = int(rng.integers(2, 9))
            first = int(rng.integers(0, bands - width))
            x[i, :, first:first + width] = 0
    return x
