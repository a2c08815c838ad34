"""Snares, rimshots, side sticks and claps. snare(rng, piece, style) and so on -> hit(rng, velocity) -> audio."""
import numpy as np

from training.data.synthesis.modal import (MEMBRANE_HZ, ModalBank, add, attack, band, biquad, decay, drive, glide, log_uniform, membrane, noise,
                    seconds_of, soft_mallet, sweep, unit)


def snare(rng, piece, style):
    """piece "snare" or "rimshot" (the same drum with its rim); style "acoustic", "electronic" or "chip"."""
    u = rng.random()
    if style == "chip":
        make = _chip if u < .7 else _tones
    elif style == "acoustic":
        make = _skin if u < .9 else _tones
    else:
        make = _tones if u < .6 else _burst if u < .85 else _skin
    rim = _rim(rng)
    hit = make(rng)
    tail = _tail(rng)

    def struck(rng, velocity):
        x = hit(rng, velocity)
        if piece == "rimshot":
            x = add(x, rim(rng, velocity) * np.abs(x).max())
        return tail(rng, x)
    return struck


def _wires(rng):
    """Snare wires: noise that follows the skin, set in motion a little late."""
    low, high = log_uniform(rng, 400, 3000), log_uniform(rng, 5000, 16000)
    length, late = log_uniform(rng, .08, .7), rng.uniform(.0002, .003)
    peak, q = log_uniform(rng, 1500, 7000), rng.uniform(.5, 2)
    boost, long_part = rng.uniform(0, 12), rng.uniform(0, .3)

    def hit(rng, velocity):
        n = seconds_of(length * 1.1)
        x = noise(rng, n, band(low, high * (.4 + .6 * velocity)))
        x *= attack(late, n) * ((1 - long_part) * decay(length * .5, n) + long_part * decay(length, n))
        return unit(biquad(x, "peak", peak, q, boost))
    return hit


def _skin(rng):
    """A skin of 130 (deep) to 400 Hz (piccolo), struck anywhere, with wires loose or tight, damped or ringing."""
    low = log_uniform(rng, 130, 400)
    length = log_uniform(rng, .07, .5)
    hz = np.r_[low, low * rng.uniform(1.3, 1.9), low * MEMBRANE_HZ[1:32] * rng.uniform(.95, 1.15) * rng.normal(1, .012, 31)]
    ring, ringing = int(rng.integers(3, 9)), rng.uniform(1, 4) * (rng.random() < .35)
    seconds = length * np.r_[1, .7, (1.3 + np.arange(31)) ** -rng.uniform(.2, .8)]
    seconds[ring] *= 1 + ringing
    bank = ModalBank(hz, seconds, min(1.2, float(seconds.max()) * 1.05))
    place, limit = rng.uniform(.05, .6), log_uniform(rng, 700, 4000)
    wires, level = _wires(rng), 10 ** rng.uniform(-.6, .45)
    drop, fall, stick = rng.uniform(0, 2), rng.uniform(.01, .04), 10 ** rng.uniform(-1.3, -.2)
    amount = rng.uniform(0, .35)

    def hit(rng, velocity):
        strength = np.r_[1, .6, membrane(np.clip(place + rng.normal(0, .08), 0, .95))[1:32] * 1.4]
        x = unit(glide(bank(strength * soft_mallet(hz, limit * (.35 + velocity))), drop * velocity, fall))
        w = wires(rng, velocity) * (level * velocity ** -.15)    # soft hits are mostly wires
        out = np.zeros(max(len(x), len(w)), np.float32)
        add(add(out, x), w)
        n = seconds_of(.008)
        add(out, unit(noise(rng, n, band(1500, 12000)) * decay(.006, n)) * (stick * velocity ** 1.5))
        return drive(out, amount * velocity)
    return hit


def _tones(rng):
    """One to three sines that fall a little, and noise: 808, 909, trap."""
    low, count = log_uniform(rng, 130, 330), int(rng.integers(1, 4))
    ratios = np.r_[1, rng.uniform(1.4, 2.6, 2)][:count]
    length, ratio, fall = log_uniform(rng, .05, .3), log_uniform(rng, 1, 2.5), rng.uniform(.006, .04)
    wires, level = _wires(rng), 10 ** rng.uniform(-.5, .6)
    click, amount = 10 ** rng.uniform(-1.5, -.3), rng.uniform(0, .6)

    def hit(rng, velocity):
        n = seconds_of(length)
        x = sum(np.sin(sweep(low * r * ratio, low * r, fall, n)) / (1 + i) for i, r in enumerate(ratios))
        x = x.astype(np.float32) * decay(length, n)
        w = wires(rng, velocity) * (level * (.6 + .4 * velocity))
        out = np.zeros(max(n, len(w)), np.float32)
        add(add(out, x), w)
        n = seconds_of(.003)
        return drive(add(out, noise(rng, n) * decay(.003, n) * click), amount)
    return hit


