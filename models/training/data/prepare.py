"""Renders once what backings are made of:  python3 -m training prepare --training ../../../shared/training --out DATA

Needs fluidsynth with the FluidR3 and MuseScore General sound fonts, and espeak-ng. Writes into DATA/material

    notes.npz                single notes of General MIDI programs, int16, keys "family/font-program/pitch"
    plucked.npz              strummed chords and slapped basses of plucked.py, int16
    song-<variant>-<n>.npy   whole General MIDI songs without their drums, int16 mono at 44.1 kHz
    songs.json               of each: beats (seconds of every quarter note, empty if not to be trusted) and drum hits
    speech.npy               made-up sentences in many voices, int16 mono at 44.1 kHz

What exists is kept, so an interrupted run goes on where it stopped.
"""
import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

import mido
import numpy as np
import soundfile
from scipy.signal import resample_poly

from training import paths
from training.data.parts.grooves import song_beats, song_drums
from training.data.sounds.plucked import slaps, strums
from training.features import RATE

FONTS = ["FluidR3_GM.sf2", "MuseScore_General_Full.sf2"]
FAMILIES = {
    "bass": (range(32, 40), [26, 30, 34, 38, 43, 48]),
    "chord": ([0, 1, 2, 4, 5, 7, 16, 17, 18, 21, 24, 25, 26, 27, 28, 29, 30, 61, 62], [43, 49, 55, 61, 67, 73]),
    "pad": ([16, 19, 48, 50, 52, 54, 88, 90, 95], [52, 58, 64, 70]),
    "lead": ([0, 11, 22, 24, 27, 29, 30, 40, 53, 56, 65, 66, 73, 80, 81, 85, 87], [60, 66, 72, 78, 84]),
}
NOTE_EVERY, NOTE_HOLD = 3.0, 2.2                 # seconds
SONG_LIMIT = 170.0                               # seconds kept of a song
# Families whose programs may stand for each other when a song is rendered once more.
EXCHANGE = [[0, 1, 2, 3, 4, 5, 16, 17, 18], list(range(24, 32)), [24, 25, 26, 27], list(range(32, 40)),
            [40, 41, 48, 49, 50, 51, 52, 53], [56, 57, 60, 61, 65, 66, 71, 73, 75, 80, 81]]
DROPPED_PROGRAMS = {47, *range(112, 128)}        # timpani, percussion and noises: they would sound like drums
SYLLABLES = "ba da ka la ma na pa ra sa ta sha che fi go hu ki lo mu ne po ru si to vi wa ye zo str pla gri thu ju".split()
VOICES = ["en-us", "en-gb", "de", "es", "fr-fr", "it", "pt-br", "sv", "nl", "pl", "ja", "hi"]


