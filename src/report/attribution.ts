/** What a difference between two exact series is made of: "+3 IPIs, +1 sync_core = +145 cycles". */
import type { ExactSeries, ShareDocument } from './benchSchema.js';

/** What one of a cause is called, where it is counted. */
const CALLED: Readonly<Record<string, readonly [one: string, several: string]>> = {
  ipiSend: ['IPI', 'IPIs'],
  interruptEntry: ['interrupt', 'interrupts'],
  contextSwitch: ['context switch', 'context switches'],
  addressSpaceLoad: ['address-space load', 'address-space loads'],
  syscallEntry: ['system call', 'system calls'],
  syscallReturn: ['system call return', 'system call returns'],
  interruptReturn: ['interrupt return', 'interrupt returns'],
  userCalls: ['user call', 'user calls'],
  decode: ['decode', 'decodes'],
  patching: ['patch', 'patches'],
};

const SYNC = 'sync:';

export function attribution(base: ExactSeries, head: ExactSeries): string[] {
  if (base.value === head.value) return [];
  const [before, after] = [base.breakdown ?? {}, head.breakdown ?? {}];
  const causes = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const parts = causes.flatMap((cause) => part(cause, before[cause], after[cause]));
  const total = `${signed(head.value - base.value)} ${base.unit}`;
  return parts.length === 0 ? [total] : [...parts, `= ${total}`];
}

function part(cause: string, before: ShareDocument | undefined, after: ShareDocument | undefined): string[] {
  const cycles = (after?.cycles ?? 0) - (before?.cycles ?? 0);
  const count = (after?.count ?? 0) - (before?.count ?? 0);
  if (cycles === 0 && count === 0) return [];
  const worth = cycles === 0 ? '' : ` (${signed(cycles)} cycles)`;
  if (count === 0) return [`${cause}${worth}`];
  return [`${signed(count)} ${nameOf(cause, count)}${worth}`];
}

function nameOf(cause: string, count: number): string {
  if (cause.startsWith(SYNC)) return `sync_core at ${cause.slice(SYNC.length)}`;
  const [one, several] = CALLED[cause] ?? [cause, cause];
  return Math.abs(count) === 1 ? one : several;
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}
