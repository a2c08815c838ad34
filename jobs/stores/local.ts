import { randomUUID } from "node:crypto";
import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { Disk } from "flydrive";
import { FSDriver } from "flydrive/drivers/fs";
import { type ObjectStore, UNFINISHED } from "../store.ts";
import { listDisk } from "./list.ts";

/** A folder of this machine. Content is written beside its place and moved there, which is atomic. */
export function openLocalStore(folder: string): ObjectStore {
  const disk = new Disk(new FSDriver({ location: resolve(folder), visibility: "private" }));
  const atomically = async (key: string, write: (temporary: string) => Promise<void>) => {
    const temporary = `${UNFINISHED}${randomUUID()}`;
    try {
      await write(temporary);
      await disk.move(temporary, key);
    } catch (error) {
      await disk.delete(temporary).catch(() => {}); // where the store is away that fails too: the cause is to be told
      throw error;
    }
  };
  return {
    put: (key, content) => atomically(key, (temporary) => disk.put(temporary, content)),
    putFile: async (key, path) => {
      const file = await open(path); // a file that cannot be read fails here, before a copy of it is begun
      await atomically(key, (temporary) => disk.putStream(temporary, file.createReadStream()));
    },
    has: (key) => disk.exists(key),
    get: (key) => disk.getBytes(key),
    open: (key) => disk.getStream(key),
    delete: async (prefix) => {
      if (await disk.exists(prefix)) await disk.delete(prefix);
      else await disk.deleteAll(prefix);
    },
    list: () => listDisk(disk),
  };
}
