import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { Disk } from "flydrive";
import { FSDriver } from "flydrive/drivers/fs";

/** Recordings, performances and scores, by key. A key is either absent or holds all of its content. */
export interface ObjectStore {
  put(key: string, content: Uint8Array | string): Promise<void>;
  /** @param path a file on this machine */
  putFile(key: string, path: string): Promise<void>;
  has(key: string): Promise<boolean>;
  /** @throws where there is nothing under the key */
  get(key: string): Promise<Uint8Array>;
  /** @throws on the stream where there is nothing under the key */
  open(key: string): Promise<Readable>;
  /** deletes the key and all keys below it */
  delete(prefix: string): Promise<void>;
  /** every key with the time it was written */
  list(): AsyncIterable<{ key: string; writtenAt: Date; bytes: number }>;
}

/** A folder of this machine. Content is written beside its place and moved there, which is atomic. */
export function openLocalStore(folder: string): ObjectStore {
  const disk = new Disk(new FSDriver({ location: resolve(folder), visibility: "private" }));
  const atomically = async (key: string, write: (temporary: string) => Promise<void>) => {
    const temporary = `incoming/${randomUUID()}`;
    try {
      await write(temporary);
      await disk.move(temporary, key);
    } catch (error) {
      await disk.delete(temporary);
      throw error;
    }
  };
  return {
    put: (key, content) => atomically(key, (temporary) => disk.put(temporary, content)),
    putFile: (key, path) => atomically(key, (temporary) => disk.putStream(temporary, createReadStream(path))),
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

async function* listDisk(disk: Disk): AsyncIterable<{ key: string; writtenAt: Date; bytes: number }> {
  let page: string | undefined;
  do {
    const found = await disk.listAll("", { recursive: true, ...(page ? { paginationToken: page } : {}) });
    for (const object of found.objects) {
      if (!object.isFile) continue;
      const { lastModified, contentLength } = await disk.getMetaData(object.key);
      yield { key: object.key, writtenAt: lastModified, bytes: contentLength };
    }
    page = found.paginationToken;
  } while (page);
}

/** @returns SHA-256 of a file, hexadecimal */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

/** Deletes what was written before a time. @returns how many objects went */
export async function deleteOlder(store: ObjectStore, before: Date): Promise<number> {
  let deleted = 0;
  for await (const { key, writtenAt } of store.list()) {
    if (writtenAt >= before) continue;
    await store.delete(key);
    deleted++;
  }
  return deleted;
}
