import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";

/** Recordings, performances and scores, by key. A key is either absent or holds all of its content. */
export interface ObjectStore {
  put(key: string, content: Uint8Array | string): Promise<void>;
  /** @param path a file on this machine */
  putFile(key: string, path: string): Promise<void>;
  has(key: string): Promise<boolean>;
  /** @throws where there is nothing under the key */
  get(key: string): Promise<Uint8Array>;
  /** @throws at once or on the stream where there is nothing under the key */
  open(key: string): Promise<Readable>;
  /** deletes the key and all keys below it */
  delete(prefix: string): Promise<void>;
  list(): AsyncIterable<StoredObject>;
}

export interface StoredObject {
  readonly key: string;
  readonly writtenAt: Date;
  readonly bytes: number;
}

/** @returns SHA-256 of a file, hexadecimal */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

/** What is being written lies below this until it is whole. */
export const UNFINISHED = "incoming/";

/** How long, and how much of it, a store keeps. */
export interface Retention {
  /** what was written earlier goes */
  readonly before: Date;
  /** what was begun earlier and never finished goes: a process was killed over it */
  readonly unfinishedBefore: Date;
  /** beyond so many bytes the oldest goes */
  readonly maxBytes: number;
}

/** Deletes what is kept no longer. @returns how many objects went, and what is left in bytes */
export async function cleanStore(
  store: ObjectStore,
  { before, unfinishedBefore, maxBytes }: Retention,
): Promise<{ deleted: number; bytes: number }> {
  const objects: StoredObject[] = [];
  for await (const object of store.list()) objects.push(object);
  objects.sort((a, b) => a.writtenAt.getTime() - b.writtenAt.getTime());
  let bytes = objects.reduce((sum, object) => sum + object.bytes, 0);
  let deleted = 0;
  for (const object of objects) {
    const limit = object.key.startsWith(UNFINISHED) ? unfinishedBefore : before;
    if (object.writtenAt >= limit && bytes <= maxBytes) continue;
    await store.delete(object.key);
    bytes -= object.bytes;
    deleted++;
  }
  return { deleted, bytes };
}
