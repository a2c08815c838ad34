"""What is played in a clip and when: a groove on its own clock, a groove over a song, or a song's own drums."""
from dataclasses import dataclass

import numpy as np

from training.data.parts.electronic import invent_electronic
from training.data.parts.invent import invent_groove
from training.data.parts.timeline import Timeline, steady
from training.data.parts.vary import vary
from training.data.sounds.effects import resample
from training.pieces import OTHER

INVENTED = .35          # share of grooves that are not from the data set
REPEAT_AFTER = .03      # seconds: nearer strokes of one piece are one


@dataclass
class Part:
    """Hits [(seconds, piece, velocity)], the clock if it is known, and the song playing along if there is one."""
    hits: list
    timeline: Timeline | None
    song: np.ndarray | None = None


def own_clock(rng, m, seconds):
    """A groove at a tempo near its own, with or without drift."""
    pattern = invent_groove(rng) if rng.random() < INVENTED else m.grooves[rng.integers(len(m.grooves))]
    bpm = pattern.bpm * rng.uniform(0.78, 1.28)
    bpm = bpm / 2 if bpm > 240 else bpm * 2 if bpm < 48 else bpm
    timeline = steady(rng, bpm, pattern.per_bar, seconds)
    return Part(on_timeline(rng, pattern, timeline, seconds, m.fills), timeline)


def electronic(rng, m, seconds):
    """A machine's part at its own tempo."""
    pattern = invent_electronic(rng)
    timeline = steady(rng, pattern.bpm, pattern.per_bar, seconds)
    return Part(on_timeline(rng, pattern, timeline, seconds, m.fills), timeline)


def over_song(rng, m, seconds):
    """A song without its drums at 0.87 to 1.15 times its speed, under a groove of similar tempo in its bars."""
    song = _pick(rng, [s for s in m.songs if s["beats"] and s.get("per_bar", 4) in (3, 4, 5)])
    audio, timeline, _ = _excerpt(rng, song, seconds)
    return Part(on_timeline(rng, same_tempo(rng, m, timeline), timeline, seconds, m.fills), timeline, audio)


def same_tempo(rng, m, timeline):
    """A groove in the timeline's meter and near its tempo, or an invented one."""
    same = [p for p in m.grooves if p.per_bar == timeline.per_bar]
    common = [same[i] for i in rng.integers(0, len(same), 12)] if same else []
    bpm = 60 / timeline.beat_seconds
    if common and rng.random() >= INVENTED:
        return min(common, key=lambda p: abs(np.log(p.bpm / bpm)))
    while (pattern := invent_groove(rng)).per_bar != timeline.per_bar:
        pass
    return pattern


def whole_song(rng, m, seconds):
    """A song with the drum part that was written for it; its clock only if the song's bars are to be trusted."""
    audio, timeline, hits = _excerpt(rng, _pick(rng, [s for s in m.songs if s["hits"]]), seconds)
    flat = rng.uniform(.6, 1)
    hits = [(t + rng.normal(0, .004), p, min(1, v * rng.uniform(flat, 1.05))) for t, p, v in hits]
    return Part(clean(hits, seconds), timeline, audio)


def _pick(rng, songs):
    return songs[rng.integers(len(songs))]


def _excerpt(rng, song, seconds):
    """-> audio float32, timeline or None, hits, all from a random place and at one random speed."""
    ratio = rng.uniform(.87, 1.15)
    n = int(seconds * 44100)
    length = int(n * ratio) + 2
    start = int(rng.integers(0, max(1, len(song["audio"]) - length)))
    audio = resample(song["audio"][start:start + length].astype(np.float32) / 32768, ratio, n)
    begin = start / 44100
    local = lambda t: (t - begin) / ratio
    hits = [(local(t), p, v) for t, p, v in song["hits"] if 0 <= local(t) < seconds]
    timeline = None
    if song["beats"]:
        times = [local(t) for t in song["beats"]]
        near = [i for i, t in enumerate(times) if -4 < t < seconds + 4]
        if len(near) > 4:
            timeline = Timeline([times[i] for i in near], near[0], song.get("per_bar", 4))
    if timeline is None and song["beats"]:                       # past the end: take it from the start
        return _excerpt(rng, song, seconds)
    return audio, timeline, hits


def on_timeline(rng, pattern, timeline, seconds, fills):
    """Loop a pattern over a clip in whole bars, vary it, and put it on the clock."""
    per_bar = timeline.per_bar
    base = timeline.first // per_bar * per_bar
    need = timeline.first + len(timeline.times) + per_bar - base
    total = pattern.bars * per_bar
    skip = int(rng.integers(0, max(1, (total - need) // per_bar + 1))) * per_bar if total > need else 0
    hits, at = [], 0
    while at < need:
        hits += [(at + t - skip, p, v) for t, p, v in pattern.hits if t >= skip - .1]
        at += total - skip
        skip = 0
    hits = vary(rng, [h for h in hits if h[0] < need], need, per_bar, fills)
    gamma = rng.uniform(0.5, 1.2)                                # flatter or wilder dynamics
    times = timeline.seconds([base + t for t, _, _ in hits]) if hits else []
    return clean([(float(t), p, v ** gamma) for t, (_, p, v) in zip(times, hits)], seconds)


def clean(hits, seconds):
    """Sort, keep what lies in the clip, and merge doubled strokes of one piece."""
    kept, last = [], {}
    for t, piece, velocity in sorted(hits):
        if 0.005 <= t < seconds and t - last.get(piece, -1) > (0 if piece == OTHER else REPEAT_AFTER):
            kept.append((t, piece, velocity))
            last[piece] = t
    return kept
