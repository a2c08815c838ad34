"""Drum MIDI: the Groove MIDI Dataset as patterns in beats, and General MIDI songs as hits in seconds."""
import csv
import json
import os
from dataclasses import asdict, dataclass

import mido
import numpy as np

from training.pieces import FROM_GM, FROM_TD11


@dataclass
class Pattern:
    """Hits [(beat, piece, velocity 0..1)] over whole bars of `per_bar` beats at a usual `bpm`."""
    bpm: float
    per_bar: int
    bars: int
    hits: list
    fill: bool = False


def midi_hits(midi, notes, channel=None):
    """-> [(seconds, piece, velocity)]"""
    t, hits = 0.0, []
    for message in midi:
        t += message.time
        if message.type == "note_on" and message.velocity >= 8 and message.note in notes \
                and channel in (None, message.channel):
            hits.append((t, notes[message.note], message.velocity / 127))
    return hits


def load_grooves(folder, split, cache=None):
    """The patterns of one split of the Groove MIDI Dataset. 6-8 is counted in dotted quarters, 5-8 left out."""
    if cache and cache.exists():
        return [Pattern(**p) for p in json.loads(cache.read_text())]
    patterns = []
    for row in csv.DictReader(open(folder / "info.csv")):
        beats = {"4-4": 4, "3-4": 3, "5-4": 5, "6-8": 2}.get(row["time_signature"])
        if row["split"] != split or beats is None:
            continue
        quarters = float(row["bpm"])
        bpm = quarters / 1.5 if row["time_signature"] == "6-8" else quarters
        hits = [(t * bpm / 60, p, v) for t, p, v in midi_hits(mido.MidiFile(folder / row["midi_filename"]), FROM_TD11)]
        if len(hits) >= 4:
            bars = max(1, int(np.ceil((hits[-1][0] + 0.3) / beats)))
            patterns.append(Pattern(bpm, beats, bars, hits, row["beat_type"] == "fill"))
    if cache:
        part = cache.with_suffix(f".{os.getpid()}")                  # several processes may start at once
        part.write_text(json.dumps([asdict(p) for p in patterns]))
        os.replace(part, cache)
    return patterns


def song_drums(path):
    """A General MIDI song -> its drum hits [(seconds, piece, velocity)] on channel 10."""
    return midi_hits(mido.MidiFile(path), FROM_GM, channel=9)


def song_beats(path):
    """-> seconds of every quarter note of a song if its bars can be trusted to be 4/4, else an empty list.

    Many songs come from a format without meters, whose quarter notes mean nothing. Trusted are those whose snare falls
    mostly on the second and fourth (or the third) quarter, whose kick prefers the first, and whose tempo is steady.
    """
    midi = mido.MidiFile(path)
    merged, ticks, tempi, meters = mido.merge_tracks(midi.tracks), 0, [(0, 500000)], set()
    kick, snare = np.zeros(8), np.zeros(8)
    for m in merged:
        ticks += m.time
        half_beat = round(ticks / midi.ticks_per_beat * 2) % 8
        if m.type == "set_tempo":
            tempi.append((ticks, m.tempo))
        elif m.type == "time_signature":
            meters.add((m.numerator, m.denominator))
        elif m.type == "note_on" and m.velocity and m.channel == 9 and FROM_GM.get(m.note) in ("kick", "snare"):
            (kick if FROM_GM[m.note] == "kick" else snare)[half_beat] += 1
    back_beats = max(snare[2] + snare[6], snare[4])
    if meters - {(4, 4)} or len(tempi) > 5 or snare.sum() < 20 or back_beats < .45 * snare.sum() \
            or kick[0] < kick.mean():
        return []
    beats, t, now, tempo = [], 0.0, 0, tempi[0][1]
    changes = sorted(tempi[1:])
    for beat in range(ticks // midi.ticks_per_beat + 1):
        target = beat * midi.ticks_per_beat
        while changes and changes[0][0] <= target:
            at, following = changes.pop(0)
            t, now, tempo = t + (at - now) * tempo / 1e6 / midi.ticks_per_beat, at, following
        t, now = t + (target - now) * tempo / 1e6 / midi.ticks_per_beat, target
        beats.append(t)
    return beats
