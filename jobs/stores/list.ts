import type { Disk } from "flydrive";
import type { StoredObject } from "./store.ts";

/** Lists all objects of a disk, page by page, if the driver reports sizes. */
export async function* listDisk(disk: Disk): AsyncIterable<StoredObject> {
  let page: string | undefined;
  do {
    const found = await disk.listAll("", { recursive: true, ...(page ? { paginationToken: page } : {}) });
    for (const object of found.objects) {
      if (!object.isFile) continue;
      const { lastModified, contentLength } = await object.getMetaData();
      yield { key: object.key, writtenAt: lastModified, bytes: contentLength };
    }
    page = found.paginationToken;
  } while (page);
}
