"""Tests of electronic drum parts and bands, and of what mastering does: seconds, no data needed."""
import unittest

import numpy as np

from training.data.parts.arrange import on_timeline
from training.data.parts.electronic import BARS, invent_electronic
from training.data.parts.timeline import steady
from training.data.sounds import mastering
from training.data.sounds.effects import Equaliser, Spectrum, rms
from training.data.synthesis.band import Chug, ElectronicBand
from training.data.synthesis.patches import ROLES, Patch, Voice, swell
from training.features import RATE
from training.pieces import OTHER, PIECES

N = 6 * RATE


def music(rng, n=N):
    t = np.arange(n) / RATE
    return (np.sin(2 * np.pi * 220 * t) * .2 + rng.standard_normal(n) * .02).astype(np.float32)


class Parts(unittest.TestCase):
    def test_electronic_parts_are_eight_bars_of_known_pieces(self):
        for seed in range(80):
            pattern = invent_electronic(np.random.default_rng(seed))
            self.assertEqual((pattern.per_bar, pattern.bars), (4, BARS))
            self.assertTrue(50 < pattern.bpm < 200)
            self.assertGreater(len(pattern.hits), 15)
            self.assertTrue(all(0 <= t < 4 * BARS and piece in [*PIECES, OTHER] and 0 < v <= 1 for t, piece, v in pattern.hits))

    def test_they_lie_on_a_clip_s_clock(self):
        rng = np.random.default_rng(1)
        pattern = invent_electronic(rng)
        hits = on_timeline(rng, pattern, steady(rng, pattern.bpm, 4, 8), 8, [])
        self.assertGreater(len(hits), 10)
        self.assertTrue(all(0 <= t < 8 for t, _, _ in hits))


class Bands(unittest.TestCase):
    def test_a_patch_has_the_pitch_of_its_note(self):
        for seed in range(30):
            patch = Patch(np.random.default_rng(seed), "lead")
            if patch.wave in ("saw", "square", "triangle"):
                x = patch.note(69, 1.0)
                spectrum = np.abs(np.fft.rfft(x * np.hanning(len(x)), 4 * RATE))
                near = spectrum[4 * 440 - 50:4 * 440 + 50]
                self.assertGreater(near.max(), .2 * spectrum.max(), patch.wave)

    def test_every_part_is_finite_and_of_bounded_level(self):
        for seed in range(4):
            rng = np.random.default_rng(seed)
            for sound in [*(Patch(rng, role) for role in ROLES), Voice(rng), Chug(rng)]:
                x = sound.note(50, .3)
                self.assertTrue(np.isfinite(x).all())
                self.assertTrue(.1 < np.abs(x).max() <= 1)
            self.assertTrue(np.isfinite(swell(rng, 1.5)).all())

    def test_a_band_plays_to_the_end_and_a_seed_repeats_it(self):
        def play(seed):
            rng = np.random.default_rng(seed)
            return ElectronicBand(rng, steady(rng, 120, 4, N / RATE), [0, 1, 2, 3, 4, 5], N).play()
        bands = [play(seed) for seed in range(6)]
        self.assertTrue(all(np.isfinite(x).all() and x.shape == (N,) for x in bands))
        self.assertGreater(np.median([rms(x[5 * RATE:]) for x in bands]), .05)
        np.testing.assert_allclose(bands[2], play(2), atol=1e-4)


class Mastering(unittest.TestCase):
    def setUp(self):
        self.rng = np.random.default_rng(0)
        self.x = music(self.rng)

    def test_a_side_chain_ducks_at_the_kick_and_lets_go(self):
        y = mastering.pump(self.rng, self.x, [2.0, 4.0])
        level = lambda at: rms(y[int(at * RATE):int((at + .02) * RATE)])
        self.assertLess(level(2.0), .75 * level(1.5))
        self.assertAlmostEqual(level(3.5) / level(1.5), 1, delta=.1)
        self.assertEqual(len(mastering.pump(self.rng, self.x, [])), N)

    def test_a_limiter_lowers_the_crest_and_keeps_the_rest(self):
        x = self.x.copy()
        x[RATE:RATE + 200] *= 4
        y = mastering.limit(self.rng, x)
        crest = lambda z: np.abs(z).max() / rms(z)
        self.assertLess(crest(y), .8 * crest(x))
        self.assertTrue(np.isfinite(y).all())

    def test_a_codec_loses_little_but_the_treble(self):
        hiss = self.rng.standard_normal(N).astype(np.float32) * .05
        for seed in range(6):
            rng = np.random.default_rng(seed)
            y = mastering.codec(rng, self.x + hiss)
            self.assertEqual(y.shape, self.x.shape)
            tone = np.sin(2 * np.pi * 220 * np.arange(N) / RATE)
            self.assertAlmostEqual(float(y @ tone / (self.x @ tone)), 1, delta=.1)
            spectrum = np.abs(np.fft.rfft(y))
            self.assertLess(spectrum[18000 * 6:].max(), .1 * spectrum[2000 * 6:6000 * 6].max())

    def test_the_lapped_transform_is_its_own_inverse(self):
        frames = self.rng.standard_normal((3, 2 * mastering.CODEC))
        frames[1, :mastering.CODEC] = frames[0, mastering.CODEC:]
        windows = mastering._unlapped(mastering._lapped(frames[:2] * mastering._SINE)) * mastering._SINE
        np.testing.assert_allclose(windows[0, mastering.CODEC:] + windows[1, :mastering.CODEC], frames[0, mastering.CODEC:], atol=1e-5)

    def test_every_bus_keeps_the_length(self):
        for seed in range(40):
            rng = np.random.default_rng(seed)
            for y in (mastering.drum_bus(rng, self.x), mastering.master_bus(rng, self.x),
                      mastering.backing_bus(rng, self.x, [1.0], Spectrum(N), True)):
                self.assertTrue(y.shape == self.x.shape and np.isfinite(y).all())

    def test_long_and_short_spectra_are_equalised_alike(self):
        equaliser = Equaliser(self.rng, 6)
        hz = np.linspace(20, 20000, 50000)
        np.testing.assert_allclose(equaliser.gain(hz)[::500], equaliser.gain(hz[::500]), rtol=.02)


if __name__ == "__main__":
    unittest.main()
