/** The verdict and what it rests on: one line, the last of a report, so that `tail -1` has it. */
import type { RunDocument } from './runSchema.js';
import { COLUMNS, wrap } from './textLayout.js';

type Judged = Pick<RunDocument, 'verdict' | 'basis' | 'reason' | 'calls' | 'stale' | 'torn'>;

/** A reason that leaves no room on the line is shortened, or stands above it. */
export function verdictText(judged: Judged): string[] {
  for (const reason of [judged.reason, ...shortReason(judged)]) {
    const line = `verdict: ${runVerdict({ ...judged, reason })}`;
    if (line.length <= COLUMNS) return [line];
  }
  return [...wrap(judged.reason), `verdict: ${withBasis(judged)}`];
}

/** All of it, where there is room for any reason. */
export function runVerdict(judged: Pick<Judged, 'verdict' | 'basis' | 'reason'>): string {
  return `${withBasis(judged)} — ${judged.reason}`;
}

function withBasis({ verdict, basis }: Pick<Judged, 'verdict' | 'basis'>): string {
  return `${verdict} (${basis})`;
}

function shortReason({ verdict, calls, stale, torn }: Judged): string[] {
  if (verdict === 'stale' && stale > 0) return [`${stale} of ${calls} calls ran a replaced version`];
  if (verdict === 'torn') return [`${torn} of ${calls} calls ran torn bytes`];
  return [];
}
