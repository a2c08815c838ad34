"""Drums and bands -> the mixes they could have been, in the domain of features: levels, equalisers, glue, separation.

Magnitudes of unrelated sources add up as powers, so a mix costs three operations a band instead of a rendering, and no
mix is heard twice. All arrays are torch tensors (batch, frames, BANDS) of linear magnitudes unless said otherwise; `rng`
is a torch.Generator of their device.
"""
import numpy as np
import torch
from torch.nn.functional import avg_pool1d, avg_pool2d, conv1d, interpolate, max_pool1d

from training.features import FILTERBANK, LOUDNESS, RATE, SCALE, WINDOW

# Octaves of every band from 1 kHz, and above it.
OCTAVES = torch.from_numpy(np.log2(FILTERBANK.T @ np.fft.rfftfreq(WINDOW, 1 / RATE) / 1000).astype(np.float32))
TREBLE = OCTAVES.clamp(min=0)
# FFT bins that a band stands for: what its power counts in a frame's power.
_SHARE = torch.from_numpy((FILTERBANK / FILTERBANK.sum(1, keepdims=True).clip(1e-9)).sum(0).astype(np.float32))
# From the mean power of the loudest frames so counted to a mean square: measured on clips of known loudness.
POWER = 0.31
LOUDEST = .3            # share of frames whose level counts, as in features.loudness_normalise

# What a crop is: shares of crops without drums, of drums alone, of drums with another band than their own.
DRUMLESS, ALONE, FOREIGN = .06, .30, .25
BACKING_DB = (-14, 9)   # against the drums
RETUNED, SEMITONES = .5, 3                                       # share of stems at another pitch, how far off at most
SEPARATED = .22         # share of mixes that a separator has been at
# As records are mixed: shares of mixes whose band ducks under the kick, that went through a codec.
PUMPED, PUMP_DB, CODED = .15, (3, 18), .12


def linear(x):
    """Features -> magnitudes."""
    return torch.expm1(x * float(np.log(10))) / SCALE


def features_of(magnitudes):
    """Magnitudes -> features."""
    return torch.log1p(magnitudes * SCALE) / float(np.log(10))


def level(magnitudes):
    """(batch, 1, 1): about the RMS of the loudest frames."""
    power = (magnitudes ** 2 * _SHARE.to(magnitudes.device)).sum(2)
    count = max(1, int(power.shape[1] * LOUDEST))
    return torch.sqrt(POWER * power.topk(count, 1).values.mean(1))[:, None, None].clamp(min=1e-6)


def uniform(rng, *shape, low=0.0, high=1.0):
    return torch.rand(shape, generator=rng, device=rng.device) * (high - low) + low


def normal(rng, spread, *shape):
    return torch.randn(shape, generator=rng, device=rng.device) * spread


def db(x):
    """Decibels -> amplitude factors."""
    return torch.exp(x * float(np.log(10) / 20))


def _some(rng, batch, share, value):
    """(batch, 1, 1): `value` for a share of the crops, 0 for the others."""
    return torch.where(uniform(rng, batch, 1, 1) < share, value, 0.0)


def equaliser(rng, batch, spread=3):
    """-> (batch, 1, BANDS) gains: smooth and random, for one crop in three with a slope of the treble."""
    curve = interpolate(normal(rng, spread, batch, 1, 7), len(TREBLE), mode="linear", align_corners=True)
    return db(curve + _some(rng, batch, .35, uniform(rng, batch, 1, 1, low=-3.5, high=1.5)) * TREBLE.to(rng.device))


def tuning_matrix(semitones):
    """Semitones (batch,) -> (batch, BANDS, BANDS), by which magnitudes are multiplied to sound so much higher."""
    octaves = OCTAVES.to(semitones.device)
    source = octaves[None] - semitones[:, None] / 12
    low = (torch.searchsorted(octaves, source.contiguous(), right=True) - 1).clamp(0, len(octaves) - 2)
    part = ((source - octaves[low]) / (octaves[low + 1] - octaves[low])).clamp(0, 1)
    bands = torch.arange(len(octaves), device=semitones.device)
    hat = lambda at, share: (bands[None, :, None] == at[:, None, :]) * share[:, None, :]
    return hat(low, 1 - part) + hat(low + 1, part)


def tunings(rng, batch):
    """-> semitones (batch,), 0 for most."""
    some = uniform(rng, batch) < RETUNED
    return torch.where(some, uniform(rng, batch, low=-SEMITONES, high=SEMITONES), 0.0)


def glue(x, rng):
    """A bus compressor for a third of the crops: loud frames are turned down, and what follows them."""
    power = torch.sqrt((x ** 2 * _SHARE.to(x.device)).sum(2))[:, None]
    held = avg_pool1d(max_pool1d(power, 9, 1, 4), 9, 1, 4)
    decibels = 20 * torch.log10(held + 1e-5)[:, 0, :, None]
    over = (decibels - torch.quantile(decibels, .6, 1, keepdim=True)).clamp(min=0)
    return x * db(-_some(rng, len(x), .33, uniform(rng, len(x), 1, 1, high=.7)) * over)


