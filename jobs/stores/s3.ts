import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { S3Driver } from "flydrive/drivers/s3";
import type { StoreSettings } from "./settings.ts";
import type { ObjectStore, StoredObject } from "./store.ts";

/** milliseconds before a request to the store times out; the library tries three times */
const CONNECT_MS = 5000;
const ANSWER_MS = 60_000;

/** A bucket of Amazon S3 or of a compatible store. Writes are atomic. */
export function openS3Store(
  bucket: string,
  settings: Pick<StoreSettings, "STORE_ENDPOINT" | "STORE_REGION">,
): ObjectStore {
  const endpoint = settings.STORE_ENDPOINT;
  const client = new S3Client({
    region: settings.STORE_REGION,
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS },
    // other providers support neither a host name per bucket nor the newer checksums
    ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
  const driver = new S3Driver({ client, bucket, visibility: "private", supportsACL: false });
  return {
    put: (key, content) => driver.put(key, content),
    putFile: async (key, path) => {
      const { size } = await stat(path);
      await driver.putStream(key, createReadStream(path), { contentLength: size });
    },
    has: (key) => driver.exists(key),
    get: (key) => driver.getBytes(key),
    open: (key) => driver.getStream(key),
    delete: async (prefix) => {
      await driver.delete(prefix);
      await driver.deleteAll(`${prefix}/`);
    },
    list: () => listBucket(client, bucket),
  };
}

/** Lists objects with their sizes, which the driver's own list omits. */
async function* listBucket(client: S3Client, bucket: string): AsyncIterable<StoredObject> {
  for await (const { Contents } of paginateListObjectsV2({ client }, { Bucket: bucket })) {
    for (const { Key, LastModified, Size } of Contents ?? []) {
      yield { key: Key!, writtenAt: LastModified!, bytes: Size! };
    }
  }
}
