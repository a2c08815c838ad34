"""Parts whose bars change, and what the counter learns from them."""
import unittest

import numpy as np

from training.counter import bars
from training.counter.examples import example
from training.counter.music import music, timed

# The kick marks the first beat of every bar, at full velocity, the snare the others.
PART = [(float(beat), "snare" if beat % 4 else "kick", .5 if beat % 4 else 1.0) for beat in range(64)]


class Bars(unittest.TestCase):
    def test_a_part_in_three_is_made_of_beats_of_a_part_in_four(self):
        hits, downbeats = bars.cut(PART, [0, 1, 3])
        self.assertEqual(downbeats, [3 * bar for bar in range(16)])
        self.assertEqual([(t, piece) for t, piece, _ in hits[:4]], [(0, "kick"), (1, "snare"), (2, "snare"), (3, "kick")])

    def test_a_hit_just_before_its_beat_moves_with_it(self):
        hits, _ = bars.rearrange([(3.95, "kick", 1.0)], [[0, 1], [4, 5]])
        self.assertAlmostEqual(hits[0][0], 1.95)

    def test_a_change_keeps_the_first_phrase_and_brings_bars_of_other_lengths(self):
        lengths = set()
        for seed in range(50):
            hits, downbeats = bars.change(np.random.default_rng(seed), PART)
            self.assertEqual((downbeats[:2], [piece for t, piece, _ in hits if t < 8]),
                             ([0, 4], [piece for _, piece, _ in PART[:8]]))
            lengths |= set(np.diff(downbeats))
        self.assertEqual(lengths, {2, 3, 4, 5, 6, 7})

    def test_joined_parts_follow_each_other_at_bar_lines(self):
        waltz = bars.cut(PART, [0, 1, 2])[0]
        lengths = set()
        for seed in range(50):
            hits, downbeats = bars.join(np.random.default_rng(seed), [(PART, 4), (waltz, 3)])
            self.assertEqual(sorted({t for t, piece, _ in hits if piece == "kick"}), downbeats)
            lengths.add(tuple(sorted(set(np.diff(downbeats)))))
        self.assertEqual(lengths, {(3,), (4,), (3, 4)})


class Music(unittest.TestCase):
    def test_bars_of_one_length_go_on_before_the_first_stroke_and_to_the_last(self):
        part = music(PART, 4, 100, True, 1)
        self.assertEqual((part.downbeats[0], part.downbeats[-1]), (-48, 64))
        self.assertEqual(set(np.diff(part.downbeats)), {4})

    def test_an_example_has_downbeats_where_bars_of_changing_lengths_begin(self):
        part = music(*bars.rearrange(PART, [[0, 1, 2, 3], [4, 5], [8, 9, 10, 11], [12, 13, 14, 15]] * 4), 100, True, 1)
        rng = np.random.default_rng(1)
        shares = []
        while len(shares) < 20:
            _, downbeat, played, right, _ = example(rng, part, 32)
            if right:
                shares.append(downbeat[played > 0].mean())
        self.assertAlmostEqual(float(np.mean(shares)), 4 / 14, delta=.04)

    def test_a_song_in_seconds_is_counted_in_beats(self):
        song = {"beats": [2 * n for n in range(20)], "hits": [[4.0, "kick", 1.0], [5.0, "snare", .5]] * 5}
        hits, bpm = timed(song)
        self.assertEqual((sorted({t for t, _, _ in hits}), bpm), ([2, 2.5], 30))


if __name__ == "__main__":
    unittest.main()