def fluidsynth(font, midi, gain=0.5, effects=False):
    """A mido.MidiFile -> mono float32."""
    with tempfile.TemporaryDirectory() as d:
        midi.save(f"{d}/a.mid")
        wet = "1" if effects else "0"
        subprocess.run(["fluidsynth", "-ni", "-g", str(gain), "-R", wet, "-C", wet, "-F", f"{d}/a.wav", "-r", str(RATE),
                        str(font), f"{d}/a.mid"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return soundfile.read(f"{d}/a.wav", dtype="float32", always_2d=True)[0].mean(1)


def to_int16(x, peak=0.5):
    return (x / max(np.abs(x).max(), 1e-6) * peak * 32767).astype(np.int16)


def single_notes(fonts):
    """-> {"family/font-program/pitch": int16}, every note at the same level."""
    notes = {}
    for f, font in enumerate(fonts):
        midi, names, gap = mido.MidiFile(ticks_per_beat=480), [], 0
        track = mido.MidiTrack()
        midi.tracks.append(track)
        for family, (programs, pitches) in FAMILIES.items():
            for program in programs:
                track.append(mido.Message("program_change", program=program, time=gap))
                gap = 0
                for pitch in pitches:
                    track.append(mido.Message("note_on", note=pitch, velocity=100, time=gap))
                    track.append(mido.Message("note_off", note=pitch, time=int(NOTE_HOLD * 960)))
                    gap = int((NOTE_EVERY - NOTE_HOLD) * 960)
                    names.append(f"{family}/{f}-{program}/{pitch}")
        x = fluidsynth(font, midi)
        for i, name in enumerate(names):
            y = x[int(i * NOTE_EVERY * RATE):int((i * NOTE_EVERY + NOTE_HOLD) * RATE)]
            level = np.sqrt(np.mean(y[:RATE // 2] ** 2))
            if level > 1e-4:
                notes[name] = (np.clip(y / level * 0.1, -1, 1) * 32767).astype(np.int16)
    return notes


def without_drums(midi, rng, exchange):
    """The song without channel 10 and percussive programs; with `exchange`, other programs of the same families."""
    swap = {}
    if exchange:
        for family in EXCHANGE:
            swap.update({p: int(rng.choice(family)) for p in family if p not in swap})
    out = mido.MidiFile(ticks_per_beat=midi.ticks_per_beat)
    track, gap, muted = mido.MidiTrack(), 0, set()
    out.tracks.append(track)
    for m in mido.merge_tracks(midi.tracks):
        gap += m.time
        channel = getattr(m, "channel", None)
        if m.type == "program_change":
            (muted.add if m.program in DROPPED_PROGRAMS else muted.discard)(channel)
            m = m.copy(program=swap.get(m.program, m.program))
        if channel == 9 or (m.type == "note_on" and channel in muted) or m.type in ("end_of_track", "sysex"):
            continue
        track.append(m.copy(time=gap))
        gap = 0
    return out


def songs(folder, fonts, out, variants):
    """Each variant has another sound font and, from the second on, other instruments."""
    found = []
    for variant in range(variants):
        for n, path in enumerate(sorted(folder.glob("*.mid"))):
            target = out / f"song-{variant}-{n:02d}.npy"
            if not target.exists():
                rng = np.random.default_rng([variant, n])
                midi = without_drums(mido.MidiFile(path), rng, variant > 0)
                x = fluidsynth(fonts[(variant + n) % len(fonts)], midi, effects=variant % 2 == 0)
                np.save(target, to_int16(x[:int(SONG_LIMIT * RATE)]))
            hits = [h for h in song_drums(path) if h[0] < SONG_LIMIT]
            found.append({"file": target.name, "beats": [b for b in song_beats(path) if b < SONG_LIMIT],
                          "hits": hits if len(hits) > 40 else []})
        (out / "songs.tmp").write_text(json.dumps(found))
        os.replace(out / "songs.tmp", out / "songs.json")
        print(f"variant {variant}: {sum(bool(s['beats']) for s in found)} of {len(found)} songs with beats", flush=True)


def speech(rng, sentences=150):
    """Nonsense in many languages, pitches and speeds: consonants are what matters."""
    parts = []
    for _ in range(sentences):
        words = ["".join(rng.choice(SYLLABLES, rng.integers(1, 4))) for _ in range(rng.integers(4, 14))]
        voice = str(rng.choice(VOICES)) + str(rng.choice(["", "+f2", "+f4", "+m3", "+m7", "+whisper"]))
        with tempfile.TemporaryDirectory() as d:
            subprocess.run(["espeak-ng", "-v", voice, "-s", str(rng.integers(90, 230)), "-p", str(rng.integers(10, 95)),
                            "-w", f"{d}/a.wav", " ".join(words)], check=True, stderr=subprocess.DEVNULL)
            x, rate = soundfile.read(f"{d}/a.wav", dtype="float32")
        y = resample_poly(x, RATE, rate)
        parts += [to_int16(y), np.zeros(int(rng.uniform(0, 1) * RATE), np.int16)]
    return np.concatenate(parts)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--training", type=Path, default=paths.TRAINING)
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--fonts", type=Path, default=Path("/usr/share/sounds/sf2"))
    ap.add_argument("--variants", type=int, default=2, help="renderings of every song")
    a = ap.parse_args()
    out = a.out / "material"
    out.mkdir(parents=True, exist_ok=True)
    fonts = [a.fonts / name for name in FONTS]
    if not (out / "speech.npy").exists():
        np.save(out / "speech.npy", speech(np.random.default_rng(0)))
    if not (out / "notes.npz").exists():
        np.savez(out / "notes.npz", **single_notes(fonts))
    if not (out / "plucked.npz").exists():
        rng = np.random.default_rng(1)
        np.savez(out / "plucked.npz", **strums(rng), **{f"slap/{i}": x for i, x in enumerate(slaps(rng))})
    songs(a.training / "midi/songs", fonts, out, a.variants)


if __name__ == "__main__":
    main()
