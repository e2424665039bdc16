/** Policies held against one of them, as a table in Markdown: is each right wherever that one is, and if not, what is
 *  the shortest schedule that shows it? */
import type { MatrixDocument } from './matrixSchema.js';

type Row = MatrixDocument['rows'][number];

/** @param reference the policy that says what has to be safe; it must be among the rows. */
export function policyTable(
  { rows, stoppedBy }: Pick<MatrixDocument, 'rows' | 'stoppedBy'>,
  reference: string,
): string[] {
  const profiles = [...new Set(rows.map((row) => row.arch))];
  const policies = [...new Set(rows.map((row) => row.policy))];
  return [
    line(['policy', ...profiles, 'goes wrong first', 'because', `right beyond \`${reference}\``]),
    line(['---', ...profiles.map(() => '---'), '---', '---', '---']),
    ...policies.map((policy) => {
      const own = rows.filter((row) => row.policy === policy);
      const pairs = own.flatMap((row) => {
        const other = rows.find((candidate) => isOf(reference, row, candidate));
        return other ? [{ row, other }] : [];
      });
      const wrong = pairs.filter(({ row, other }) => isSafe(other) && !isSafe(row)).map(({ row }) => row);
      const beyond = pairs.filter(({ row, other }) => isSafe(row) && !isSafe(other)).map(({ row }) => row);
      return line([
        `\`${policy}\``,
        ...profiles.map((profile) => cell(profile, own, wrong, stoppedBy)),
        ...shortest(wrong),
        [...new Set(beyond.map((row) => row.scenario))].map((name) => `\`${name}\``).join(', '),
      ]);
    }),
    ...(stoppedBy === 'finished' ? [] : ['', 'interrupted, rows are missing: nothing is said to be right']),
  ];
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function isOf(policy: string, row: Row, candidate: Row): boolean {
  return candidate.policy === policy && candidate.scenario === row.scenario && candidate.arch === row.arch;
}

function isSafe(row: Row): boolean {
  return row.verdict === 'safe' || row.verdict === 'unsupported';
}

function cell(
  profile: string,
  own: readonly Row[],
  wrong: readonly Row[],
  stoppedBy: MatrixDocument['stoppedBy'],
): string {
  if (wrong.some((row) => row.arch === profile)) return 'wrong';
  const isProved = own.every((row) => row.arch !== profile || row.basis === 'exhaustive');
  return isProved && stoppedBy === 'finished' ? 'right' : 'not seen wrong';
}

/** @returns where, and why. */
function shortest(wrong: readonly Row[]): readonly [string, string] {
  const length = (row: Row): number => row.witness?.length ?? Number.POSITIVE_INFINITY;
  const [first] = [...wrong].sort((a, b) => length(a) - length(b));
  if (!first) return ['', ''];
  const steps = first.witness ? `, ${first.witness.length} steps` : '';
  return [`\`${first.scenario}\`${steps}`, first.because];
}
