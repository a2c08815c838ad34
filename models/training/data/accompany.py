"""Songs in the styles of MMA, the Musical MIDI Accompaniment:  python3 -m training accompany --out DATA --songs 320

Needs mma (Debian's package; its style library covers country to samba, in 2, 3, 4, 5 and 6) and what `prepare` needs.
Adds to DATA/material

    band-<n>.npy     a song without its drums, int16 mono at 44.1 kHz
    bands.json       as songs.json of `prepare`: beats in seconds, beats a bar, drum hits

A song plays one style with its intro, variants, fills and ending over random chords. What exists is kept.
"""
import argparse
import json
import re
import subprocess
import tempfile
from pathlib import Path

import mido
import numpy as np

from training.data.parts.grooves import song_drums
from training.data.prepare import FONTS, fluidsynth, to_int16, without_drums

LIBRARY = Path("/usr/share/mma/lib")
PROGRESSIONS = ["I vi IV V", "I IV V I", "I V vi IV", "ii V I I", "I I IV I V IV I V", "vi IV I V", "i VII VI VII", "i iv V i",
                "I iii IV V", "I bVII IV I", "i VI III VII", "ii V iii vi"]
DEGREE = {"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}
NOTES = "C Db D Eb E F Gb G Ab A Bb B".split()
SECONDS = 60.0


class Style:
    """One file of the library: its grooves, the quarters in a bar, and how many pulses a bar is counted in."""

    def __init__(self, path):
        text = path.read_text(errors="replace")
        self.path = path
        self.grooves = re.findall(r"^DefGroove\s+(\S+)", text, re.M | re.I)
        quarters = re.findall(r"^\s*Time\s+(\d+)", text, re.M | re.I)
        meter = re.findall(r"^\s*TimeSig\s+(\d+)[ /](\d+)", text, re.M | re.I)
        self.quarters = int(quarters[0]) if quarters else 4
        self.compound = bool(meter) and meter[0][1] == "8"
        # In 6/8 a library bar of six quarters has two pulses; other meters in eighths are not distinguished here.
        self.pulses = self.quarters if not self.compound else 2 if self.quarters == 6 else 0

    def tempo(self, rng):
        """Quarters a minute that suit the style's name."""
        name = self.path.stem.lower()
        low, high = (58, 98) if re.search("slow|ballad|hymn|spiritual|lullaby|bolero", name) else \
            (135, 225) if re.search("fast|bebop|quick|polka|bluegrass|samba|dixie|merengue", name) else (84, 160)
        return rng.uniform(low, high) * (2.2 if self.compound and self.quarters == 6 else 1)

    def score(self, rng):
        """-> the text of a song for mma."""
        plain = [g for g in self.grooves if not re.search("intro|end|fill|break", g, re.I)] or self.grooves
        special = lambda word: [g for g in self.grooves if re.search(word, g, re.I)]
        bpm = self.tempo(rng)
        bars = int(SECONDS * bpm / 60 / self.quarters)
        lines, call = [f"Tempo {bpm:.0f}"], f"Groove {self.path.relative_to(LIBRARY).with_suffix('')}:"
        key, bar, section = int(rng.integers(12)), 0, 8
        chords = str(rng.choice(PROGRESSIONS)).split()
        groove = str(rng.choice(plain))
        if special("intro") and rng.random() < .6:
            lines += [call + special("intro")[0], *self._bars(rng, chords, key, 0, 4)]
        while bar < bars:
            fill = special("fill") and rng.random() < .6
            lines += [call + groove, *self._bars(rng, chords, key, bar, section - bool(fill))]
            if fill:
                lines += [call + str(rng.choice(special("fill"))), *self._bars(rng, chords, key, bar + section - 1, 1)]
            bar += section
            if rng.random() < .5:
                groove = str(rng.choice(plain))
            if rng.random() < .3:
                chords = str(rng.choice(PROGRESSIONS)).split()
        if special("end"):
            lines += [call + special("end")[0], *self._bars(rng, chords, key, 0, 2)]
        return "\n".join(lines) + "\n"

    def _bars(self, rng, chords, key, first, count):
        return [self._chord(rng, chords[(first + i) % len(chords)], key) for i in range(count)]

    def _chord(self, rng, roman, key):
        flat = roman.startswith("b")
        root = roman.lstrip("b")
        note = NOTES[(key + DEGREE[root.upper()] - flat) % 12]
        seventh = "7" if root.upper() == "V" or rng.random() < .25 else ""
        return note + ("m" if root.islower() else "") + seventh


def all_styles():
    return [s for s in map(Style, sorted(LIBRARY.glob("*/*.mma"))) if s.grooves and "metronome" not in s.path.stem]


def play(style, rng):
    """-> the song as a mido.MidiFile and its drum hits, or None where the style does not play."""
    with tempfile.TemporaryDirectory() as d:
        Path(d, "a.mma").write_text(style.score(rng))
        done = subprocess.run(["mma", "-f", "a.mid", "a.mma"], cwd=d, capture_output=True, timeout=60)
        if done.returncode or not Path(d, "a.mid").exists():
            return None
        midi = mido.MidiFile(Path(d, "a.mid"))
        return midi, song_drums(Path(d, "a.mid"))


def pulses(style, midi):
    """Seconds of every counted beat, at the one tempo that a song has."""
    if not style.pulses:
        return []
    tempo = next(m.tempo for m in mido.merge_tracks(midi.tracks) if m.type == "set_tempo")
    beat = tempo / 1e6 * style.quarters / style.pulses
    return [i * beat for i in range(int(midi.length / beat))]


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--fonts", type=Path, default=Path("/usr/share/sounds/sf2"))
    ap.add_argument("--songs", type=int, default=320)
    a = ap.parse_args()
    out = a.out / "material"
    styles = all_styles()
    order = np.random.default_rng(0).permutation(np.tile(np.arange(len(styles)), a.songs // len(styles) + 1))
    found = json.loads((out / "bands.json").read_text()) if (out / "bands.json").exists() else []
    for n in range(len(found), a.songs):
        rng, style = np.random.default_rng([7, n]), styles[order[n]]
        made = play(style, rng)
        entry = {"file": f"band-{n:03d}.npy", "style": style.path.stem, "beats": [], "per_bar": style.pulses, "hits": []}
        if made:
            midi, hits = made
            x = fluidsynth(a.fonts / FONTS[n % 2], without_drums(midi, rng, exchange=True), effects=bool(n % 4 < 2))
            np.save(out / entry["file"], to_int16(x))
            entry |= {"beats": pulses(style, midi), "hits": hits if len(hits) > 20 else []}
        found.append(entry)
        (out / "bands.json").write_text(json.dumps(found))
        print(n, style.path.stem, "played" if made else "does not play", len(entry["hits"]), flush=True)


if __name__ == "__main__":
    main()
