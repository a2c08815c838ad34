"""Tests of computed and renewed kits: seconds, no data needed."""
import unittest

import numpy as np

from training.data.sounds.kits import choose_sources
from training.data.sounds.play import render_drums
from training.data.synthesis.choice import kits_for_clip
from training.data.synthesis.degrade import cheapen
from training.data.synthesis.kit import SyntheticKit, synthetic_kit
from training.data.synthesis.modal import ModalBank
from training.data.synthesis.renewed import RenewedKit, morph
from training.data.synthesis.toms import ORDER, tom
from training.features import RATE
from training.pieces import HATS, OTHER, PIECES

KITS = [SyntheticKit(seed) for seed in range(8)]


def power(x):
    """-> Hz, power of every bin"""
    x = x.astype(np.float64)
    return np.fft.rfftfreq(len(x), 1 / RATE), np.abs(np.fft.rfft(x)) ** 2


def centroid(x):
    hz, p = power(x)
    return float((hz * p).sum() / p.sum())


def loudest(x, low=0):
    hz, p = power(np.pad(x, (0, RATE)))
    return float(hz[np.argmax(p * (hz > low))])


def hardest(kit, piece):
    return max(kit.samples[piece], key=lambda item: item[0])[1]


def seconds_to(x, decibels):
    """Until the level of 5 ms stays below the loudest by so much."""
    blocks = x[:len(x) // 220 * 220].astype(float).reshape(-1, 220)
    level = np.sqrt((blocks ** 2).mean(1))
    return float(np.nonzero(level > level.max() * 10 ** (-decibels / 20))[0][-1] * 220 / RATE)


class Bank(unittest.TestCase):
    def test_a_mode_has_its_frequency_and_its_decay(self):
        x = ModalBank([440], [.5], 1)(np.array([1.0]))
        self.assertAlmostEqual(loudest(x), 440, delta=2)
        level = lambda at: np.abs(x[int(at * RATE):int((at + .02) * RATE)]).max()
        self.assertAlmostEqual(20 * np.log10(level(.3) / level(.05)), -30, delta=1)


class Kits(unittest.TestCase):
    def test_every_piece_sounds_at_a_sane_level_and_length(self):
        for kit in KITS:
            self.assertEqual(set(kit.samples), {*PIECES, OTHER})
            for piece in kit.samples:
                for velocity, x, _ in kit.samples[piece]:
                    self.assertEqual(x.dtype, np.int16)
                    self.assertTrue(200 <= len(x) <= 4 * RATE, (kit.id, piece, len(x)))
                    self.assertTrue(0 < velocity <= 1)
                    self.assertGreater(np.abs(x).max(), 1000)
                    self.assertEqual(abs(int(x[-1])), 0)
                self.assertGreater(kit.level[piece], .01)

    def test_a_seed_gives_the_same_kit_in_any_order(self):
        one, two = SyntheticKit(5), SyntheticKit(5)
        for piece in ("kick", "tomLow", "hihatOpen"):
            two.samples[piece]
        for piece in ("hihatOpen", "snare", "kick"):
            for (_, a, _), (_, b, _) in zip(one.samples[piece], two.samples[piece], strict=True):
                np.testing.assert_allclose(a.astype(int), b, atol=2)
        self.assertFalse(np.array_equal(hardest(one, "kick")[:200], hardest(SyntheticKit(6), "kick")[:200]))

    def test_kicks_are_low_and_hats_are_high(self):
        kicks = [centroid(hardest(kit, "kick")) for kit in KITS]
        hats = [centroid(hardest(kit, "hihatClosed")) for kit in KITS]
        self.assertLess(np.median(kicks), 400)
        self.assertGreater(min(hats), 2000)
        self.assertGreater(np.median(hats), 5000)

    def test_hats_ring_longer_the_more_they_are_open(self):
        lengths = np.array([[seconds_to(hardest(kit, piece), 30) for piece in ("hihatClosed", "hihatHalfOpen", "hihatOpen")]
                            for kit in KITS])
        self.assertTrue((np.diff(np.median(lengths, 0)) > .1).all())
        self.assertGreater((np.diff(lengths, axis=1) > 0).mean(), .9)

    def test_the_toms_of_a_set_are_in_the_order_of_their_names(self):
        for seed in range(20):
            pitch = [loudest(tom(np.random.default_rng(seed), piece, "acoustic")(np.random.default_rng(0), .3)[2000:])
                     for piece in ORDER]
            self.assertEqual(pitch, sorted(pitch))
            self.assertTrue(45 < pitch[0] < pitch[-1] < 700, pitch)

    def test_a_harder_stroke_of_a_skin_is_louder_and_brighter(self):
        kits = [kit for kit in map(SyntheticKit, range(60)) if kit.styles["snare"] == "acoustic" and len(kit.layers) == 3
                and not kit.cheap]
        brighter = []
        for kit in kits:
            soft, hard = (next(x for v, x, _ in kit.samples["tomMid"] if v == velocity) for velocity in (.3, 1.0))
            self.assertGreater(np.abs(hard).max(), 2 * np.abs(soft).max())
            brighter.append(centroid(hard[:2000]) > centroid(soft[:2000]))
        self.assertGreater(len(brighter), 3)
        self.assertGreater(np.mean(brighter), .7)

    def test_a_cheap_machine_makes_few_levels(self):
        x = np.sin(np.arange(9000) / 30).astype(np.float32)
        for seed in range(10):
            y = cheapen(np.random.default_rng(seed))(x)
            self.assertTrue(np.isfinite(y).all() and 0 < len(y) <= len(x))
            self.assertLessEqual(np.abs(y).max(), 1.01)


class Renewed(unittest.TestCase):
    def test_without_share_a_morph_changes_nothing(self):
        rng = np.random.default_rng(0)
        x, y = rng.standard_normal((2, 9000)).astype(np.float32) * .1
        np.testing.assert_allclose(morph(x, y, 0)[600:-1100], x[600:-1100], atol=1e-4)

    def test_a_morph_takes_on_the_partner_s_spectrum_and_decay(self):
        rng = np.random.default_rng(0)
        x = rng.standard_normal(RATE).astype(np.float32) * .1
        y = np.convolve(rng.standard_normal(RATE), np.ones(20) / 20)[:RATE] * np.exp(-np.arange(RATE) / 8000)
        z = morph(x, y.astype(np.float32), .9)
        self.assertLess(centroid(z), .6 * centroid(x))
        self.assertLess(seconds_to(z, 30), .9)

    def test_a_renewed_kit_keeps_its_pieces_and_levels_of_velocity(self):
        kit = RenewedKit(KITS[0], KITS, 3)
        self.assertEqual(set(kit.samples), set(KITS[0].samples))
        again = RenewedKit(KITS[0], KITS, 3)
        for piece in ("kick", "snare", "crash", OTHER):
            self.assertLessEqual(len(kit.samples[piece]), 5)
            for (v, x, name), (_, same, _) in zip(kit.samples[piece], again.samples[piece], strict=True):
                np.testing.assert_allclose(x.astype(int), same, atol=2)
                self.assertGreater(np.abs(x).max(), 500)


class Playing(unittest.TestCase):
    def test_clips_find_a_sound_for_every_piece(self):
        hits = [(.1 + .1 * i, piece, .8) for i, piece in enumerate([*PIECES, OTHER])]
        for seed in range(12):
            rng = np.random.default_rng(seed)
            buses, strikes = render_drums(rng, hits, kits_for_clip(rng, KITS[:3]), 4 * RATE)
            self.assertEqual(len(strikes), len(hits))
            self.assertTrue(all(np.isfinite(x).all() and np.abs(x).max() > 1e-3 for x in buses.values()))

    def test_a_pair_of_computed_kits_is_chosen_like_sampled_ones(self):
        rng = np.random.default_rng(1)
        sources = choose_sources(rng, [synthetic_kit(rng), synthetic_kit(rng)], {"hihatHalfOpen"})
        self.assertEqual({piece: label for piece, (_, _, _, label) in sources.items()}["hihatHalfOpen"], "hihatHalfOpen")
        self.assertEqual(len({sources[piece][0].id for piece in HATS}), 1)


if __name__ == "__main__":
    unittest.main()
