/** Kills a process and the other members of its group, such as an FFmpeg that it started. */
export function killGroup(leader: number): void {
  for (const pid of [-leader, leader]) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // already gone, or a system without process groups
    }
  }
}
