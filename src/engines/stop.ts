/** Ending a run: one word says why, and every doorbell rings so that nobody waits on. */
import { NOTICE_STOP } from '../hw/doorbell.js';
import type { KernelLayout } from '../kernel/layout.js';

/** Values of the `stop` word. The first one written stays. */
export const STOP = {
  no: 0,
  finished: 1,
  fault: 2,
  stalled: 3,
  timeLimit: 4,
  interrupted: 5,
  notStarted: 6,
  broke: 7,
  deadlock: 8,
  stepLimit: 9,
} as const;

export type Stop = (typeof STOP)[keyof typeof STOP];

/** As `stoppedBy` in reports. */
export const STOP_NAMES = [
  'not stopped',
  'finished',
  'fault',
  'watchdog',
  'time-limit',
  'interrupted',
  'not-started',
  'broke',
  'deadlock',
  'step-limit',
] as const;
export type StoppedBy = (typeof STOP_NAMES)[number];

export function stopMachine(words: Int32Array, kernel: KernelLayout, why: Stop): void {
  Atomics.compareExchange(words, kernel.run.stop(0), STOP.no, why);
  for (let cpu = 0; cpu < kernel.hw.dimensions.cpus; cpu++) {
    Atomics.or(words, kernel.hw.cpu.doorbell(cpu), NOTICE_STOP);
    Atomics.notify(words, kernel.hw.cpu.doorbell(cpu));
  }
}
