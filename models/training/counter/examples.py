"""Music -> what a tracker may hand over: a stretch of beats, at the right tempo or another, with a listener's errors."""
import numpy as np

from training.counter.grid import CHANNELS, on_grid

# step from beat to beat in true beats, where the first lies, and how often
LEVELS = [(1, 0, .62), (.5, 0, .10), (2, 0, .06), (2, 1, .06), (1, .5, .06), (3, 0, .02), (3, 1, .02), (2 / 3, 0, .03),
          (1 / 3, 0, .03)]
CONFUSED = [("hat", "open"), ("open", "hat"), ("ride", "hat"), ("ride", "crash"), ("crash", "ride"), ("tom", "snare"),
            ("snare", "tom"), ("stick", "snare"), ("hat", "ride"), ("kick", "tom")]
NAMES = list(CHANNELS)
FROM_START = .4         # share of examples that begin where the song does


def example(rng, music, beats):
    """-> (features (beats, WIDTH), downbeat 0 or 1 (beats,), is it the right tempo, is the tempo known)"""
    step, first, _ = LEVELS[rng.choice(len(LEVELS), p=[share for _, _, share in LEVELS])]
    end = music.at[-1] + 1
    span = beats * step
    begin = int(np.floor(music.at[0] + .2))                              # a tracker's first beat is that of a stroke
    start = begin if rng.random() < FROM_START else int(rng.integers(begin, max(begin + 1, end - .7 * min(span, end))))
    lead = int(rng.integers(0, 5)) if rng.random() < .15 else 0          # beats before the drums come in
    positions = start + first - lead * step + step * np.arange(beats)
    seconds = 60 / (music.bpm * np.exp(rng.normal(0, .08)))
    near = (music.at >= max(start - .3, positions[0] - .1)) & (music.at < positions[-1] + step)
    at, channel, velocity = music.at[near], music.channel[near].copy(), music.velocity[near].copy()
    at, channel, velocity = mishear(rng, at, channel, velocity)
    wobble = np.cumsum(rng.normal(0, .004, beats)) * rng.random() + rng.normal(0, .004, beats)
    times = positions * seconds
    grid = times + (wobble - wobble.mean()) * (rng.random() < .5) + rng.normal(0, .008)
    downbeat = np.isin(np.round(positions, 3), music.downbeats)
    played = positions < end
    x = on_grid(np.maximum.accumulate(grid), at * seconds, channel, velocity.astype(np.float32))
    return x, downbeat.astype(np.float32), played.astype(np.float32), step == 1 and first == 0, music.sure


def mishear(rng, at, channel, velocity):
    """Strokes lost, mistaken and made up, as a listener does: soft ones first, and some songs more than others."""
    bad = rng.choice([0, .03, .1])
    for name in NAMES:
        if rng.random() < .06:                                   # never heard in this song
            keep = channel != NAMES.index(name)
            at, channel, velocity = at[keep], channel[keep], velocity[keep]
    for a, b in CONFUSED:
        if rng.random() < .06:
            taken = (channel == NAMES.index(a)) & (rng.random(len(at)) < rng.choice([.1, .5, 1]))
            channel = np.where(taken, NAMES.index(b), channel)
    keep = rng.random(len(at)) > bad * (1.5 - velocity)
    if rng.random() < .3:
        keep &= velocity > rng.uniform(.1, .4)                   # ghost notes
    at, channel, velocity = at[keep], channel[keep], velocity[keep]
    extra = int(len(at) * bad * rng.random())
    if extra:
        i = rng.integers(0, len(at), extra)
        at = np.r_[at, at[i] + rng.choice([0, .25, .5], extra)]
        channel = np.r_[channel, rng.integers(0, len(NAMES), extra)]
        velocity = np.r_[velocity, rng.uniform(.1, .6, extra)]
    velocity = np.clip(velocity ** rng.uniform(.4, 1.3) * rng.uniform(.7, 1.1), .05, 1)
    if rng.random() < .1:
        velocity = np.full_like(velocity, rng.uniform(.5, 1))
    return at, channel, velocity
