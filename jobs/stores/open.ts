import { SettingsError } from "../settings.ts";
import { openLocalStore } from "./local.ts";
import type { StoreSettings } from "./settings.ts";
import type { ObjectStore } from "./store.ts";

/**
 * Opens the configured store. The libraries of a cloud are loaded only if it is configured.
 *
 * @throws SettingsError if the bucket is missing
 */
export async function openStore(settings: StoreSettings): Promise<ObjectStore> {
  if (settings.STORE === "local") return openLocalStore(settings.STORE_FOLDER);
  const bucket = settings.STORE_BUCKET;
  if (!bucket) throw new SettingsError(`STORE_BUCKET is missing: with STORE=${settings.STORE} it names the bucket`);
  if (settings.STORE === "s3") return (await import("./s3.ts")).openS3Store(bucket, settings);
  return (await import("./gcs.ts")).openGcsStore(bucket, settings);
}
