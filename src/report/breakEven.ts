/** From which value of a parameter on does one policy beat another? Found in a sweep, interpolated between two values
 *  that lie on either side. */
import type { BenchRow } from './perOperation.js';

export interface Crossing {
  readonly parameter: string;
  /** What the other parameters were. */
  readonly at: string;
  /** Undefined where one of them wins everywhere. */
  readonly value: number | undefined;
  readonly winsBelow: string;
  readonly winsAbove: string;
  /** Cycles per operation that the first costs more than the second, by value of the parameter. */
  readonly differences: readonly (readonly [value: number, difference: number])[];
}

/** @param rows of a sweep over `parameter`, for both policies. */
export function breakEven(
  rows: readonly BenchRow[],
  [first, second]: readonly [string, string],
  parameter: string,
): Crossing[] {
  const others = new Map<string, Map<number, Map<string, number>>>();
  for (const row of rows) {
    const { [parameter]: value, ...rest } = row.parameters;
    if (value === undefined) continue;
    const key = [row.workload, ...Object.entries(rest).map(([name, one]) => `${name}=${one}`)].join(' ');
    const values = others.get(key) ?? new Map<number, Map<string, number>>();
    const policies = values.get(value) ?? new Map<string, number>();
    others.set(key, values.set(value, policies.set(row.policy, row.cyclesPerOperation)));
  }
  return [...others].flatMap(([at, values]) => {
    const differences = [...values]
      .sort(([a], [b]) => a - b)
      .flatMap(([value, policies]): [number, number][] => {
        const [a, b] = [policies.get(first), policies.get(second)];
        return a === undefined || b === undefined ? [] : [[value, a - b]];
      });
    if (differences.length === 0) return [];
    const below = differences[0]![1] < 0 ? first : second;
    const above = differences.at(-1)![1] < 0 ? first : second;
    return [{ parameter, at, value: crossing(differences), winsBelow: below, winsAbove: above, differences }];
  });
}

function crossing(differences: readonly (readonly [number, number])[]): number | undefined {
  for (let i = 1; i < differences.length; i++) {
    const [x0, y0] = differences[i - 1]!;
    const [x1, y1] = differences[i]!;
    if (y0 < 0 !== y1 < 0) return x0 + ((x1 - x0) * y0) / (y0 - y1);
  }
  return undefined;
}

export function breakEvenText(crossings: readonly Crossing[]): string {
  return crossings
    .map(({ at, parameter, value, winsBelow, winsAbove, differences }) => {
      const [from] = differences[0]!;
      const [to] = differences.at(-1)!;
      const points = differences
        .map(([x, difference]) => `${x}: ${difference >= 0 ? '+' : ''}${difference.toFixed(1)}`)
        .join(', ');
      const verdict =
        value === undefined
          ? `${winsAbove} wins from ${parameter} ${from} to ${to}`
          : `${winsAbove} wins above ${value.toFixed(2)} ${parameter}, ${winsBelow} below`;
      return `${at}: ${verdict}.\n  cycles per operation that the first costs more, by ${parameter}: ${points}\n`;
    })
    .join('');
}
