import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";

/** Stores recordings, performances and scores by key. An object is either complete or absent. */
export interface ObjectStore {
  put(key: string, content: Uint8Array | string): Promise<void>;
  /** @param path a local file */
  putFile(key: string, path: string): Promise<void>;
  has(key: string): Promise<boolean>;
  /** @throws if the key does not exist */
  get(key: string): Promise<Uint8Array>;
  /** @throws immediately or on the stream if the key does not exist */
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

/** Prefix of objects that are being written. */
export const UNFINISHED = "incoming/";

/** How long, and how much, a store keeps. */
export interface Retention {
  /** objects written earlier are deleted */
  readonly before: Date;
  /** unfinished objects started earlier are deleted; their process was killed */
  readonly unfinishedBefore: Date;
  /** total size above which the oldest objects are deleted, bytes */
  readonly maxBytes: number;
}

/** Deletes expired objects. @returns the number of deleted objects and the remaining bytes */
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