def pump(backing, kicks, rng):
    """The band ducks under the kick and comes back, in a share of the crops. kicks (batch, frames): 1 at each."""
    batch, frames = kicks.shape
    release = uniform(rng, batch, 1, low=6, high=35)             # frames
    t = torch.arange(40, device=kicks.device)
    fall = torch.exp(-t / release).flip(1)[:, None]              # (batch, 1, 40)
    held = conv1d(torch.nn.functional.pad(kicks[None], (39, 0)), fall, groups=batch)[0].clamp(max=1)
    depth = _some(rng, batch, PUMPED, uniform(rng, batch, 1, 1, low=PUMP_DB[0], high=PUMP_DB[1]))
    return backing * db(-depth * held[:, :, None])


def code(x, rng):
    """What a codec at a low rate drops, in a share of the crops: treble far below the loudest band of the frame."""
    batch = len(x)
    margin = uniform(rng, batch, 1, 1, low=28, high=48) - 4 * (TREBLE.to(x.device) - 1).clamp(min=0)
    keep = x > x.amax(2, keepdim=True) * db(-margin)
    keep = keep | (TREBLE.to(x.device) < 1.5) | (uniform(rng, batch, 1, 1) >= CODED)
    return torch.where(keep, x, x * .05)


def separate(drums, backing, rng):
    """What a separator leaves of a mix as its drum stem: a soft mask that errs in places, and leaks.

    The mask is the drums' share of the power to a random exponent, blurred over time and frequency, with noise in
    patches; the mix comes through by at least a leak of -45 to -14 dB.
    """
    batch, frames, bands = drums.shape
    mix = drums ** 2 + backing ** 2
    share = drums ** 2 / (mix + 1e-12)
    blurred = avg_pool2d(share[:, None], (5, 3), 1, (2, 1))[:, 0]
    blur = uniform(rng, batch, 1, 1)
    patches = interpolate(normal(rng, 1, batch, 1, frames // 10 + 1, bands // 6), (frames, bands), mode="bilinear")[:, 0]
    share = ((1 - blur) * share + blur * blurred).clamp(1e-5, 1)
    exponent = torch.exp(normal(rng, .4, batch, 1, 1)) * .6
    mask = share ** exponent * db(patches * uniform(rng, batch, 1, 1) * 5)
    leak = db(uniform(rng, batch, 1, 1, low=-45, high=-14))
    return torch.sqrt(mix) * torch.maximum(mask.clamp(max=1.2), leak)


def mix(drums, backing, gains, rng, kicks=None):
    """-> features of the mixes, and what judges their hits: drums' gain (batch, 1, BANDS), drums, backing as mixed.

    gains (batch, 2) from `balance`. Each part is equalised by itself; of the crops with both, a share has been
    through a separator. kicks (batch, frames), where they are known: mixes are pumped and coded as well.
    """
    batch = len(drums)
    gain = equaliser(rng, batch) * gains[:, 0, None, None]
    drums = drums * gain
    backing = backing * equaliser(rng, batch) * gains[:, 1, None, None]
    both = (gains.prod(1) > 0)[:, None, None]
    if kicks is not None:
        backing = torch.where(both, pump(backing, kicks, rng), backing)
    stem = both & (uniform(rng, batch, 1, 1) < SEPARATED)
    whole = torch.where(stem, separate(drums, backing, rng), torch.sqrt(drums ** 2 + backing ** 2))
    hiss = torch.where(uniform(rng, batch, 1, 1) < .3, db(uniform(rng, batch, 1, 1, low=-100, high=-60)), 0.0)
    whole = torch.sqrt(glue(whole, rng) ** 2 + hiss ** 2)
    if kicks is not None:
        whole = code(whole, rng)
    scale = LOUDNESS / level(whole)
    # A separator brings back some of what a mix hides: half the backing's magnitude counts.
    return features_of(whole * scale), gain * scale, drums * scale, backing * scale * torch.where(stem, .5, 1.0)


def balance(rng, batch):
    """-> gains (batch, 2) of drums and backing; zero for crops that lack one of them."""
    u = uniform(rng, batch)
    drums = (u >= DRUMLESS).float()
    loud = 10 ** (uniform(rng, batch, low=BACKING_DB[0], high=BACKING_DB[1]) / 20)
    return torch.stack([drums, torch.where((u >= DRUMLESS) & (u < DRUMLESS + ALONE), 0.0, loud)], 1)


def disturb(x, rng):
    """Features at another level, now and then with a low-pass or a hidden run of bands."""
    batch, _, bands = x.shape
    x = features_of(linear(x) * db(normal(rng, 3, batch, 1, 1)))
    band = torch.arange(bands, device=x.device)[None, None]
    top = torch.where(uniform(rng, batch, 1, 1) < .1, uniform(rng, batch, 1, 1, low=bands - 20, high=bands).floor(), bands)
    width = uniform(rng, batch, 1, 1, low=2, high=9).floor()
    first = (uniform(rng, batch, 1, 1) * (bands - width)).floor()
    hidden = (uniform(rng, batch, 1, 1) < .2) & (band >= first) & (band < first + width)
    return torch.where((band >= top) | hidden, 0.0, x)
