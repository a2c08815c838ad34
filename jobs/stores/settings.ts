import { z } from "zod";

/** The object store and its location. Credentials are those that the cloud's library finds in the environment. */
export const STORE_SETTINGS = {
  STORE: z.enum(["local", "s3", "gcs"]).default("local"),
  /** folder of the local store */
  STORE_FOLDER: z.string().min(1).default("data/store"),
  /** bucket of an S3-compatible store or of Google Cloud Storage */
  STORE_BUCKET: z.string().min(1).optional(),
  /** endpoint of an S3-compatible store other than Amazon's */
  STORE_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  /** region of S3; other providers accept any value */
  STORE_REGION: z.string().min(1).default("us-east-1"),
  /** days after which recordings, scores and records of jobs are deleted */
  KEEP_DAYS: z.coerce.number().int().min(1).default(30),
  /** gigabytes in the store beyond which the oldest recordings and scores are deleted; 0 for no limit */
  KEEP_GB: z.coerce.number().min(0).default(0),
};

const storeSchema = z.object(STORE_SETTINGS);
export type StoreSettings = z.output<typeof storeSchema>;
