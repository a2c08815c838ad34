"""Hi-hats and cymbals. hat(rng, piece, style), cymbal(rng, piece, style) -> hit(rng, velocity) -> audio (samples,).

With one seed the four hats are one pair of cymbals, from closed to open a continuum of how long they ring.
"""
import numpy as np

from training.data.synthesis.modal import (ModalBank, add, attack, band, biquad, decay, drive, log_uniform, noise,
                                           seconds_of, unit)
from training.features import RATE

# Seconds to -60 dB: from, to.
RINGING = {"hihatClosed": (.06, .5), "hihatPedal": (.08, .45), "hihatHalfOpen": (.4, 1.1), "hihatOpen": (1.0, 3.5)}
CRASH_808 = np.array([205.3, 304.4, 369.6, 522.7, 540.0, 800.0])      # Hz, oscillators of the TR-808's cymbals


def squares(rng, base, spread):
    """-> source(n): six square waves a few inharmonic steps apart."""
    hz = (CRASH_808 if rng.random() < .5 else np.sort(rng.uniform(1, rng.uniform(2.5, 5), 6)) * 200) * base * \
        rng.normal(1, spread, 6)
    phases = rng.random(6)

    def source(rng, n):
        t = np.arange(n, dtype=np.float32) / RATE
        return sum(np.sign((t * f + p) % 1 - .5) for f, p in zip(hz, phases)).astype(np.float32) / 3
    return source


def modulated(rng):
    """-> source(n): frequency modulation with ratios that are no whole numbers."""
    carrier, ratio, index = log_uniform(rng, 1500, 6000), rng.uniform(1.2, 3.8), rng.uniform(1.5, 12)
    own = rng.uniform(0, 3)

    def source(rng, n):
        t = np.arange(n) * (2 * np.pi * carrier / RATE)
        inner = np.sin(t * ratio * 1.41)
        return np.sin(t + index * np.sin(t / ratio + own * inner)).astype(np.float32)
    return source


def hiss(rng):
    """-> source(n): noise with a few peaks."""
    peaks = [(log_uniform(rng, 3000, 12000), rng.uniform(1, 8), rng.uniform(3, 15)) for _ in range(rng.integers(0, 4))]

    def source(rng, n):
        x = noise(rng, n)
        for hz, q, gain in peaks:
            x = biquad(x, "peak", hz, q, gain)
        return x / 2
    return source


def held(rng):
    """-> source(n): a sound chip's noise, levels held at a rate."""
    rate, levels = log_uniform(rng, 9000, 30000), int(rng.choice([2, 2, 16]))

    def source(rng, n):
        x = rng.integers(0, levels, int(n * rate / RATE) + 2) * (2 / (levels - 1)) - 1
        return x[(np.arange(n) * (rate / RATE)).astype(int)].astype(np.float32)
    return source


def plate(rng, lowest, count, seconds, steep, rise=0.0, length=None, knee=None):
    """-> source(n): a metal plate, `count` modes as dense everywhere, high ones shorter by the power `steep`.

    Below `knee` Hz modes are weaker the lower they are. With `rise` (seconds) energy reaches the high modes only little by little, as in a cymbal struck hard.
    """
    hz = np.sort(np.r_[lowest * np.array([1, 1.6, 2.3]) * rng.normal(1, .05, 3), rng.uniform(lowest, 16500, count - 3)])
    lengths = np.clip(seconds * (hz / 1500) ** -steep * rng.lognormal(0, .3, count), .02, 8)
    tilt = np.interp(np.log2(hz), np.linspace(np.log2(lowest), 14.1, 6), rng.normal(0, 5, 6))
    fixed = 10 ** (tilt / 20) * rng.lognormal(0, .6, count)
    if knee:
        fixed *= np.minimum(1, hz / knee) ** rng.uniform(.5, 2)
    risen = rise * np.clip(hz / 5000, 0, 1.5)
    bank = []

    def source(rng, n, velocity=1.0):
        if not bank:
            at = length or n / RATE
            bank.append(ModalBank(np.r_[hz, hz], np.r_[lengths, 1 / (1 / lengths + 1 / np.maximum(risen * 6.9, .004))], at)
                        if rise else ModalBank(hz, lengths, at))
        strength = fixed * rng.lognormal(0, .25, count) / (1 + (hz / (2500 + 14000 * velocity ** 1.5)) ** 2)
        phases = rng.uniform(0, 2 * np.pi, count)
        kept = np.where(risen > .002, .95, 0)
        x = bank[0](np.r_[strength, -kept * strength], np.r_[phases, phases]) if rise else bank[0](strength, phases)
        return x / (np.sqrt(np.mean(x[:3000] ** 2)) + 1e-9) / 2
    return source


