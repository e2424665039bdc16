/** "Did you mean": the known name closest to what was typed. */
import { closest, distance } from 'fastest-levenshtein';
import { LabError } from './errors.js';

/** @returns the closest name, or undefined where nothing is close enough to be a typing slip. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const candidate = closest(typed, known);
  return distance(typed, candidate) <= Math.max(2, Math.ceil(candidate.length / 2)) ? candidate : undefined;
}

/** The error for a name that is not known. `kind` is the noun ("policy"), `list` the command that shows them. */
export function unknownName(kind: string, typed: string, known: readonly string[]): LabError {
  const guess = nearest(typed, known);
  return new LabError(
    'E_UNKNOWN_NAME',
    `unknown ${kind} '${typed}'${guess === undefined ? '' : `; did you mean '${guess}'?`}`,
    known.length > 0 ? `Known: ${known.join(', ')}.` : 'There is none to choose.',
  );
}
