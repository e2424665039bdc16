/** Something that is called again and again, and how long a call takes. */
import { nowNs } from './clock.js';

/** Makes `calls` calls. */
export type Caller = (calls: number) => void;

/** Long enough for the optimizing compiler to have replaced whatever runs. */
const WARM_NS = 300e6;
const SAMPLE_NS = 2e6;

export function nsPerCall(caller: Caller, calls: number): number {
  const begun = nowNs();
  caller(calls);
  return (nowNs() - begun) / calls;
}

/** Runs until the optimizing compiler has done its work.
 *  @returns how many calls make one sample. */
export function warmUp(caller: Caller): number {
  const until = nowNs() + WARM_NS;
  let calls = 1000;
  while (nowNs() < until) {
    const ns = nsPerCall(caller, calls) * calls;
    if (ns < SAMPLE_NS) calls = Math.ceil(calls * Math.min(10, Math.max(1.1, SAMPLE_NS / ns)));
  }
  return calls;
}
