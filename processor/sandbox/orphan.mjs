/** The thread that ends the child process when its parent is gone. */
import { workerData } from "node:worker_threads";

const POLL_MS = 1000;

setInterval(() => {
  if (process.ppid === workerData.parent) return;
  try {
    process.kill(-process.pid, "SIGKILL"); // with all of its group
  } finally {
    process.kill(process.pid, "SIGKILL");
  }
}, POLL_MS);
