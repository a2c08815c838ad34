"""Tests of the pure functions; seconds, no data needed:  python3 -m unittest discover -s training/tests -t ., in models"""
import json
import unittest

import numpy as np
import torch

from training import audibility, features
from training.audibility import LOOKS
from training.data.clip import audible
from training.data.parts.invent import invent_groove
from training.data.parts.timeline import Timeline, steady
from training.data.sounds.effects import Equaliser
from training.data.sounds.play import Strike
from training.features import BANDS, FPS, RATE
from training.features_fixture import DEFAULT, signal
from training.network import average, decode, remix, targets
from training.network.model import Listener
from training.network.train import learning_rate
from training.pieces import ACTIVATIONS, FINE, FINE_OF, GROUPS, PIECES, UNGROUPED, VELOCITIES


def column(name):
    return ACTIVATIONS.index(name)


class Vocabulary(unittest.TestCase):
    def test_every_piece_has_one_output(self):
        self.assertEqual(sorted(FINE_OF), sorted(PIECES))
        self.assertEqual(sorted([*sum(GROUPS.values(), []), *UNGROUPED]), sorted(FINE))


class Features(unittest.TestCase):
    def test_fixture_is_current(self):
        shape = json.loads((DEFAULT / "shape.json").read_text())
        stored = np.fromfile(DEFAULT / "features.f32", "<f4").reshape(shape["frames"], shape["bands"])
        heard = np.fromfile(DEFAULT / "signal.f32", "<f4")
        np.testing.assert_allclose(heard, signal(), atol=1e-6)
        np.testing.assert_allclose(features.listen(heard), stored, atol=1e-4)

    def test_loudness_does_not_matter(self):
        x = signal()
        np.testing.assert_allclose(features.listen(x), features.listen(x * .1), atol=1e-3)

    def test_silence_is_zero(self):
        self.assertEqual(features.listen(np.zeros(RATE, np.float32)).max(), 0)

    def test_a_click_peaks_at_its_own_frame(self):
        x = np.zeros(RATE, np.float32)
        x[RATE // 2] = 1
        self.assertEqual(int(features.frames(x).sum(1).argmax()), FPS // 2)


def build(events, beats=(), counted=True, start=0, frames=100):
    """targets.build for one crop from frame `start`; events and beats in seconds -> four numpy arrays."""
    events = torch.tensor(np.array(events, np.float32).reshape(-1, 4)) * torch.tensor([FPS, 1, 1, 1.0])
    beats = torch.tensor(np.array(beats, np.float32).reshape(-1, 2)) * torch.tensor([FPS, 1.0])
    events[:, 0], beats[:, 0] = events[:, 0] - start, beats[:, 0] - start
    zeros = lambda rows: torch.zeros(len(rows), dtype=torch.long)
    made = targets.build(events, zeros(events), beats, zeros(beats), torch.tensor([counted]), frames)
    return [t[0].numpy() for t in made]


class Targets(unittest.TestCase):
    def test_triangle_between_frames(self):
        y, weight, velocity, mask = build([(0.504, PIECES.index("rimshot"), .7, 1)])
        for name in ("snare", "SD"):
            np.testing.assert_allclose(y[49:53, column(name)], [1 - 1.4 / 1.5, 1 - .4 / 1.5, 1 - .6 / 1.5, 0], atol=1e-3)
        self.assertEqual(weight.min(), 1)
        self.assertAlmostEqual(float(velocity[50, VELOCITIES.index("snare")]), .7, places=5)
        self.assertEqual(mask.sum(), 3)

    def test_crops_are_shifted(self):
        whole, crop = (build([(0.5, 0, 1, 1)], start=s)[0] for s in (0, 30))
        np.testing.assert_allclose(whole[30:], crop[:70], atol=1e-4)

    def test_inaudible_hits_teach_less(self):
        y, weight, _, mask = build([(0.5, PIECES.index("crash"), 1, 0), (0.52, PIECES.index("ride"), 1, 1)])
        self.assertEqual(y[50, column("crash")], 1)
        np.testing.assert_allclose(weight[46:55, column("crash")], [1, *[targets.MASKED_WEIGHT] * 7, 1])
        self.assertEqual(weight[52, column("CY")], 1)
        self.assertEqual(mask[:, VELOCITIES.index("crash")].sum(), 0)

    def test_unknown_beats_are_ignored(self):
        y, weight, _, _ = build([], [(0.5, 1)], counted=False)
        self.assertEqual(weight[:, column("beat")].max(), 0)
        y, weight, _, _ = build([], [(0.5, 1), (0.8, 2)])
        self.assertEqual(y[50, column("downbeat")], 1)
        self.assertEqual(y[80, column("downbeat")], 0)
        self.assertEqual(y[80, column("beat")], 1)


class Decoding(unittest.TestCase):
    def test_targets_decode_to_the_hits_they_came_from(self):
        rng = np.random.default_rng(0)
        events = np.array([(t + rng.uniform(-.04, .04), rng.integers(0, len(PIECES)), rng.uniform(.1, 1), 1)
                           for t in np.arange(.2, 9, .2)], np.float32)
        y, _, velocity, _ = build(events, frames=1000)
        hits = decode.hits(y, velocity, dict.fromkeys([*GROUPS, *UNGROUPED], .4))
        self.assertEqual(len(hits), len(events))
        for hit, (t, piece, level, _) in zip(hits, events):
            self.assertEqual(hit["piece"], FINE_OF[PIECES[int(piece)]])
            self.assertLess(abs(hit["time"] - decode.ATTACK - t), .004)
            self.assertAlmostEqual(hit["velocity"], level, places=5)

    def test_plateau_is_one_peak(self):
        self.assertEqual(len(decode.peaks(np.array([0, 0, .8, .8, 0, 0]), .5)), 1)

    def test_beats_of_a_waltz(self):
        n = np.arange(3000)
        beat = np.clip(1 - np.abs((n + 25) % 50 - 25) / 3, 0, 1)
        down = np.clip(1 - np.abs((n + 75) % 150 - 75) / 3, 0, 1)
        found = decode.beats(beat, down)
        inside = [b for b in found if 5 < b["time"] < 25]
        self.assertTrue(all(abs(b["time"] / .5 - round(b["time"] / .5)) < .05 for b in inside))
        self.assertEqual({b["beat"] for b in inside}, {1, 2, 3})
        self.assertTrue(all(abs(b["time"] % 1.5) < .02 or abs(b["time"] % 1.5 - 1.5) < .02
                            for b in inside if b["beat"] == 1))


class Data(unittest.TestCase):
    def test_timeline_goes_beyond_its_ends(self):
        line = Timeline([1, 1.5, 2], first=-1, per_bar=2)
        np.testing.assert_allclose(line.seconds([-2, -1, .5, 3]), [.5, 1, 1.75, 3])
        self.assertEqual(line.beats(1.6), [(1.0, 2), (1.5, 1)])

    def test_grooves_are_whole_bars(self):
        for seed in range(60):
            rng = np.random.default_rng(seed)
            pattern = invent_groove(rng)
            self.assertTrue(all(-.2 < t < pattern.bars * pattern.per_bar + .5 for t, _, _ in pattern.hits))
            self.assertGreater(len(steady(rng, pattern.bpm, pattern.per_bar, 16).beats(16)), 10)

    def test_a_hit_far_below_noise_is_inaudible(self):
        rng = np.random.default_rng(0)
        noise = rng.standard_normal(2 * RATE).astype(np.float32) * .1
        own = features.magnitudes(rng.standard_normal(4096).astype(np.float32))[list(LOOKS)]
        equalisers = {"snare": Equaliser(rng, 0)}
        strikes = [Strike(1.0, "snare", 1, own * gain) for gain in (1.0, .003)]
        self.assertEqual(audible(strikes, equalisers, noise), [True, False])


class Remixing(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(0)
        self.rng = torch.Generator().manual_seed(0)
        self.drums, self.backing = (torch.rand(64, 120, BANDS) * .02 for _ in range(2))

    def test_features_and_magnitudes_are_inverse(self):
        torch.testing.assert_close(remix.linear(remix.features_of(self.drums)), self.drums, atol=1e-6, rtol=1e-3)

    def test_disturbed_features_stay_in_range_and_keep_silence(self):
        x = torch.rand(4, 50, BANDS) * 2
        x[:, 10] = 0
        y = remix.disturb(x, self.rng)
        self.assertEqual(y.shape, x.shape)
        self.assertTrue(bool(torch.isfinite(y).all()) and float(y.min()) >= 0)
        self.assertEqual(float(y[:, 10].max()), 0)

    def test_mixes_have_the_loudness_that_recordings_have(self):
        x, gain, drums, backing = remix.mix(self.drums, self.backing, remix.balance(self.rng, 64), self.rng)
        torch.testing.assert_close(remix.level(remix.linear(x)).flatten(), torch.full((64,), features.LOUDNESS), atol=.01, rtol=0)
        self.assertEqual(gain.shape, (64, 1, BANDS))

    def test_shares_of_the_mixes(self):
        gains = remix.balance(self.rng, 4000)
        self.assertAlmostEqual(float((gains[:, 0] == 0).float().mean()), remix.DRUMLESS, delta=.02)
        self.assertAlmostEqual(float((gains[:, 1] == 0).float().mean()), remix.ALONE, delta=.03)

    def test_retuned_drums_are_heard_at_their_new_pitch(self):
        x = torch.zeros(3, 1, BANDS)
        x[:, 0, 40] = 1
        octave = (x @ remix.tuning_matrix(torch.tensor([0, 12.0, -12]))).argmax(2).flatten().tolist()
        self.assertEqual(octave[0], 40)
        for place, octaves in zip(octave[1:], (1, -1)):
            self.assertAlmostEqual(float(remix.OCTAVES[place] - remix.OCTAVES[40]), octaves, delta=.06)
        torch.testing.assert_close(self.drums @ remix.tuning_matrix(torch.zeros(64)), self.drums)

    def test_a_separator_turns_the_backing_down_where_it_is_alone(self):
        self.drums[:, :, 40:] = 0
        stem = remix.separate(self.drums, self.backing, self.rng)
        self.assertLess(float((stem[:, :, 50:] / self.backing[:, :, 50:]).median()), .35)
        self.assertGreater(float((stem[:, :, :30] / self.drums[:, :, :30]).median()), .6)

    def test_a_hit_under_a_loud_backing_is_hidden(self):
        own = self.drums[0, [[10, 13]]]
        looks = torch.tensor([[10, 13]])
        crop = torch.zeros(1, dtype=torch.long)
        heard = lambda level: bool(audibility.audible(own, crop, looks, self.drums, self.backing * level))
        self.assertEqual([heard(0), heard(30)], [True, False])


    def test_a_band_ducks_under_the_kick_and_comes_back(self):
        kicks = torch.zeros(200, 120)
        kicks[:, 20] = 1
        quiet = remix.pump(torch.ones(200, 120, BANDS), kicks, self.rng)
        ducked = quiet[:, 20, 0] < .75
        self.assertAlmostEqual(float(ducked.float().mean()), remix.PUMPED, delta=.08)
        self.assertTrue(bool((quiet[:, 19] == 1).all()))
        self.assertTrue(bool((quiet[ducked, 30, 0] > quiet[ducked, 20, 0]).all()))

    def test_a_codec_drops_treble_far_below_the_rest(self):
        x = torch.ones(200, 10, BANDS) * .1
        x[:, :, -5:] = 1e-5
        coded = remix.code(x, self.rng)
        self.assertAlmostEqual(float((coded[:, 0, -1] < 1e-6).float().mean()), remix.CODED, delta=.08)
        torch.testing.assert_close(coded[:, :, :-5], x[:, :, :-5])


class Averaging(unittest.TestCase):
    def test_the_mean_of_snapshots_and_the_last_counter(self):
        snapshots = [{"w": torch.tensor([x]), "steps": torch.tensor(n)} for x, n in ((1.0, 5), (3.0, 9))]
        answer = average.mean(snapshots)
        self.assertEqual((float(answer["w"]), int(answer["steps"])), (2.0, 9))


class Network(unittest.TestCase):
    def test_any_number_of_frames(self):
        net = Listener().eval()
        with torch.no_grad():
            for frames in (1, 2, 77):
                activations, velocity = net(torch.rand(1, frames, BANDS))
                self.assertEqual(activations.shape, (1, frames, len(ACTIVATIONS)))
                self.assertEqual(velocity.shape, (1, frames, len(VELOCITIES)))

    def test_learning_rate_warms_up_and_ends_low(self):
        self.assertLess(learning_rate(1, 0, 0), .01)
        self.assertAlmostEqual(learning_rate(1, 1000, 0), 1)
        self.assertAlmostEqual(learning_rate(1, 1000, 1), .02)


if __name__ == "__main__":
    unittest.main()
