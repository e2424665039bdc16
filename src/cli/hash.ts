/** A short name for plain data: the same data, the same name. */
import { createHash } from 'node:crypto';

export function hash(value: unknown): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)}`;
}
