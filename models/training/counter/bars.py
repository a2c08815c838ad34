"""Parts whose bars change: cut from a part in 4/4, or joined from several. Times in beats."""
import numpy as np

# Which beats of a bar of four make a bar of another meter.
CUTS = {3: [[0, 1, 2], [0, 1, 3], [0, 2, 3]], 5: [[0, 1, 2, 3, 3], [0, 1, 2, 3, 1], [0, 1, 2, 2, 3]],
        7: [[0, 1, 2, 3, 0, 1, 3], [0, 1, 2, 3, 0, 2, 3]]}
SHORT = [[0, 1], [2, 3], [0, 3]]                        # a bar of two between phrases
LONG = [[0, 1, 2, 3, 0, 1], [0, 1, 2, 3, 2, 3]]         # and one of six
PHRASES = [2, 4, 4, 8, 8, 12, 16]                       # bars of four before something else
SECTIONS = [2, 4, 8, 8, 16]                             # bars of another meter
# What comes after a phrase; otherwise the next one does.
SHORT_SHARE, LONG_SHARE, SECTION_SHARE = .45, .10, .35
METER_SHARES = {3: .8, 5: .1, 7: .1}
FORMS = ["AB", "ABA", "ABAB", "AABA", "ABAC", "ABCA"]
SAME_METER = .7         # of the other parts of a form
LENGTHS = [4, 8, 8, 16]                                 # bars of each


def rearrange(hits, bars):
    """Hits, and for each new bar the beats of the old part that it is made of -> new hits, and the beats on which bars begin."""
    beats, out, downbeats, to = {}, [], [], 0
    for t, piece, velocity in hits:
        beats.setdefault(int(np.floor(t + .125)), []).append((t, piece, velocity))
    for bar in bars:
        downbeats.append(to)
        for source in bar:
            out += [(t - source + to, piece, velocity) for t, piece, velocity in beats.get(source, [])]
            to += 1
    return out, downbeats


def cut(hits, beats_of_bar, per_bar=4):
    """A part of `per_bar` beats a bar -> as `rearrange`, in bars made of these beats."""
    return rearrange(hits, [[bar * per_bar + which for which in beats_of_bar] for bar in range(bar_count(hits, per_bar))])


def change(rng, hits):
    """A part in 4/4 -> as `rearrange`, with bars of two or six between phrases, and sections in another meter."""
    left, bars = list(range(bar_count(hits, 4))), []

    def take(beats_of_bar, count=1):
        for bar in left[:count]:
            bars.append([4 * bar + which for which in beats_of_bar])
        del left[:count]

    while left:
        take(range(4), pick(rng, PHRASES))
        what = rng.random()
        if what < SHORT_SHARE:
            take(pick(rng, SHORT))
        elif what < SHORT_SHARE + LONG_SHARE:
            take(pick(rng, LONG))
        elif what < SHORT_SHARE + LONG_SHARE + SECTION_SHARE:
            take(pick(rng, CUTS[rng.choice(list(METER_SHARES), p=list(METER_SHARES.values()))]), pick(rng, SECTIONS))
    return rearrange(hits, bars)


def join(rng, parts):
    """Parts [(hits, beats a bar)] -> as `rearrange`, a song of sections of two or three of them, most often in one meter."""
    first = pick(rng, parts)
    same = [part for part in parts if part[1] == first[1]]
    chosen = {"A": first, "B": pick(rng, same if rng.random() < SAME_METER else parts), "C": pick(rng, same)}
    starts = {name: rng.integers(bar_count(*part)) // 2 for name, part in chosen.items()}
    out, downbeats, to = [], [], 0
    for name in pick(rng, FORMS):
        (hits, per_bar), count = chosen[name], pick(rng, LENGTHS)
        begin, bars = starts[name] * per_bar, min(count, bar_count(hits, per_bar) - starts[name])
        out += [(t - begin + to, piece, velocity) for t, piece, velocity in hits if 0 <= t + .125 - begin < bars * per_bar]
        downbeats += range(to, to + bars * per_bar, per_bar)
        to += bars * per_bar
    return out, downbeats


def pick(rng, choices):
    return choices[rng.integers(len(choices))]


def bar_count(hits, per_bar):
    return max((int(t) for t, _, _ in hits), default=0) // per_bar + 1
