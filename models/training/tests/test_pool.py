"""Tests of what training mixes and where it starts; seconds, no data needed."""
import shutil
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from training import paths
from training.data.shards import STEP, Band, DrumClip, pack, write_bands, write_clips
from training.evaluation.evaluate import listener
from training.features import BANDS
from training.network import remix
from training.network.average import towards
from training.network.model import Listener, load
from training.network.pool import Mixing, Pool
from training.network.recover import folded, settle, widen
from training.pieces import ACTIVATIONS, PIECES, VELOCITIES
from training.separation.teacher import labels, leak


def column(name):
    return ACTIVATIONS.index(name)


class Pooling(unittest.TestCase):
    """A pool of one band and clips of a snare in silence."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        rng = np.random.default_rng(0)
        band = Band(7, rng.random((2500, BANDS)).astype(np.float32), "songs", beats=[0, .5, 1, 1.5])
        write_bands(self.folder / "bands.npz", [band])
        x = np.zeros((600, BANDS), np.float32)
        x[300:306] = 2
        event = (3.0, PIECES.index("snare"), .8, 1)
        clip = lambda source: DrumClip(x, [event], np.full((1, 2, BANDS), 2, np.float32), [(2.0, 1), (3.0, 2)], source, 7, (0, 1))
        write_clips(self.folder / "clips.npz", [clip("rendered"), clip("modules")])

    def test_a_batch_has_the_hit_where_the_drums_are(self):
        pool = Pool(self.folder)
        self.assertEqual(pool.refresh(), 2)
        x, y, weight, velocity, mask = pool.batch(40, 600)
        self.assertEqual(x.shape, (40, 600, BANDS))
        there = y[:, 300, column("snare")] == 1
        self.assertGreater(int(there.sum()), 30)
        self.assertTrue(bool((y[there][:, :295, column("snare")] == 0).all()))
        torch.testing.assert_close(velocity[there][:, 300, VELOCITIES.index("snare")].unique(), torch.tensor([.8]))
        self.assertTrue(bool(torch.isfinite(x).all()))

    def test_what_is_left_out_is_never_drawn(self):
        pool = Pool(self.folder)
        pool.refresh(Mixing(without=("modules",)))
        self.assertEqual([of.tolist() for _, of in pool.kinds], [[0]])

    def test_labels_that_are_not_sure_have_no_weight(self):
        x = np.full((600, BANDS), .5, np.float32)
        doubt = np.zeros((600, len(ACTIVATIONS)), np.uint8)
        write_clips(self.folder / "more.npz", [DrumClip(x, [], np.zeros((0, 2, BANDS)), None, "recorded", sure=doubt)])
        pool = Pool(self.folder)
        pool.refresh()
        pool.kinds = [(1.0, np.array([2]))]
        _, _, weight, _, _ = pool.batch(60, 600)
        without_drums = (weight[:, :, 0].amax(1) > 0).float().mean()
        self.assertAlmostEqual(float(without_drums), remix.DRUMLESS, delta=.08)
        self.assertEqual(float(weight[:, :, column("beat")].max()), 0)

    def test_quantised_features_are_near_what_they_were(self):
        x = np.linspace(0, 3, 100, dtype=np.float32)
        np.testing.assert_allclose(pack(x) * STEP, x, atol=STEP / 2 + 1e-6)


class Starting(unittest.TestCase):
    def test_a_wider_network_answers_as_the_narrower_one(self):
        net = Listener(hidden=24).eval()
        wide = widen(net, net.sizes | {"hidden": 40}).eval()
        x = torch.rand(2, 50, BANDS)
        with torch.no_grad():
            for a, b in zip(net(x), wide(x)):
                torch.testing.assert_close(a, b)

    def test_the_committed_listener_becomes_a_network_again(self):
        onnx, net = paths.MODELS / "listener.onnx", load(paths.MODELS / "listener.onnx").eval()
        x = np.random.default_rng(0).random((333, BANDS), np.float32) * 2
        for was, now in zip(listener(onnx)(x), net(torch.from_numpy(x[None]))):
            np.testing.assert_allclose(was, torch.sigmoid(now)[0].detach(), atol=1e-4)

    def test_settled_norms_change_no_answer(self):
        net = Listener(hidden=24).eval()
        x = torch.rand(3, 80, BANDS)
        before = net(x)[0].detach()
        settle(net, x)
        torch.testing.assert_close(net.eval()(x)[0].detach(), before, atol=1e-4, rtol=1e-4)


    def test_between_start_and_end_of_a_run_lie_both(self):
        start, x = Listener(hidden=24).eval(), torch.rand(2, 40, BANDS)
        end = widen(start, start.sizes | {"hidden": 32}).eval()
        with torch.no_grad():
            end.mix.weight += .1
            for share, same in ((0, start), (1, end)):
                torch.testing.assert_close(towards(start, end, share)(x)[0], same(x)[0], atol=1e-5, rtol=1e-4)

    def test_folded_norms_change_no_answer(self):
        net, x = Listener(hidden=24), torch.rand(3, 80, BANDS)
        net(x)                                                   # norms of their own
        net.eval()
        torch.testing.assert_close(folded(net).eval()(x)[0].detach(), net(x)[0].detach(), atol=1e-5, rtol=1e-4)


class Teaching(unittest.TestCase):
    def test_only_what_the_teacher_is_sure_of_counts(self):
        heard = np.zeros((200, len(ACTIVATIONS)), np.float32)
        for n, level in ((50, .95), (120, .3)):
            for name in ("SD", "snare"):
                heard[n, column(name)] = level
        hits, sure = labels((heard, np.ones((200, len(VELOCITIES)))), (heard, np.ones((200, len(VELOCITIES)))), False)
        self.assertEqual([round(h["time"], 2) for h in hits], [.5])
        for frame, trusted in ((50, 1), (120, 0), (160, 1)):
            self.assertEqual(sure[frame, column("SD")], trusted, frame)
        self.assertEqual(sure[:, column("beat")].max(), 0)

    def test_drums_that_are_still_heard_in_the_rest_are_counted(self):
        heard, loud = np.zeros((200, len(ACTIVATIONS)), np.float32), np.ones((200, len(VELOCITIES)))
        heard[[50, 100], column("HH")] = .9
        hits, _ = labels((heard, loud), (heard, loud), False)
        heard[100] = 0
        self.assertEqual(leak((heard, loud), hits), .5)


if __name__ == "__main__":
    unittest.main()
