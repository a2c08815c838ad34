"""Bass drums: swept sines, struck skins, chips. kick(rng, piece, style) -> hit(rng, velocity) -> audio (samples,) float32."""
import numpy as np

from training.data.synthesis.modal import (MEMBRANE_HZ, ModalBank, add, attack, band, biquad, decay, drive, glide, log_uniform, membrane, noise,
                    seconds_of, soft_mallet, sweep, unit)

# The lowest note: a hard limit of what is still a bass drum.
STYLES = {"acoustic": [("skin", .85), ("sine", .15)], "electronic": [("sine", .8), ("skin", .1), ("thin", .1)],
          "chip": [("chip", .6), ("sine", .25), ("thin", .15)]}


def kick(rng, piece, style):
    names, odds = zip(*STYLES[style])
    return {"skin": _skin, "sine": _sine, "thin": _thin, "chip": _chip}[str(rng.choice(names, p=odds))](rng)


def _click(rng):
    """The beater, or the edge of an electronic kick."""
    low, width = log_uniform(rng, 700, 6000), rng.uniform(.5, 2.5)
    length, kind = log_uniform(rng, .002, .02), rng.random()

    def hit(rng, velocity):
        n = seconds_of(length * 2)
        if kind < .5:
            x = noise(rng, n, band(low / 2 ** width, low * 2 ** width * (.5 + .5 * velocity)))
        else:
            x = np.sin(sweep(low * (.6 + .6 * velocity), low / 4, length / 3, n)).astype(np.float32)
        return unit(x * decay(length, n))
    return hit


def _sine(rng):
    """A falling sine: deep and long (808), short and hard (909), distorted (hardstyle), anything between."""
    end = log_uniform(rng, 36, 72)
    ratio, fall = log_uniform(rng, 1.3, 9), log_uniform(rng, .006, .07)
    more, faster = end * rng.uniform(0, 30) * (rng.random() < .5), rng.uniform(4, 16)
    length = log_uniform(rng, .12, .6) if rng.random() < .7 else log_uniform(rng, .6, 2.4)
    hold = rng.uniform(0, .08) * (rng.random() < .5)
    amount = rng.uniform(0, .45) if rng.random() < .6 else rng.uniform(.5, 1)
    level, hiss = 10 ** rng.uniform(-2, -.2), 10 ** rng.uniform(-3, -1)
    low_pass = log_uniform(rng, 400, 12000)
    click = _click(rng)
    shape = rng.choice(["sine", "triangle", "bent"], p=[.7, .15, .15])

    def hit(rng, velocity):
        n = seconds_of(hold + length * 1.05)
        phase = sweep(end * (1 + (ratio - 1) * (.6 + .4 * velocity)), end * (1 + rng.normal(0, .002)), fall, n, more, faster)
        x = np.sin(phase).astype(np.float32)
        if shape == "triangle":
            x = np.arcsin(x) * (2 / np.pi)
        elif shape == "bent":
            x = np.sin(phase + .8 * x).astype(np.float32)
        held = seconds_of(hold)
        x[held:] *= decay(length, n - held)
        x = drive(x * attack(.0004, n), amount * (.5 + .5 * velocity))
        x = biquad(x, "low", low_pass * (.5 + .5 * velocity))
        x += noise(rng, n, band(100, 5000)) * decay(min(length, .15), n) * hiss
        return add(x, click(rng, velocity) * (level * velocity ** 1.2))
    return hit


def _skin(rng):
    """Two skins and a shell, a beater of felt, wood or plastic, damped by a pillow or ringing."""
    low = log_uniform(rng, 40, 82)
    coupled = rng.uniform(1.15, 1.8)                             # the front skin
    length = log_uniform(rng, .1, .5) if rng.random() < .75 else log_uniform(rng, .5, 1.3)
    hz = np.r_[low, low * coupled, low * MEMBRANE_HZ[1:30] * rng.uniform(.9, 1.3) * rng.normal(1, .01, 29)]
    seconds = length * np.r_[1, rng.uniform(.4, 1), (1 + np.arange(29)) ** -rng.uniform(.3, .9) * rng.uniform(.3, .9)]
    bank = ModalBank(hz, seconds, length * 1.05)
    limit, place = log_uniform(rng, 120, 700), rng.uniform(.02, .35)
    front = rng.uniform(0, .7)
    level, drop, fall = 10 ** rng.uniform(-1.3, .15), rng.uniform(0, 5), rng.uniform(.01, .06)
    air, air_low = 10 ** rng.uniform(-2.4, -.9), log_uniform(rng, 60, 300)
    scoop, top = rng.uniform(-12, 2), rng.uniform(0, 9)
    click = _click(rng)
    amount = rng.uniform(0, .3)

    def hit(rng, velocity):
        strength = np.r_[1, front, membrane(np.clip(place + rng.normal(0, .03), 0, 1))[1:30]]
        strength = strength * soft_mallet(hz, limit * (.5 + velocity))
        x = unit(glide(bank(strength), drop * velocity, fall))
        n = len(x)
        x += noise(rng, n, band(air_low, air_low * 12)) * decay(length * .5, n) * air
        x = add(x, click(rng, velocity) * (level * velocity))
        x = biquad(biquad(x, "peak", 350, .8, scoop), "peak", 4000, .7, top * velocity)
        return drive(x, amount * velocity)
    return hit


def _thin(rng):
    """Without any sub: a knock, as small machines, old rhythm boxes and high-passed mixes have it."""
    hz = log_uniform(rng, 85, 150)
    length, limit = log_uniform(rng, .05, .25), hz * rng.uniform(.7, 1.3)
    ratio, fall = rng.uniform(1, 3), rng.uniform(.005, .03)
    click, level = _click(rng), 10 ** rng.uniform(-1.5, 0)

    def hit(rng, velocity):
        n = seconds_of(length)
        x = np.sin(sweep(hz * ratio, hz, fall, n)).astype(np.float32) * decay(length, n)
        return biquad(add(x, click(rng, velocity) * (level * velocity)), "high", limit)
    return hit


def _chip(rng):
    """A sound chip's bass drum: a triangle or square falling in steps, or with a burst of noise."""
    start, end = log_uniform(rng, 180, 700), log_uniform(rng, 35, 70)
    length, fall = log_uniform(rng, .06, .25), rng.uniform(.01, .05)
    square, frame = rng.random() < .4, seconds_of(1 / rng.choice([50, 60, 120, 200]))
    burst = rng.uniform(0, .6) * (rng.random() < .5)
    levels = int(rng.choice([4, 8, 16]))

    def hit(rng, velocity):
        n = seconds_of(length)
        steps = np.repeat(end + (start - end) * np.exp(-np.arange(n // frame + 1) * frame / (fall * 44100)), frame)[:n]
        phase = np.cumsum(steps) / 44100 % 1
        x = np.where(phase < .5, 1., -1.) if square else np.round((4 * np.abs(phase - .5) - 1) * levels) / levels
        x = add(x.astype(np.float32), noise(rng, seconds_of(.02)) * burst)
        return x * decay(length * 1.4, n)
    return hit
