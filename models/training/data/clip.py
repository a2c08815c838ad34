"""One labelled clip: parts are chosen, played, mixed and mastered, and every hit is checked for being audible."""
from dataclasses import dataclass

import numpy as np
import torch

from training import audibility, features
from training.audibility import LOOKS
from training.data import backing
from training.data.parts.arrange import electronic, over_song, own_clock, whole_song
from training.data.sounds.effects import Equaliser, Spectrum, compress, db, narrow, rms, room, saturate
from training.data.sounds.mastering import backing_bus, drum_bus, master_bus
from training.data.sounds.play import render_drums
from training.data.synthesis.band import ElectronicBand
from training.data.synthesis.choice import kits_for_clip
from training.features import FPS, RATE
from training.pieces import BUS_OF, OTHER

DRUMLESS = .05
ACCOMPANIED = .65
# Of the accompanied clips: a song with its own drums, a groove over a song, an invented band, stems out of time, an
# electronic band with drum parts of its kind.
COMPANY = {"whole": .24, "over": .18, "band": .26, "stems": .14, "electronic": .18}
SYNTHESISERS = .1               # share of the other bands in time that synthesisers join
BACKING_DB = (-15, 9)           # against the drums


@dataclass
class Clip:
    """audio (n,) float32; events [(seconds, piece, velocity, audible)]; beats [(seconds, number)], None if unknown."""
    audio: np.ndarray
    events: list
    beats: list | None


def make_clip(rng, m, seconds):
    """A clip as a record would have it, over its master bus."""
    n = int(seconds * RATE)
    if rng.random() < DRUMLESS:
        audio = _master(rng, backing.drumless(rng, m, n), Spectrum(n))
        return Clip(audio, [], None)
    company = str(rng.choice(list(COMPANY), p=list(COMPANY.values()))) if rng.random() < ACCOMPANIED else None
    part, drums, mix, back, strikes, equalisers, spectrum = _perform(rng, m, seconds, company)
    plain = drums
    if back is not None:
        back = back * max(rms(drums), 1e-3) * db(rng.uniform(*BACKING_DB))
        mix, plain = mix + back, drums + back
    events = [(s.time, s.piece, s.velocity, heard) for s, heard in
              zip(strikes, audible(strikes, equalisers, plain)) if s.piece != OTHER]
    beats = part.timeline.beats(seconds) if part.timeline else None
    return Clip(_master(rng, mix, spectrum, accompanied=bool(company)), events, beats)


def _perform(rng, m, seconds, company):
    """-> part, drums from the desk, the same through their own compressor, backing at RMS 1 or None, strikes, ..."""
    n = int(seconds * RATE)
    choose = {"whole": whole_song, "over": over_song, "electronic": electronic}.get(company, own_clock)
    part = choose(rng, m, seconds)
    kits = m.kits if m.as_sampled else kits_for_clip(rng, m.kits, company == "electronic")
    buses, strikes = render_drums(rng, part.hits, kits, n)
    spectrum = Spectrum(n)
    drums, equalisers, ring = desk(rng, buses, spectrum)
    mix = drums
    if rng.random() < .5:
        mix = compress(rng, mix, rng.uniform(.2, 1))
    if rng.random() < .4:
        mix = saturate(mix, rng.uniform(0, .8))
    mix = drum_bus(rng, mix)
    mix = mix * (rms(drums) / rms(mix))
    back = _backing(rng, m, part, company, n, spectrum, ring) if company else None
    if back is not None:
        back = back / rms(back) if rms(back) > 1e-4 else None
    return part, drums, mix, back, strikes, equalisers, spectrum


def desk(rng, buses, spectrum):
    """Mix the buses: an equaliser each, one room for all, at times a gated snare. -> audio, {bus: Equaliser}, room"""
    ring = room(rng, spectrum)
    send, spread = db(rng.uniform(-26, -3)), rng.uniform(1, 5)
    total, equalisers = np.zeros(len(spectrum.hz), np.complex64), {}
    for bus, x in buses.items():
        equalisers[bus] = Equaliser(rng, spread)
        h = 1 + send * db(rng.normal(0, 4)) * ring
        if bus in ("snare", "tom") and rng.random() < .12:
            h = h + db(rng.uniform(-12, 2)) * room(rng, spectrum, gated=True)
        if rng.random() < .4:                                    # an overhead a little further away
            delay = rng.uniform(.0005, .006)
            h = h * (1 + rng.uniform(0, .6) * np.exp((-2j * np.pi * delay) * spectrum.hz).astype(np.complex64))
        total += spectrum.forward(x) * (h * equalisers[bus].gain(spectrum.hz))
    return spectrum.back(total), equalisers, ring


