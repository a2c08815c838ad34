#!/usr/bin/env python3
"""Makes the example recording, backbeat.ogg, and what was played in it:  make_example.py --kit KIT_DIR --soundfont MuseScore_General.sf3

Sixteen bars and a last stroke, composed and rendered here: the drums are samples of the MuldjordKit (CC-BY-4.0, Lars
Muldjord and the DrumGizmo team), KIT_DIR being a folder with its kit.json and samples; bass and electric piano are
played by fluidsynth from MuseScore_General (MIT, S. Christian Collins). Needs numpy, soundfile, mido and fluidsynth.
"""
import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import mido
import numpy as np
import soundfile

RATE = 44100
BPM = 104
BEAT = 60 / BPM
LEAD_IN = 0.6  # seconds of silence before the pickup
PICKUP = 1  # beats
PAN = {"kick": 0, "snare": 0.05, "hihat_closed": -0.4, "hihat_open": -0.4, "tom_high": -0.3, "tom_mid": 0.1,
       "tom_floor": 0.4, "crash": 0.35, "ride": 0.45}
SPELLING = {"hihat_closed": "hihatClosed", "hihat_open": "hihatOpen", "tom_high": "tomHigh", "tom_mid": "tomMid",
            "tom_floor": "tomFloor"}
GAIN = {"kick": 1.0, "snare": 0.9, "hihat_closed": 1.0, "hihat_open": 0.9, "crash": 0.8, "ride": 1.0}


def drum_part():
    """-> [(beat from the first downbeat, piece, velocity)]"""
    hits = [(-1 + i / 4, p, v) for i, (p, v) in enumerate([("snare", .5), ("snare", .6), ("tom_mid", .8), ("tom_floor", .9)])]
    for bar in range(16):
        at = bar * 4
        chorus, sixteenths = 8 <= bar < 12, bar >= 12
        fill = bar in (7, 11, 15)
        hits += [(at, "kick", .9), (at + 1.5, "kick", .7), (at + 2, "kick", .85)] + [(at + 3.5, "kick", .7)] * (bar % 2)
        hits += [(at + 1, "snare", .9), (at + 3, "snare", .92)][: 1 if fill else 2]
        if not chorus and not fill:
            hits += [(at + 1.75, "snare", .22), (at + 2.25, "snare", .2)]
        step = .25 if sixteenths else .5
        last = 3 if fill else 4
        for i in range(int(last / step)):
            b = i * step
            if b == 0 and bar % 4 == 0:
                hits.append((at, "crash", .9))
            elif chorus:
                hits.append((at + b, "ride", .8 if b % 1 == 0 else .55))
            elif b == 3.5 and bar % 2 == 1:
                hits.append((at + b, "hihat_open", .75))
            else:
                hits.append((at + b, "hihat_closed", .8 if b % 1 == 0 else .5))
        if fill:
            toms = ["snare", "tom_high", "tom_mid", "tom_floor"] if bar != 11 else ["tom_high", "tom_high", "tom_mid", "tom_floor"]
            hits += [(at + 3 + i / 4, p, .75 + .05 * i) for i, p in enumerate(toms)]
    return hits + [(64, "crash", 1.0), (64, "kick", 1.0)]


def render_drums(rng, folder, seconds):
    """-> audio (samples, 2), hits [{"time": s, "piece": DESIGN's spelling, "velocity": 0..1}]"""
    samples = {}
    for s in json.loads((folder / "kit.json").read_text())["samples"]:
        if s.get("variant") in (None, "left"):
            samples.setdefault(s["piece"], []).append((s["velocity"], folder / s["file"]))
    out = np.zeros((int(seconds * RATE), 2), np.float32)
    hats, truth = np.zeros_like(out), []
    for beat, piece, velocity in sorted(drum_part()):
        v = float(np.clip(velocity + rng.normal(0, .03), .05, 1))
        start = int((LEAD_IN + (beat + PICKUP) * BEAT + rng.normal(0, .004)) * RATE)
        truth.append({"time": round(start / RATE, 4), "piece": SPELLING.get(piece, piece), "velocity": round(v, 2)})
        _, file = min(samples[piece], key=lambda s: abs(s[0] - v))
        x = soundfile.read(file, dtype="float32")[0][: len(out) - start] * GAIN.get(piece, 1)
        angle = (PAN[piece] + 1) * np.pi / 4
        bus = hats if piece.startswith("hihat") else out
        if bus is hats:  # each stroke ends the one before
            fade = min(1000, len(hats) - start)
            hats[start : start + fade] *= np.linspace(1, 0, fade, dtype=np.float32)[:, None]
            hats[start + fade :] = 0
        bus[start : start + len(x)] += x[:, None] * np.array([np.cos(angle), np.sin(angle)], np.float32) * 1.4
    return out + hats, truth


