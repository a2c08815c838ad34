"""Tests of what backings are made of."""
import unittest

import numpy as np

from training.data import accompany
from training.data.parts.timeline import steady
from training.data.sounds import plucked
from training.features import RATE


class Backing(unittest.TestCase):
    def test_a_plucked_string_has_its_pitch(self):
        rng = np.random.default_rng(1)
        y = plucked.pluck(rng, plucked.invent_guitar(rng), 57, 1.0)                 # 220 Hz
        spectrum = np.abs(np.fft.rfft(y[:RATE] * np.hanning(len(y[:RATE]))))
        comb = [sum(spectrum[int(f * k) - 3:int(f * k) + 4].max() for k in (1, 2, 3)) for f in (220, 233, 196, 207)]
        self.assertEqual(int(np.argmax(comb)), 0)

    def test_a_strummer_plays_to_the_end(self):
        rng = np.random.default_rng(2)
        timeline = steady(rng, 110, 4, 6)
        y = plucked.Strummer(rng, plucked.strums(rng, 1), timeline, [0, 5, 7, 0], False, 6 * RATE).play()
        self.assertGreater(np.abs(y[4 * RATE:]).max(), .01)
        self.assertTrue(np.isfinite(y).all())

    def test_a_style_of_the_library_is_understood(self):
        if not accompany.LIBRARY.exists():
            self.skipTest("mma is not installed")
        waltz = accompany.Style(accompany.LIBRARY / "stdlib/waltz.mma")
        self.assertEqual((waltz.quarters, waltz.pulses), (3, 3))
        midi, hits = accompany.play(waltz, np.random.default_rng(0))
        beats = accompany.pulses(waltz, midi)
        self.assertGreater(len(hits), 20)
        self.assertLess(abs(beats[-1] - midi.length), 2)


if __name__ == "__main__":
    unittest.main()
