"""What drummers of the data play too rarely: other cymbals, no hats, tom grooves, fills, percussion. Times in beats."""
from training.data.parts.invent import invent_fill
from training.pieces import BUS_OF, HATS, OTHER, TOMS

STRUCK_HATS = [h for h in HATS if h != "hihatPedal"]


# What neither data nor songs have enough of, by what it takes the place of (nothing: it is added on beats).
RARE = {"hihatHalfOpen": [*STRUCK_HATS, "ride"], "rideBell": [*STRUCK_HATS, "ride"], "china": [*STRUCK_HATS, "crash"],
        "splash": ["crash", "hihatOpen"], "cowbell": [*STRUCK_HATS, "ride"], "tambourine": [*STRUCK_HATS, "ride"],
        "hihatPedal": STRUCK_HATS, "tomMid": ["tomHigh", "tomLow", "tomFloor"], "clap": []}
RARE_SHARE = .22        # of clips that feature one of them


def vary(rng, hits, beats, per_bar, fills):
    """Hits [(beat, piece, velocity)] over `beats` beats -> other hits. `fills` are Patterns to borrow from."""
    hits = _swap_pieces(rng, hits)
    if rng.random() < RARE_SHARE:
        hits = _feature(rng, hits, beats)
    hits = _rest_a_limb(rng, hits)
    if rng.random() < 0.55:
        hits = _add_fills(rng, hits, beats, per_bar, fills)
    elif rng.random() < 0.4:
        hits = hits + [(bar * per_bar + rng.normal(0, .01), "crash", rng.uniform(.6, 1))
                       for bar in range(int(beats // per_bar) + 1) if rng.random() < .3]
    hits = _double_toms(rng, hits)
    hits = _add_foot(rng, hits, beats, per_bar)
    return _add_percussion(rng, hits, beats)


def _swap_pieces(rng, hits):
    r, has, swap = rng.random, {p for _, p, _ in hits}, {}
    if has & set(STRUCK_HATS):
        u, bell, half = r(), r() * .4, r() * .3
        if u < .14:
            swap = {"hihatClosed": lambda v: "rideBell" if v > .75 and r() < bell else "ride",
                    "hihatOpen": lambda v: "crash" if r() < .3 else "ride"}
        elif u < .24:
            swap = dict.fromkeys(STRUCK_HATS, lambda v: "crash")
        elif u < .36:
            loose = str(rng.choice(["hihatHalfOpen", "hihatOpen"]))
            swap = {"hihatClosed": lambda v: loose}
        elif u < .42:
            low = str(rng.choice(["tomFloor", "tomFloor", "tomLow", "tomMid"]))
            swap = dict.fromkeys(STRUCK_HATS, lambda v: low)
        elif u < .44:
            swap = dict.fromkeys(STRUCK_HATS, lambda v: "china")
        elif u < .56:
            swap = {"hihatClosed": lambda v: "hihatHalfOpen" if r() < half else "hihatClosed"}
        elif u < .60:
            shaker = str(rng.choice(["tambourine", OTHER]))      # what is easily taken for a hat
            swap = dict.fromkeys(HATS, lambda v: shaker)
    elif "ride" in has and r() < .5:
        swap = {"ride": lambda v: "hihatClosed", "rideBell": lambda v: "hihatOpen"}
    if r() < .5:
        hits = [h for h in hits if h[1] != "hihatPedal"]
    u = r()
    if u < .12:
        swap["snare"] = swap["rimshot"] = lambda v: "sideStick"
    elif u < .16:
        swap["snare"] = lambda v: "clap" if v > .5 else "snare"
    elif u < .20:
        tom = str(rng.choice(TOMS))
        swap["snare"] = lambda v: tom if r() < .5 else "snare"
    if "sideStick" in {swap[p](.6) for p in swap} and r() < .35:                # a side stick is easily taken for a hat
        hits = [h for h in hits if h[1] not in HATS]
    return [(t, swap[p](v) if p in swap else p, v) for t, p, v in hits]


def _feature(rng, hits, beats):
    """One rare piece in place of a common one, in some or all of its hits, or else on some of the beats."""
    piece = str(rng.choice(list(RARE)))
    odds = rng.uniform(.2, 1)
    if any(p in RARE[piece] for _, p, _ in hits):
        return [(t, piece if p in RARE[piece] and rng.random() < odds else p, v) for t, p, v in hits]
    every, odds = float(rng.choice([1, 1, 2, 4])), rng.uniform(.3, 1)
    return hits + [(b * every + rng.normal(0, .01), piece, rng.uniform(.4, 1)) for b in range(int(beats / every)) if rng.random() < odds]


def _double_toms(rng, hits):
    """A tom on top of snares or kicks, or both hands on two drums in fills: heard together, easily missed."""
    u = rng.random()
    if u > .14:
        return hits
    tom, over = str(rng.choice(TOMS)), "snare" if u < .09 else "kick"
    odds, hardest = rng.uniform(.2, 1), .35
    doubled = [(t + rng.normal(0, .004), tom, min(1, v * rng.uniform(.8, 1.2))) for t, p, v in hits
               if p == over and v > hardest and rng.random() < odds]
    return hits + doubled


def _rest_a_limb(rng, hits):
    """Now and then one part of the kit is silent: most often the hats, so that none are heard where none are."""
    u = rng.random()
    silent = [b for b, share in (("hat", .10), ("kick", .02), ("snare", .02)) if (u := u - share) < 0][:1]
    if silent == ["hat"] and rng.random() < .5:
        silent.append("cymbal")
    return [h for h in hits if BUS_OF[h[1]] not in silent]


def _add_fills(rng, hits, beats, per_bar, fills):
    """Fills at bar ends, played or invented, mostly with a crash on the downbeat after them."""
    for bar in range(int(beats // per_bar) + 1):
        if rng.random() > (.8 if bar % 4 == 3 else .2):
            continue
        end = (bar + 1) * per_bar
        if fills and rng.random() < .5:
            fill = fills[rng.integers(len(fills))]
            length = min(fill.bars * fill.per_bar, per_bar)
            new = [h for h in fill.hits if h[0] < length]
        else:
            length = min(float(rng.choice([.5, 1, 1, 2, 2, 4])), per_bar)
            new = invent_fill(rng, length)
        start = end - length
        hits = [h for h in hits if not start - .1 <= h[0] < end - .1] + [(start + t, p, v) for t, p, v in new]
        if rng.random() < .75:
            hits = [h for h in hits if not (abs(h[0] - end) < .1 and BUS_OF[h[1]] in ("hat", "cymbal"))]
            cymbal = str(rng.choice(["crash", "crash", "crash", "crash", "splash", "china"]))
            hits.append((end + rng.normal(0, .01), cymbal, rng.uniform(.6, 1)))
            if rng.random() < .7:
                hits.append((end + rng.normal(0, .01), "kick", rng.uniform(.7, 1)))
    return hits


def _add_foot(rng, hits, beats, per_bar):
    """The hi-hat foot on every or every other beat, where nothing else moves it."""
    if rng.random() > .15 or any(p in HATS for _, p, _ in hits):
        return hits
    every = int(rng.choice([1, 2]))
    return hits + [(b + rng.normal(0, .01), "hihatPedal", rng.uniform(.3, .8)) for b in range(every - 1, int(beats), every)]


def _add_percussion(rng, hits, beats):
    """A steady cowbell, tambourine, shaker or drum of the hand, or claps and tambourine with the snare."""
    u = rng.random()
    if u < .11:
        piece, step = str(rng.choice(["cowbell", "cowbell", "tambourine", OTHER, OTHER])), float(rng.choice([.25, .5, 1]))
        hits = hits + [(b * step + rng.normal(0, .01), piece, rng.uniform(.4, 1)) for b in range(int(beats / step))
                       if rng.random() < .9]
    elif u < .26:
        piece = str(rng.choice(["clap", "clap", "tambourine"]))
        if rng.random() < .5:                                    # or else it is taken for the hat that is mostly there
            hits = [h for h in hits if h[1] not in HATS]
        odds = rng.uniform(.6, 1)
        hits = hits + [(t + rng.normal(0, .01), piece, v) for t, p, v in hits if p == "snare" and v > .5 and rng.random() < odds]
    elif u < .30:
        hits = hits + [(rng.uniform(0, beats), OTHER, rng.uniform(.2, 1)) for _ in range(int(beats))]
    return hits
