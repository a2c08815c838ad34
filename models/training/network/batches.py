"""Batches of a pool made ahead, in a thread and on a GPU in a stream of their own, so that training never waits."""
import queue
import threading
import time

import torch

from training.network.pool import Mixing, Pool

EVERY = 2.0             # seconds between looks for new shards


class Batches:
    """`next()` -> the tensors of Pool.batch; `clips`: how many take part by now."""

    def __init__(self, folder, device, size, frames, mixing=Mixing(), clips=0, seed=0, most=10 ** 9):
        self.device, self.clips, self.going = torch.device(device), 0, True
        self.cuda = self.device.type == "cuda"
        self.ready = queue.Queue(3)
        self.thread = threading.Thread(target=self._make, args=(folder, size, frames, mixing, clips, seed, most), daemon=True)
        self.thread.start()

    def _make(self, folder, size, frames, mixing, clips, *pool):
        try:
            if self.cuda:
                stream = torch.cuda.Stream(self.device)
                with torch.cuda.stream(stream):
                    self._loop(folder, size, frames, mixing, clips, pool, stream)
            else:
                self._loop(folder, size, frames, mixing, clips, pool, None)
        except Exception as error:                               # the trainer gets it from next()
            self.ready.put(error)

    def _loop(self, folder, size, frames, mixing, clips, pool, stream):
        pool = Pool(folder, self.device, *pool)
        looked = 0.0
        while self.going:
            if time.time() - looked > EVERY:
                self.clips = pool.refresh(mixing)
                looked = time.time()
            if self.clips <= clips:
                time.sleep(.2)
                continue
            batch = pool.batch(size, frames)
            event = stream.record_event() if stream else None
            while self.going:
                try:
                    self.ready.put((batch, event), timeout=1)
                    break
                except queue.Full:
                    pass

    def next(self):
        got = self.ready.get()
        if isinstance(got, Exception):
            raise got
        batch, event = got
        if event is not None:
            current = torch.cuda.current_stream(self.device)
            current.wait_event(event)
            for tensor in batch:
                tensor.record_stream(current)
        return batch

    def stop(self):
        self.going = False
        self.thread.join()
