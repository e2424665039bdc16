/** The host's own count of function call interrupts, which is how membarrier interrupts a cpu: it tells a call that had to
 *  from one that did not.
 *
 *  Source: proc(5), /proc/interrupts; the line is `CAL` on x86-64 and `IPI1` on arm64, and on both it is described as
 *  "Function call interrupts".
 *  Limit: the count is of the whole host, and others make such calls too. */
import { readFileSync } from 'node:fs';

const FILE = '/proc/interrupts';
const LINE = /^ *\w+:((?: +\d+)+) +Function call interrupts$/im;

/** @returns those of all cpus, or undefined where the host does not say. */
export function callInterrupts(): number | undefined {
  try {
    return callInterruptsIn(readFileSync(FILE, 'latin1'));
  } catch {
    return undefined; // not this system's, or hidden from a container
  }
}

export function callInterruptsIn(interrupts: string): number | undefined {
  const counts = LINE.exec(interrupts)?.[1]?.trim().split(/ +/);
  return counts?.reduce((sum, count) => sum + Number(count), 0);
}
