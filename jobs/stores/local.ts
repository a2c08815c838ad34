import { randomUUID } from "node:crypto";
import { mkdir, open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Disk } from "flydrive";
import { FSDriver } from "flydrive/drivers/fs";
import { listDisk } from "./list.ts";
import { type ObjectStore, UNFINISHED } from "./store.ts";

/**
 * A local folder. Content is written to a temporary file and renamed, which is atomic. The folder is created on first use.
 * If it disappears later, its disk is not mounted: every access then fails, rather than reporting objects as absent.
 */
export function openLocalStore(folder: string): ObjectStore {
  const root = resolve(folder);
  const disk = new Disk(new FSDriver({ location: root, visibility: "private" }));
  let made = false;
  const demandFolder = async () => {
    if (!made) await mkdir(root, { recursive: true });
    made = true;
    await stat(root);
  };
  const atomically = async (key: string, write: (temporary: string) => Promise<void>) => {
    await demandFolder();
    const temporary = `${UNFINISHED}${randomUUID()}`;
    try {
      await write(temporary);
      await disk.move(temporary, key);
    } catch (error) {
      await disk.delete(temporary).catch(() => {}); // fails too if the store is unreachable; the first error is the one to report
      throw error;
    }
  };
  return {
    put: (key, content) => atomically(key, (temporary) => disk.put(temporary, content)),
    putFile: async (key, path) => {
      const file = await open(path); // an unreadable file fails here, before copying starts
      try {
        await atomically(key, (temporary) => disk.putStream(temporary, file.createReadStream()));
      } finally {
        await file.close();
      }
    },
    has: async (key) => {
      if (await disk.exists(key)) return true;
      await demandFolder();
      return false;
    },
    get: (key) => disk.getBytes(key),
    open: (key) => disk.getStream(key),
    delete: async (prefix) => {
      await demandFolder();
      if (await disk.exists(prefix)) await disk.delete(prefix);
      else await disk.deleteAll(prefix);
    },
    async *list() {
      await demandFolder();
      yield* listDisk(disk);
    },
  };
}