def _hat_source(rng, style, long):
    if style == "acoustic":
        first = plate(rng, log_uniform(rng, 280, 700), 260, rng.uniform(3, 6), rng.uniform(0, .35), length=long)
        return first, hiss(rng), rng.uniform(.1, .9)
    makers = [held, held, hiss, lambda r: squares(r, log_uniform(r, .8, 2.2), .02)] if style == "chip" else \
        [hiss, hiss, lambda r: squares(r, log_uniform(r, .8, 2.5), .02), modulated,
         lambda r: plate(r, log_uniform(r, 300, 900), 150, 4, .2, length=long)]
    one, two = (makers[i](rng) for i in rng.integers(0, len(makers), 2))
    return one, two, rng.uniform(0, 1) * (rng.random() < .6)


def hat(rng, piece, style):
    """A hi-hat: metal and noise above a high-pass, as long as its opening lets it ring."""
    low, order = log_uniform(rng, 2500 if style == "acoustic" else 3500, 8500), int(rng.integers(1, 4))
    if style == "acoustic":
        low, order = log_uniform(rng, 350, 5000), 1
    colour, tick = rng.uniform(-9, 6), 10 ** rng.uniform(-1.4, -.1)
    ringing = {p: log_uniform(rng, *bounds) for p, bounds in RINGING.items()}
    plain = rng.random() < .5                                    # a single fall, or a quick one and a slow one
    first_part, sizzle = rng.uniform(.3, .8), rng.uniform(.2, .9)
    seconds, tick_low = ringing[piece], log_uniform(rng, 150, 3000) if style == "acoustic" else 3000
    if style == "chip" or (style == "electronic" and rng.random() < .4):
        seconds *= .6                                            # machines are short
    length = min(seconds * .85, 1.8)
    one, two, share = _hat_source(rng, style, length)
    amount = rng.uniform(0, .5) * (rng.random() < .3)

    def hit(rng, velocity):
        n = seconds_of(length)
        x = one(rng, n)[:n] * (1 - share) + two(rng, n)[:n] * share
        envelope = decay(seconds, n) if plain else first_part * decay(seconds * .35, n) + (1 - first_part) * decay(seconds, n)
        if piece == "hihatHalfOpen":                             # the two cymbals rattle against each other
            rattle = np.abs(noise(rng, n, band(15, 120, 1)))
            envelope = envelope * (1 - sizzle + sizzle * np.minimum(rattle, 2))
        if piece == "hihatPedal":
            envelope = envelope * attack(.003, n)
            x = biquad(x, "low", 7000)
        x = biquad(x * envelope, "peak", 9000, .6, colour - 9 * (1 - velocity))
        for _ in range(order):
            x = biquad(x, "high", low * (.7 if piece == "hihatPedal" else 1))
        x = unit(x)
        if piece != "hihatPedal":
            n = seconds_of(.015)
            add(x, unit(noise(rng, n, band(tick_low, 15000, 1)) * decay(.01, n)) * (tick * velocity))
        return drive(x, amount)
    return hit


# Seconds to -60 dB at 1.5 kHz, share of noise, seconds of the rise, high-pass in Hz; each from, to.
CYMBAL = {"crash": ((2.0, 6), (.3, 1.2), (.015, .08), (200, 700)), "ride": ((3, 8), (.05, .5), (.01, .06), (250, 900)),
          "rideBell": ((2, 6), (.0, .08), (.002, .01), (250, 700)), "splash": ((.6, 2.2), (.3, 1), (.002, .012), (500, 1500)),
          "china": ((.8, 3), (.4, 1.2), (.004, .03), (150, 500))}


def cymbal(rng, piece, style):
    """A crash, ride, ride bell, splash or china: metal plates, or what drum machines made of them."""
    if style == "acoustic" or rng.random() < (.35 if style == "electronic" else .1):
        return _metal(rng, piece)
    return _machine(rng, piece, style)


