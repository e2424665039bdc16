/** The verdict in one line, with what it rests on. */
import type { RunDocument } from './runSchema.js';

export function verdictText({
  verdict,
  basis,
  reason,
}: Pick<RunDocument, 'verdict' | 'basis' | 'reason'>): string {
  return `verdict: ${verdict} (${basis}) — ${reason}`;
}
