/** Where a network can run, fastest first. */
export const DEVICES = ["cuda", "webgpu", "cpu"] as const;
export type Device = (typeof DEVICES)[number];
