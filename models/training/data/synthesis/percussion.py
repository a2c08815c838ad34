"""Cowbell, tambourine, and what is no drum of the kit: hand drums, woods, shakers, blips, lasers, risers.

cowbell(rng, piece, style) and so on -> hit(rng, velocity) -> audio (samples,) float32.
"""
import numpy as np

from training.data.synthesis.modal import (MEMBRANE_HZ, ModalBank, add, attack, band, biquad, decay, drive, glide,
                                           log_uniform, membrane, noise, seconds_of, soft_mallet, sweep, unit)
from training.features import RATE


def cowbell(rng, piece, style):
    """A folded plate of metal with a few partials, or two square waves."""
    low = log_uniform(rng, 380, 950)
    length = log_uniform(rng, .08, .6)
    if style == "acoustic" or rng.random() < .3:
        hz = low * np.array([1, 1.48, 2.2, 2.95, 3.8, 5.1, 6.6, 8.3]) * rng.normal(1, .05, 8)
        bank = ModalBank(hz, length * np.arange(1, 9) ** -rng.uniform(.2, .8), length)
        strength = rng.uniform(.3, 1, 8)

        def hit(rng, velocity):
            x = unit(bank(strength * rng.uniform(.8, 1.2, 8) * soft_mallet(hz, 1500 + 7000 * velocity)))
            n = seconds_of(.005)
            return add(x, noise(rng, n, band(2000, 9000)) * decay(.005, n) * (.2 * velocity))
        return hit
    ratio, q, first = rng.uniform(1.35, 1.6), rng.uniform(.6, 3), rng.uniform(.3, .8)

    def hit(rng, velocity):
        n = seconds_of(length)
        t = np.arange(n) / RATE
        x = (np.sign((t * low) % 1 - .5) + np.sign((t * low * ratio) % 1 - .5)).astype(np.float32)
        return unit(biquad(x, "band", low * 2.2, q)) * (first * decay(length * .3, n) + (1 - first) * decay(length, n))
    return hit


def tambourine(rng, piece, style):
    """Jingles that strike several times within a few hundredths of a second, at times with a skin below."""
    hz = np.r_[rng.uniform(3500, 16000, 40), rng.uniform(2000, 5000, 4)]
    length = log_uniform(rng, .08, .5)
    bank = ModalBank(hz, length * rng.uniform(.4, 1, 44), length * 1.1)
    count, apart, skin = int(rng.integers(1, 6)), rng.uniform(.004, .022), rng.uniform(0, .4) * (rng.random() < .3)
    hissing, low = rng.uniform(.2, 1.2), log_uniform(rng, 3000, 7000)
    base = log_uniform(rng, 180, 400)

    def hit(rng, velocity):
        n = seconds_of(length * 1.1 + count * apart)
        x = np.zeros(n, np.float32)
        jingle = unit(bank(rng.lognormal(0, .5, 44), rng.uniform(0, 6.28, 44)))
        jingle += noise(rng, len(jingle), band(low, 15000)) * decay(length * .6, len(jingle)) * (hissing * .4)
        for i in range(count):
            add(x, jingle * rng.uniform(.3, 1), int(max(0, i * apart + rng.normal(0, .15 * apart)) * RATE))
        m = seconds_of(.08)
        add(x, (np.sin(sweep(base * 1.3, base, .01, m)) * decay(.08, m)).astype(np.float32) * (skin * velocity))
        return x
    return hit


def other(rng, style):
    """-> {name: hit} of some instruments that no part of a kit is."""
    names = list(OTHERS)
    return {str(name): OTHERS[str(name)](rng) for name in rng.choice(names, int(rng.integers(3, 7)), replace=False)}


def _hand_drum(rng):
    """Conga, bongo, timbale, djembe, tabla: open, muted or slapped."""
    low, length = log_uniform(rng, 130, 650), log_uniform(rng, .06, .6)
    hz = low * np.r_[1, MEMBRANE_HZ[1:24] * rng.uniform(.9, 1.3)]
    bank = ModalBank(hz, length * (1 + np.arange(24)) ** -rng.uniform(.2, .9), length)
    place, slap = rng.uniform(.2, .95), 10 ** rng.uniform(-1.8, -.2)
    drop, limit = rng.uniform(0, 3) * (rng.random() < .4), rng.uniform(3, 12) * low

    def hit(rng, velocity):
        strength = membrane(np.clip(place + rng.normal(0, .05), 0, .95))[:24] + np.r_[.3, np.zeros(23)]
        x = unit(glide(bank(strength * soft_mallet(hz, limit * (.4 + velocity))), drop, .05))
        n = seconds_of(.01)
        return add(x, noise(rng, n, band(1000, 8000)) * decay(.01, n) * (slap * velocity))
    return hit


