import type { Device } from "@groovesheet/jobs/devices.ts";

export interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** A loaded network. `run` blocks the thread while it computes: the runtime's call is synchronous. */
export interface Session {
  /** where it runs now: another one than at first where that one failed */
  readonly device: Device;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** @param inputs one tensor of float32 for each of `inputs` */
  run(inputs: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
}

/**
 * Goes on with another device where one fails in the middle of a song: a driver that is reset, a card that is taken away. The run
 * that failed is repeated there. Errors of the CPU are thrown, since no other device does better.
 *
 * @param next opens a session on the devices that are left
 * @throws what `next` throws
 */
export function withFallback(first: Session, next: (failed: Session, error: Error) => Promise<Session>): Session {
  let current = first;
  return {
    get device() {
      return current.device;
    },
    inputs: first.inputs,
    outputs: first.outputs,
    async run(inputs) {
      for (;;) {
        try {
          return await current.run(inputs);
        } catch (error) {
          if (current.device === "cpu") throw error;
          current = await next(current, error as Error);
        }
      }
    },
  };
}