def _metal(rng, piece):
    (long, noisy, rising, low) = (log_uniform(rng, max(a, .001), b) for a, b in CYMBAL[piece])
    length = min(2.6, long * .5)
    rise = rising if piece in ("crash", "ride", "china") else 0
    lowest = log_uniform(rng, 450, 900) if piece == "splash" else log_uniform(rng, 180, 420)
    wash = plate(rng, lowest, 200 if rise else 280, long, rng.uniform(.3, .9), rise, length,
                 log_uniform(rng, 900, 3500))
    body = ModalBank(rng.uniform(220, 1100, 10), rng.uniform(.05, .35, 10), .35)             # the stick's first knock
    knock = 10 ** rng.uniform(-1.2, .2)
    ping, tone = 10 ** rng.uniform(-.5, .5), log_uniform(rng, 420, 1100)
    partials = tone * np.array([1, 1.52, 2.03, 2.62, 3.31, 4.2, 5.4, 6.8]) * rng.normal(1, .05, 8)
    bell = ModalBank(partials, long * .6 * np.arange(1, 9) ** -.6, length)
    sharp = log_uniform(rng, 2800, 6500)
    stick = ModalBank(sharp * rng.uniform(.6, 1.6, 12), rng.uniform(.05, .4, 12), .4)
    trash = rng.uniform(.3, .9) if piece == "china" else 0
    wobble, amount = rng.uniform(15, 60), rng.uniform(0, .25)
    top = log_uniform(rng, 9000, 20000)
    bright, early, click = rng.uniform(-8, 8), rng.uniform(.2, 1), 10 ** rng.uniform(-1.2, .1)

    def hit(rng, velocity):
        x = wash(rng, 0, velocity)
        n = len(x)
        x += noise(rng, n, band(3000, 9000 + 7000 * velocity, 1)) * \
            (decay(long * .5, n) * (early + (1 - early) * attack(rising * .5 + .001, n))) * (noisy * velocity * .6)
        if trash:
            x *= 1 - trash + trash * np.minimum(np.abs(noise(rng, n, band(wobble, wobble * 6, 1))), 2.5)
        add(x, unit(body(rng.uniform(.3, 1, 10))) * (knock * velocity))
        if piece in ("ride", "rideBell"):
            x *= .35 if piece == "ride" else .12
            add(x, unit(stick(rng.uniform(.3, 1, 12))) * (ping * velocity ** .6))
        if piece == "rideBell":
            add(x, unit(bell(rng.uniform(.4, 1, 8) * np.arange(1, 9) ** -.3)) * 1.6)
        x = biquad(biquad(x, "high", low), "peak", 10000, .6, bright - 6 * (1 - velocity))
        x = biquad(x, "low", top)
        n = seconds_of(.003)
        return drive(unit(add(x, noise(rng, n, band(2000, 12000)) * decay(.003, n) * (click * velocity))), amount)
    return hit


def _machine(rng, piece, style):
    """Noise, square waves or FM, filtered and falling; a bell has a pitch."""
    long, low = log_uniform(rng, *CYMBAL[piece][0]) * rng.uniform(.3, .8), log_uniform(rng, 1500, 6000)
    length = min(2.2, long * .7)
    makers = [held, hiss] if style == "chip" else [hiss, modulated, lambda r: squares(r, log_uniform(r, .8, 2), .02)]
    one, two = (makers[i](rng) for i in rng.integers(0, len(makers), 2))
    share, second = rng.uniform(0, 1), rng.uniform(.1, .5)
    centre, tone = log_uniform(rng, 3000, 9000), log_uniform(rng, 500, 1300)
    ring = squares(rng, tone / 300, .01)
    ping = rng.uniform(.4, 1.2) if piece in ("ride", "rideBell") else rng.uniform(0, .3)
    if piece in ("splash", "ride"):
        low *= 1.3
    elif piece == "china":
        low, centre = low * .5, centre * .6

    def hit(rng, velocity):
        n = seconds_of(length)
        x = one(rng, n) * (1 - share) + two(rng, n) * share
        x *= (1 - second) * decay(long * .3, n) + second * decay(long, n)
        x = biquad(biquad(x, "high", low), "peak", centre, .8, 8 * velocity)
        x = unit(x)
        if piece == "rideBell":
            x = .3 * x + unit(biquad(ring(rng, n), "band", tone * 2.7, 1.5)) * decay(long * .5, n)
        n = seconds_of(.02)
        return add(x, unit(biquad(noise(rng, n), "band", centre, 2) * decay(.02, n)) * (ping * velocity))
    return hit