def _wood(rng):
    """Wood block, claves, temple block, log drum."""
    low, length = log_uniform(rng, 350, 2800), log_uniform(rng, .03, .2)
    hz = low * np.array([1, rng.uniform(1.4, 2.8), rng.uniform(2.8, 5)])
    bank = ModalBank(hz, length * np.array([1, .6, .4]), length)
    strength = np.array([1, rng.uniform(.1, .7), rng.uniform(0, .4)])
    return lambda rng, velocity: unit(bank(strength * soft_mallet(hz, low * (1 + 4 * velocity))))


def _bells(rng):
    """Triangle, agogo, finger cymbals, glass: few partials, far apart."""
    low, length = log_uniform(rng, 700, 4500), log_uniform(rng, .15, 2)
    hz = low * np.cumsum(np.r_[1, rng.uniform(.3, 1.6, 7)])
    bank = ModalBank(hz, length * rng.uniform(.4, 1, 8), min(1.5, length))
    strength = rng.uniform(.2, 1, 8)
    return lambda rng, velocity: unit(bank(strength * rng.uniform(.8, 1.2, 8) * soft_mallet(hz, 4000 + 9000 * velocity)))


def _shaker(rng):
    """Shaker, maraca, cabasa, brush, guiro: noise that swells, in one go or in teeth."""
    low, length = log_uniform(rng, 1500, 8000), log_uniform(rng, .03, .25)
    rise, width = rng.uniform(.002, .06), rng.uniform(.8, 2.5)
    teeth = rng.uniform(30, 120) if rng.random() < .25 else 0

    def hit(rng, velocity):
        n = seconds_of(rise * 3 + length)
        x = noise(rng, n, band(low, low * 2 ** width)) * attack(rise, n) * decay(rise * 3 + length, n)
        if teeth:
            x *= (np.sin(np.arange(n) * (2 * np.pi * teeth / RATE)) > 0).astype(np.float32)
        return x
    return hit


def _blip(rng):
    """A short tone with or without a fall: computer games, lasers, zaps, vocal chops."""
    start, ratio = log_uniform(rng, 150, 3500), log_uniform(rng, .2, 5)
    length, kind = log_uniform(rng, .03, .35), rng.integers(3)
    formants = [(log_uniform(rng, 300, 900), 6), (log_uniform(rng, 900, 2600), 8)]

    def hit(rng, velocity):
        n = seconds_of(length)
        phase = sweep(start, start * ratio, length / 3, n)
        x = (np.sin(phase) if kind == 0 else np.sign(np.sin(phase)) if kind == 1 else phase / np.pi % 2 - 1)
        x = x.astype(np.float32)
        if kind == 2:
            x = sum(biquad(x, "band", hz, q) for hz, q in formants)
        return unit(x) * attack(.002, n) * decay(length * 1.3, n)
    return hit


def _riser(rng):
    """White noise whose filter opens, or closes, over a beat or a bar."""
    length, up = rng.uniform(.4, 2.5), rng.random() < .7
    low, high = log_uniform(rng, 200, 1500), log_uniform(rng, 4000, 15000)

    def hit(rng, velocity):
        n = seconds_of(length)
        at = np.linspace(0, 1, n, dtype=np.float32)
        at = at if up else 1 - at
        x = noise(rng, n, band(low, low * 4)) * (1 - at) + noise(rng, n, band(high / 4, high)) * at
        return unit(x * (at ** 1.5 + .05))
    return hit


def _snap(rng):
    """Fingers or tongue: a short band of noise."""
    centre, length = log_uniform(rng, 1200, 3500), rng.uniform(.03, .15)

    def hit(rng, velocity):
        n = seconds_of(length)
        return unit(biquad(noise(rng, n), "band", centre, 4) * decay(length, n))
    return hit


OTHERS = {"conga": _hand_drum, "bongo": _hand_drum, "djembe": _hand_drum, "wood": _wood, "block": _wood, "bell": _bells,
          "triangle": _bells, "shaker": _shaker, "maraca": _shaker, "blip": _blip, "laser": _blip, "riser": _riser,
          "snap": _snap}
