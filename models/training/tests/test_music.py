"""Free music: licences, choice of excerpts, and modules taken apart. Run: python3 -m unittest training.tests.test_music"""
import json
import shutil
import struct
import subprocess
import tempfile
import unittest
from pathlib import Path

import numpy as np
import soundfile

from training.music import attribution, collect, excerpts, kit_export, labels, licences, modules, tracker
from training.music.hearing import agreement
from training.music.notes import Strike, strikes, ticks_of

COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: demo

Files: *
Copyright: 2010, The Team
License: GPL-2+

Files: data/music/*
       data/intro.ogg
Copyright: 2011, A Composer
License: CC-BY-SA-3.0

Files: data/music/odd*.ogg
Copyright: 2012, Somebody
License: Odd-Licence
 You may look at it.

Files: debian/*
Copyright: 2013, A Maintainer
License: Expat
"""
ROW = 5292              # samples of a row at speed 6 and tempo 125: 0.12 s


def module_file(cells, samples, orders=(0,)):
    """Bytes of a ProTracker module. cells {(row, channel): (sample from 1, period, effect, parameter)} of its one pattern,
    samples [int8 array]; a period of 428 plays a sample at 8287 Hz."""
    out = b"demo".ljust(20, b"\0")
    for i in range(31):
        data = samples[i] if i < len(samples) else np.zeros(0, np.int8)
        out += f"sample {i}".encode().ljust(22, b"\0") + struct.pack(">HBBHH", len(data) // 2, 0, 64, 0, 1)
    out += bytes([len(orders), 127]) + bytes(orders).ljust(128, b"\0") + b"M.K."
    for row in range(64):
        for channel in range(4):
            sample, period, effect, parameter = cells.get((row, channel), (0, 0, 0, 0))
            out += bytes([sample & 0xF0 | period >> 8, period & 0xFF, (sample & 15) << 4 | effect, parameter])
    return out + b"".join(data.tobytes() for data in samples)


def burst(seed, length=1600):
    """A sample with a sharp start and a decay."""
    noise = np.random.default_rng(seed).uniform(-1, 1, length) * np.exp(-np.arange(length) / 250)
    return (noise * 120).astype(np.int8)


class Licences(unittest.TestCase):
    def test_the_last_paragraph_that_matches_a_file_holds(self):
        parsed = licences.paragraphs(COPYRIGHT)
        named = lambda path: licences.look_up(parsed, path)["licence"]
        self.assertEqual(named("usr/share/demo/music/a.ogg"), "CC-BY-SA-3.0")    # installed without the folder data
        self.assertEqual(named("usr/share/demo/data/music/a.ogg"), "CC-BY-SA-3.0")
        self.assertEqual(named("usr/share/demo/intro.ogg"), "CC-BY-SA-3.0")
        self.assertEqual(named("usr/share/demo/data/music/odd1.ogg"), "Odd-Licence")
        self.assertEqual(named("usr/share/demo/sound.ogg"), "GPL-2+")

    def test_the_most_permissive_alternative_is_chosen_and_the_strictest_of_those_together(self):
        self.assertEqual(licences.terms("GPL-3 or CC-BY-3.0").licence, "CC-BY-3.0")
        self.assertTrue(licences.terms("CC-BY-3.0 and GPL-2+").gpl)
        self.assertTrue(licences.terms("CC-BY-SA-4.0").share_alike)
        self.assertFalse(licences.terms("CC0-1.0").share_alike)

    def test_what_is_not_known_as_free_has_no_terms(self):
        for name in ("CC-BY-NC-3.0", "CC-BY-NC-SA-3.0", "CC-BY-ND-4.0", "Odd-Licence", "CC-BY-3.0 and Odd-Licence"):
            self.assertIsNone(licences.terms(name), name)


class Attribution(unittest.TestCase):
    def test_pieces_are_listed_by_package_and_author_without_addresses(self):
        piece = {"package": "demo", "version": "1", "source": "x/a.ogg", "licence": "CC0-1.0"}
        lines = attribution.listing([piece | {"title": "B", "author": "2001, Ann <ann@example.org>"},
                                     piece | {"title": "", "author": "2001, Ann <ann@example.org>"}])
        self.assertEqual(lines[1:], ["**demo 1**", "", "- 2001, Ann, CC0-1.0: B, a"])
        self.assertEqual(attribution.short("a / b / c / d / e"), "a / b / c / d and others")


@unittest.skipUnless(shutil.which("dpkg-deb") and shutil.which("ffprobe"), "needs dpkg-deb and ffprobe")
class Collecting(unittest.TestCase):
    def test_music_of_a_package_is_listed_with_licence_and_the_rest_with_a_reason(self):
        with tempfile.TemporaryDirectory() as scratch:
            root, out = Path(scratch) / "amoebax-data", Path(scratch) / "out"
            music, doc = root / "usr/share/demo/data/music", root / "usr/share/doc/amoebax-data"
            for folder in (music, doc, root / "DEBIAN"):
                folder.mkdir(parents=True)
            (root / "DEBIAN/control").write_text("Package: amoebax-data\nVersion: 1.0-1\nArchitecture: all\n"
                                                 "Maintainer: A <a@example.org>\nDescription: demo\n")
            (doc / "copyright").write_text(COPYRIGHT)
            for name, seconds in (("long", 26), ("short", 2), ("odd", 26)):
                soundfile.write(music / f"{name}.ogg", np.zeros(seconds * 8000), 8000)
            subprocess.run(["dpkg-deb", "-b", root, scratch], check=True, capture_output=True)
            out.mkdir()
            entries, left_out = collect.collect("amoebax-data", Path(scratch), out)
        self.assertEqual([Path(e["file"]).name for e in entries], ["long.ogg"])
        self.assertEqual((entries[0]["licence"], entries[0]["version"]), ("CC-BY-SA-3.0", "1.0-1"))
        self.assertEqual(sorted(left_out.values()), ["2 s long", "licence not known as free: Odd-Licence"])

    def test_packages_kept_for_measuring_are_refused(self):
        with self.assertRaises(ValueError):
            collect.fetch("bb", Path("."))


class Excerpts(unittest.TestCase):
    def test_tracks_are_taken_from_all_packages_in_turn_and_quicker_takes_last(self):
        names = [("a", "x"), ("a", "x_fast"), ("a", "y"), ("b", "z")]
        tracks = [{"kind": "recording", "package": p, "author": "", "file": f"{f}.ogg", "sha256": f} for p, f in names]
        order = [Path(t["file"]).stem for t in excerpts.in_turn(tracks)]
        self.assertEqual(set(order[:2]) & {"z"}, {"z"})
        self.assertEqual(order[-1], "x_fast")

    def test_the_densest_window_is_found(self):
        weights = np.zeros(100)
        weights[60:70] = 1
        self.assertTrue(50 <= excerpts.densest(weights, 20) <= 60)
        self.assertEqual(excerpts.densest(weights[:10], 20), 0)

    def test_agreement_is_one_for_the_same_beats_and_falls_with_each_that_differs(self):
        self.assertEqual(agreement([1, 2, 3], [1.01, 2.02, 2.95]), 1)
        self.assertAlmostEqual(agreement([1, 2, 3, 4], [1, 3]), 2 / 3)
        self.assertEqual(agreement([], [1]), 0)


@unittest.skipUnless(tracker.available(), "needs libopenmpt")
class Modules(unittest.TestCase):
    # Kick on every fourth row, snare a tick late in between, a note of the tune on another channel.
    CELLS = {**{(row, 0): (1, 428, 0, 0) for row in range(0, 64, 4)}, **{(row, 1): (2, 428, 14, 0xD1) for row in range(2, 64, 4)},
             **{(row, 2): (3, 300, 0, 0) for row in range(1, 64, 8)}}
    DECIDED = {"drums": {"0": "kick", "1": "snare"}}

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "demo.mod"
        self.path.write_bytes(module_file(self.CELLS, [burst(1), burst(2), burst(3)]))

    def tearDown(self):
        shutil.rmtree(self.folder)

    def test_rows_come_at_their_time_and_delays_are_counted_in_ticks(self):
        module = tracker.Module(self.path)
        rows = module.rows(10)
        self.assertEqual(len(rows), 64)
        for n, row in enumerate(rows):
            self.assertLessEqual(abs(row[0] - n * ROW), 2 * tracker.BLOCK)
        snare = next(s for s in strikes(module, rows) if s.instrument == 1)
        self.assertLessEqual(abs(snare.frame - (2 * ROW + ROW // 6)), 2 * tracker.BLOCK)

    def test_stems_add_up_to_the_mix_and_labels_lie_at_the_rise_of_the_sound(self):
        parts, entry, kit = modules.take_apart(self.path, self.DECIDED)
        np.testing.assert_allclose(parts["drums"] + parts["backing"], parts["mix"], atol=1e-4)
        self.assertGreater(np.abs(parts["backing"]).max(), .01)
        self.assertEqual([h["piece"] for h in entry["hits"]][:4], ["kick", "snare", "kick", "snare"])
        self.assertEqual(len(entry["hits"]), 32)
        sound = np.abs(parts["drums"]).max(1)
        for hit in entry["hits"]:
            at = int(hit["time"] * tracker.RATE)
            self.assertLess(sound[at - 60:at - 44].max(initial=0), .1 * sound[at:at + 1000].max())
            self.assertGreater(sound[at:at + 60].max(), .1 * sound[at:at + 1000].max())
        self.assertEqual({piece for piece, *_ in kit}, {"kick", "snare"})

    def test_beats_are_counted_where_a_kick_marks_each_and_not_where_nothing_does(self):
        _, entry, _ = modules.take_apart(self.path, self.DECIDED)
        self.assertEqual([n for _, n in entry["beats"]][:5], [1, 2, 3, 4, 1])
        np.testing.assert_allclose(np.diff([t for t, _ in entry["beats"]]), .48, atol=1e-3)
        _, entry, _ = modules.take_apart(self.path, {"drums": {"2": "kick"}})
        self.assertIsNone(entry["beats"])

    def test_an_instrument_that_is_left_out_is_in_no_stem(self):
        parts, _, _ = modules.take_apart(self.path, self.DECIDED | {"left_out": [2]})
        self.assertLess(np.abs(parts["backing"]).max(), 1e-4)

    def test_kits_are_written_in_the_format_of_the_collection(self):
        _, _, kit = modules.take_apart(self.path, self.DECIDED)
        track = {"licence": "GPL-2", "author": "A", "gpl": True, "package": "p", "version": "1", "file": "demo.mod"}
        kit_export.write(self.folder / "kit", "module-demo", track, "demo", kit)
        info = json.loads((self.folder / "kit/kit.json").read_text())
        self.assertEqual({s["piece"] for s in info["samples"]}, {"kick", "snare"})
        for s in info["samples"]:
            x, rate = soundfile.read(self.folder / "kit" / s["file"])
            self.assertEqual((rate, x.ndim), (44100, 1))


class Notes(unittest.TestCase):
    CELL = {"note": 60, "instrument": 1, "volume_effect": 0, "effect": 0, "volume": 0, "parameter": 0}

    def test_a_portamento_starts_no_note_and_a_retrigger_several(self):
        self.assertEqual(ticks_of(self.CELL, 6), [0])
        self.assertEqual(ticks_of(self.CELL | {"effect": 4, "parameter": 8}, 6), [])
        self.assertEqual(ticks_of(self.CELL | {"effect": 19, "parameter": 0x93}, 6), [0, 3])
        self.assertEqual(ticks_of(self.CELL | {"effect": 20, "parameter": 0xD7}, 6), [])

    def test_a_hit_hidden_in_its_own_tail_is_not_sure(self):
        sound = np.zeros((44100, 2), np.float32)
        sound[1000:20000] = 1                                   # one rise, then constant
        its = labels.label([Strike(f, 0, 60, 0, None, 0) for f in (1000, 10000)], {0: sound}, lambda s: "kick")
        self.assertEqual([h.sure for h in its], [True, False])


if __name__ == "__main__":
    unittest.main()