def _burst(rng):
    """Noise above all: filtered, gated or falling, as in industrial, techno and lo-fi drums."""
    low, high = log_uniform(rng, 150, 1500), log_uniform(rng, 3000, 15000)
    length, gated = log_uniform(rng, .05, .5), rng.random() < .35
    body, hz = rng.uniform(0, .8), log_uniform(rng, 150, 260)
    amount = rng.uniform(0, .8)

    def hit(rng, velocity):
        n = seconds_of(length)
        x = noise(rng, n, band(low, high * (.4 + .6 * velocity)))
        x *= decay(length * (4 if gated else 1), n)
        if gated:
            x[-min(n, 900):] *= np.linspace(1, 0, min(n, 900), dtype=np.float32)
        x = unit(x) + body * (np.sin(sweep(hz * 1.6, hz, .02, n)) * decay(length * .6, n)).astype(np.float32)
        return drive(x, amount)
    return hit


def _chip(rng):
    """A sound chip's noise channel: random levels held at a rate that may fall, with or without a square below."""
    rate, length = log_uniform(rng, 3000, 18000), log_uniform(rng, .05, .3)
    square, hz = rng.uniform(0, .8) * (rng.random() < .5), log_uniform(rng, 120, 300)

    def hit(rng, velocity):
        n = seconds_of(length)
        t = np.arange(n) / 44100
        held = rng.integers(0, 2, int(rate * length) + 3).astype(np.float32) * 2 - 1
        x = held[(t * rate * (1 - .3 * t / length)).astype(int)]
        x = x + square * np.sign(np.sin(2 * np.pi * hz * t * (1 - .3 * t / length)))
        return (x * decay(length * 1.2, n)).astype(np.float32)
    return hit


def _rim(rng):
    """The rim and shell of a rimshot: a few hard partials."""
    hz = log_uniform(rng, 380, 1100) * np.array([1, 1.9, 2.7, 3.9, 5.6]) * rng.normal(1, .06, 5)
    bank = ModalBank(hz, np.array([1, .8, .6, .4, .3]) * log_uniform(rng, .05, .25), .3)
    level = rng.uniform(.4, 1)
    return lambda rng, velocity: unit(bank(np.array([1, .8, .7, .5, .4]) * rng.uniform(.7, 1.3, 5))) * level


def _tail(rng):
    """None for most snares, else a room of its own: decaying noise, at times cut off as in the 1980s."""
    if rng.random() > .22:
        return lambda rng, x: x
    length, gated = log_uniform(rng, .12, .7), rng.random() < .5
    level, high, late = 10 ** rng.uniform(-1.2, -.2), log_uniform(rng, 2500, 9000), rng.uniform(0, .025)

    def tail(rng, x):
        n = seconds_of(length * (.7 if gated else 1))
        y = noise(rng, n, band(200, high)) * decay(length * (2.5 if gated else 1), n)
        y[-200:] *= np.linspace(1, 0, 200, dtype=np.float32)
        out = np.zeros(max(len(x), n + seconds_of(late)), np.float32)
        return add(add(out, x), y * (level * np.abs(x).max() * .4), seconds_of(late))
    return tail


def side_stick(rng, piece, style):
    """Stick on rim: two or three short woody partials and a click; electronic ones purer."""
    base = log_uniform(rng, 380, 1400)
    hz = base * np.array([1, rng.uniform(1.6, 3.8), rng.uniform(3.8, 6), rng.uniform(6, 9)])
    length = log_uniform(rng, .03, .3)
    bank = ModalBank(hz, length * np.array([1, .8, .5, .3]), length)
    strength = np.array([rng.uniform(.3, 1), 1, rng.uniform(.1, .7), rng.uniform(0, .5)])
    click, low = 10 ** rng.uniform(-.7, .3), log_uniform(rng, 150, 450)
    amount = rng.uniform(0, .6) * (style != "acoustic")

    def hit(rng, velocity):
        x = unit(bank(strength * rng.uniform(.8, 1.2, 4) * soft_mallet(hz, 1500 + 6000 * velocity)))
        n = seconds_of(.02)
        x = add(x, unit(noise(rng, n, band(500, 7000, 1)) * decay(.02, n)) * (click * velocity))
        return drive(biquad(x, "high", low), amount)
    return hit


def clap(rng, piece, style):
    """Several hands a few milliseconds apart, then a tail; or one wide burst."""
    centre, width = log_uniform(rng, 700, 2200), rng.uniform(.6, 1.8)
    count, apart = int(rng.integers(2, 6)), rng.uniform(.006, .016)
    length, level = log_uniform(rng, .06, .45), rng.uniform(.3, 1)
    short, sloppy = rng.uniform(.006, .02), rng.uniform(.02, .4) if style == "acoustic" else .03
    top = rng.uniform(0, 8)

    def hit(rng, velocity):
        n = seconds_of(count * apart + length)
        gain = band(centre / 2 ** width, centre * 2 ** width * (.6 + .4 * velocity), 1)
        envelope = np.zeros(n, np.float32)
        for i in range(count - 1):
            at = seconds_of(max(0, (i + rng.normal(0, sloppy)) * apart)) - 64
            add(envelope, decay(short * 3, seconds_of(apart)) * rng.uniform(.7, 1), at)
        add(envelope, decay(length, n) * level, seconds_of((count - 1) * apart))
        return biquad(noise(rng, n, gain) * envelope, "peak", centre, 1.5, top)
    return hit
