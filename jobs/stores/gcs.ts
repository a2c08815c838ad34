import { createReadStream } from "node:fs";
import { Storage } from "@google-cloud/storage";
import { Disk } from "flydrive";
import { GCSDriver } from "flydrive/drivers/gcs";
import { listDisk } from "./list.ts";
import type { StoreSettings } from "./settings.ts";
import type { ObjectStore } from "./store.ts";

/** milliseconds before a request to the store times out */
const ANSWER_MS = 60_000;

/** A bucket of Google Cloud Storage with uniform access. Writes are atomic. */
export function openGcsStore(bucket: string, settings: Pick<StoreSettings, "STORE_ENDPOINT">): ObjectStore {
  const endpoint = settings.STORE_ENDPOINT;
  // with a custom endpoint the library needs no credentials; tests use that
  const storage = new Storage({
    timeout: ANSWER_MS,
    ...(endpoint ? { apiEndpoint: endpoint, projectId: "test" } : {}),
  });
  const disk = new Disk(new GCSDriver({ storage, bucket, visibility: "private", usingUniformAcl: true }));
  return {
    put: (key, content) => disk.put(key, content),
    putFile: (key, path) => disk.putStream(key, createReadStream(path)),
    has: (key) => disk.exists(key),
    get: (key) => disk.getBytes(key),
    open: (key) => disk.getStream(key),
    delete: async (prefix) => {
      await disk.delete(prefix);
      await disk.deleteAll(prefix);
    },
    list: () => listDisk(disk),
  };
}