def _backing(rng, m, part, company, n, spectrum, ring):
    """What plays along: the song, a band or stems; now and then voices and guitars on top."""
    kicks = [t for t, piece, _ in part.hits if piece == "kick"]
    if part.song is not None:
        back = part.song
    elif company == "electronic":
        back = ElectronicBand(rng, part.timeline, kicks, n).play()
    elif company == "band":
        back = backing.band(rng, m, part.timeline, kicks, n)
    else:
        back = backing.stems(rng, m, n)
    synthesisers = company != "electronic" and part.timeline and rng.random() < SYNTHESISERS
    extra = ElectronicBand(rng, part.timeline, kicks, n).play() if synthesisers else None
    back = add_company(rng, m, back, n, extra, guitars=company != "stems")
    if rng.random() < .5:
        h = Equaliser(rng, 4).gain(spectrum.hz) * (1 + db(rng.uniform(-20, -4)) * ring)
        back = spectrum.back(spectrum.forward(back) * h)
    if rng.random() < .3:
        back = saturate(back, rng.uniform(0, 1))
    return backing_bus(rng, back, kicks, spectrum, company == "electronic")


def add_company(rng, m, back, n, extra=None, guitars=True):
    """A backing at RMS 1 with what comes `extra`, now and then with voices and guitars on top."""
    at = lambda x, level: x / rms(x) * db(level) if rms(x) > 1e-4 else x
    back = at(back, 0)
    if extra is not None:
        back = back + at(extra, rng.normal(-4, 4))
    if rng.random() < .35:
        back = back + at(backing.voice(rng, m, n), rng.normal(-1, 4))
    if guitars and rng.random() < .15:
        back = back + at(backing.stems(rng, m, n, {"guitar", "synth", "bass"}), rng.normal(-3, 4))
    return back


def audible(strikes, equalisers, plain):
    """For every strike whether it can be heard in `plain`, the mix before compressors, by audibility.audible.

    Its own magnitudes (dry, equalised like its bus) are held against what else sounds there: the mix's power less its own.
    """
    level = features.LOUDNESS / max(rms(plain), 1e-6)            # close to loudness_normalise
    mix = torch.from_numpy(features.magnitudes(plain * level))
    gains = bus_gains(equalisers, level)
    own = np.array([s.bands * gains[BUS_OF[s.piece]] for s in strikes], np.float32).reshape(-1, len(LOOKS), features.BANDS)
    at = np.array([round(s.time * FPS) for s in strikes], int)[:, None] + np.array(LOOKS)
    at = torch.from_numpy(np.minimum(at, len(mix) - 1))
    crop = torch.zeros(len(own), dtype=torch.long)
    return audibility.audible(torch.from_numpy(own), crop, at, mix[None], torch.zeros_like(mix)[None]).tolist()


def bus_gains(equalisers, level):
    """-> {bus: gain of every band (BANDS,)}"""
    centres = features.FILTERBANK.T @ np.fft.rfftfreq(features.WINDOW, 1 / RATE)
    return {bus: e.gain(centres) * level for bus, e in equalisers.items()}


def _master(rng, mix, spectrum, accompanied=False):
    """The whole clip through a bus compressor, a codec, to its final loudness, with a little noise."""
    if accompanied and rng.random() < .5:
        mix = compress(rng, mix, rng.uniform(.2, 1))
    if accompanied and rng.random() < .3:
        mix = saturate(mix, rng.uniform(0, .6))
    mix = master_bus(rng, mix)
    if rng.random() < .35:
        mix = narrow(rng, mix, spectrum)
    mix = features.loudness_normalise(np.asarray(mix, np.float32))
    if rng.random() < .4:
        mix = mix + rng.standard_normal(len(mix)).astype(np.float32) * db(rng.uniform(-80, -45))
    return mix.astype(np.float32)