def render_band(soundfont, seconds):
    midi = mido.MidiFile(ticks_per_beat=480)
    bass, keys = mido.MidiTrack(), mido.MidiTrack()
    midi.tracks += [bass, keys]
    bass.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(BPM)))
    lead = int((LEAD_IN / BEAT + PICKUP) * 480)
    roots = [40, 36, 43, 38]  # E C G D, a bar each
    line = []
    chords = []
    for bar in range(16):
        root = roots[bar % 4]
        for b, length, note in [(0, 1.2, root), (1.5, .4, root), (2, .9, root + 12), (3, .4, root + 7), (3.5, .4, root)]:
            line.append((bar * 4 + b, length, [note]))
        third = 3 if bar % 4 == 0 else 4
        chord = [root + 12, root + 12 + third, root + 19, root + 24]
        for b, length in ([(0, 1.5), (2.5, 1.2)] if bar < 8 else [(0, .9), (1.5, .9), (3, .8)]):
            chords.append((bar * 4 + b, length, chord))
    line.append((64, 3, [40]))
    chords.append((64, 3, [52, 55, 59, 64]))
    for track, part, program, channel, velocity in [(bass, line, 33, 0, 92), (keys, chords, 4, 1, 70)]:
        track.append(mido.Message("program_change", program=program, channel=channel))
        events = []
        for at, length, notes in part:
            for note in notes:
                events += [(at, "note_on", note), (at + length, "note_off", note)]
        now = -lead
        for at, kind, note in sorted(events, key=lambda e: (e[0], e[1] == "note_on")):
            tick = int(at * 480)
            track.append(mido.Message(kind, note=note, velocity=velocity, channel=channel, time=tick - now))
            now = tick
    with tempfile.TemporaryDirectory() as d:
        midi.save(f"{d}/band.mid")
        subprocess.run(["fluidsynth", "-ni", "-q", "-g", "0.7", "-F", f"{d}/band.wav", "-r", str(RATE), soundfont,
                        f"{d}/band.mid"], check=True)
        x = soundfile.read(f"{d}/band.wav", dtype="float32")[0]
    out = np.zeros((int(seconds * RATE), 2), np.float32)
    out[: len(x)] = x[: len(out)]
    return out


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--kit", type=Path, required=True)
    ap.add_argument("--soundfont", required=True)
    ap.add_argument("--out", type=Path, default=Path(__file__).parent / "backbeat.ogg")
    ap.add_argument("--truth", type=Path, default=Path(__file__).parent.parent / "tests/fixtures/backbeat.json")
    a = ap.parse_args()
    seconds = LEAD_IN + (PICKUP + 64) * BEAT + 3.5
    drums, hits = render_drums(np.random.default_rng(104), a.kit, seconds)
    beats = [{"time": round(LEAD_IN + i * BEAT, 4), "position": (i - PICKUP) % 4 + 1} for i in range(PICKUP + 65)]
    a.truth.write_text(json.dumps({"tempo": BPM, "meter": "4/4", "hits": hits, "beats": beats}) + "\n")
    band = render_band(a.soundfont, seconds)
    band *= 0.75 * np.sqrt((drums**2).mean() / (band**2).mean())
    mix = drums + band
    mix *= 0.9 / np.abs(mix).max()
    mix[-RATE:] *= np.linspace(1, 0, RATE, dtype=np.float32)[:, None]
    with tempfile.TemporaryDirectory() as d:
        soundfile.write(f"{d}/mix.wav", mix, RATE)
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", f"{d}/mix.wav", "-c:a", "libvorbis", "-q:a", "5", "-metadata",
                        "title=Backbeat", "-metadata", "artist=GrooveSheet", str(a.out)], check=True)


if __name__ == "__main__":
    main()
