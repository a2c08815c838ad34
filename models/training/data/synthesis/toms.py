"""Toms, from roto toms to floor toms, skins and sines. tom(rng, piece, style) -> hit(rng, velocity) -> audio."""
import numpy as np

from training.data.synthesis.modal import (MEMBRANE_HZ, ModalBank, add, attack, band, biquad, decay, drive, glide,
                                           log_uniform, membrane, noise, seconds_of, soft_mallet, sweep, unit)

ORDER = ["tomFloor", "tomLow", "tomMid", "tomHigh"]
ROTO_SHARE = .15        # of sets that are small drums, an octave higher


def tom(rng, piece, style):
    """With one seed the four pieces are one set: alike but for their pitch, which rises in ORDER."""
    roto = rng.random() < ROTO_SHARE
    lowest = log_uniform(rng, 50, 98) * (1.8 if roto else 1)
    hz = lowest * np.prod(np.r_[1, rng.uniform(1.12, 1.4, 3)][:ORDER.index(piece) + 1])
    skin = rng.random() < {"acoustic": .92, "electronic": .25, "chip": .05}[style]
    make = _skin if skin else _chip if style == "chip" and rng.random() < .6 else _sine
    return make(rng, hz, (lowest / hz) ** rng.uniform(.2, .9))


def _skin(rng, hz, shorter):
    """Two coupled skins and a shell; damped or ringing; the pitch falls after a hard hit."""
    length = (log_uniform(rng, .3, .9) if rng.random() < .35 else log_uniform(rng, .9, 3)) * shorter
    coupled = rng.uniform(1.2, 1.8)
    bank_hz = hz * np.r_[1, coupled, MEMBRANE_HZ[1:32] * rng.uniform(.9, 1.1) * rng.normal(1, .01, 31)]
    steep = rng.uniform(.3, 1)
    bank = ModalBank(bank_hz, length * np.r_[1, rng.uniform(.4, 1), (1.4 + np.arange(31)) ** -steep], min(2, length))
    place, limit = rng.uniform(.1, .55), log_uniform(rng, 2.2, 9) * hz
    front, drop, fall = rng.uniform(0, .6), rng.uniform(0, 3.5), rng.uniform(.02, .12)
    stick, low = 10 ** rng.uniform(-1.2, 0), log_uniform(rng, 800, 4000)
    wires = 10 ** rng.uniform(-2.4, -1.1) * (rng.random() < .5)  # the snare's wires buzz along
    amount = rng.uniform(0, .25)

    def hit(rng, velocity):
        strength = np.r_[1, front, membrane(np.clip(place + rng.normal(0, .06), 0, .95))[1:32]]
        x = unit(glide(bank(strength * soft_mallet(bank_hz, limit * (.4 + velocity))), drop * velocity, fall))
        n = seconds_of(.012)
        add(x, unit(noise(rng, n, band(low, low * 4)) * decay(.012, n)) * (stick * velocity ** 1.3))
        n = min(len(x), seconds_of(.3))
        add(x, noise(rng, n, band(1500, 9000)) * decay(.25, n) * attack(.004, n) * wires)
        return drive(x, amount * velocity)
    return hit


def _sine(rng, hz, shorter):
    """A falling sine or triangle: 808, Simmons, disco."""
    ratio, fall = log_uniform(rng, 1.02, 3.2), log_uniform(rng, .015, .25)
    length = log_uniform(rng, .12, 1.2) * shorter
    hiss, low, short = 10 ** rng.uniform(-2.5, -.5), log_uniform(rng, 300, 3000), rng.uniform(.1, 1)
    second, amount = rng.uniform(0, .6) * (rng.random() < .4), rng.uniform(0, .5)
    triangle = rng.random() < .3

    def hit(rng, velocity):
        n = seconds_of(length * 1.05)
        start = hz * (1 + (ratio - 1) * (.5 + .5 * velocity))
        x = np.sin(sweep(start, hz, fall, n)) + second * np.sin(sweep(start * 1.5, hz * 1.5, fall, n))
        x = (np.arcsin(np.clip(x, -1, 1)) if triangle else x).astype(np.float32) * decay(length, n) * attack(.0005, n)
        x += noise(rng, n, band(low, low * 5)) * decay(length * short * .4, n) * (hiss * velocity)
        return drive(x, amount)
    return hit


def _chip(rng, hz, shorter):
    """A falling square or stepped triangle of a sound chip."""
    ratio, length = log_uniform(rng, 1.3, 4), log_uniform(rng, .08, .35) * shorter
    levels, square = int(rng.choice([4, 8, 16])), rng.random() < .4

    def hit(rng, velocity):
        n = seconds_of(length)
        phase = sweep(hz * ratio, hz * .8, length / 3, n) / (2 * np.pi) % 1
        x = np.where(phase < .5, 1., -1.) if square else np.round((4 * np.abs(phase - .5) - 1) * levels) / levels
        return biquad(x.astype(np.float32) * decay(length * 1.3, n), "low", 3000 + 8000 * velocity)
    return hit
