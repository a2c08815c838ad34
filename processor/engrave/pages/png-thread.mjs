// Draws pages for toPngs in png.ts and posts each as a PNG. It is plain JavaScript because threads do not inherit the loader of TypeScript.
import { parentPort, workerData } from "node:worker_threads";
import { Resvg } from "@resvg/resvg-js";

for (const svg of workerData.svgs) parentPort.postMessage(new Resvg(svg, workerData.options).render().asPng());
