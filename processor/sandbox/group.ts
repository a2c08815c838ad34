/** Ends a process at once, and with it what it started in its group: an FFmpeg that outlived it, say. */
export function killGroup(leader: number): void {
  for (const pid of [-leader, leader]) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // gone already, or a system without groups
    }
  }
}
