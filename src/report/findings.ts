/** What a table of policies says, in sentences that are computed from it. */
import type { BenchRow } from './perOperation.js';

/** Differences of less than this share are not worth a sentence. */
const NEGLIGIBLE = 0.001;

/** @param rows of one workload at one choice of parameters, one per policy.
 *  @param cyclesPerNs to say latencies in ns; in cycles where it is not known. */
export function findings(rows: readonly BenchRow[], cyclesPerNs: number | undefined): string[] {
  const right = rows.filter((row) => row.missed === 0);
  const wrong = rows.filter((row) => row.missed > 0);
  const sentences = wrong.map(
    (row) => `${row.policy} is wrong: ${row.missed} executions were stale or lacked a serialization.`,
  );
  if (right.length < 2) return sentences;
  const byCost = [...right].sort((a, b) => a.cyclesPerOperation - b.cyclesPerOperation);
  const best = byCost[0]!;
  const worst = byCost.at(-1)!;
  const more = worst.cyclesPerOperation / best.cyclesPerOperation - 1;
  if (more < NEGLIGIBLE) {
    sentences.push(`All that missed none cost the same, within ${(100 * NEGLIGIBLE).toFixed(1)} %.`);
  } else {
    const ties = byCost.filter(
      (row) => row.cyclesPerOperation / best.cyclesPerOperation - 1 < NEGLIGIBLE && row !== best,
    );
    const names = [best, ...ties].map((row) => row.policy).join(', ');
    sentences.push(
      `Cheapest of those that missed none: ${names}, ${best.cyclesPerOperation.toFixed(1)} cycles per operation; ` +
        `dearest: ${worst.policy}, ${percent(more)} more${mainlyFrom(best, worst)}.`,
    );
  }
  return [...sentences, ...latencies(right, cyclesPerNs), ...bystanders(right)];
}

/** The cause that explains most of a difference. */
function mainlyFrom(best: BenchRow, worst: BenchRow): string {
  const shares = (row: BenchRow): Readonly<Record<string, { cycles: number }>> => row.cycles.breakdown ?? {};
  const causes = new Set([...Object.keys(shares(best)), ...Object.keys(shares(worst))]);
  const difference = (cause: string): number =>
    (shares(worst)[cause]?.cycles ?? 0) / worst.operations -
    (shares(best)[cause]?.cycles ?? 0) / best.operations;
  const [main] = [...causes].sort((a, b) => difference(b) - difference(a));
  return main === undefined ? '' : `, of it ${difference(main).toFixed(1)} cycles in ${main}`;
}

/** By the 99th percentile: the median says mostly whether anybody else was running. */
function latencies(rows: readonly BenchRow[], cyclesPerNs: number | undefined): string[] {
  const timed = rows.filter((row) => row.membarrier !== undefined);
  if (timed.length < 2) return [];
  const p99 = (row: BenchRow): number => row.membarrier!.p99!;
  const sorted = [...timed].sort((a, b) => p99(a) - p99(b));
  const fast = sorted[0]!;
  const slow = sorted.at(-1)!;
  if (p99(slow) / p99(fast) - 1 < NEGLIGIBLE) return [];
  const duration = (row: BenchRow): string =>
    cyclesPerNs === undefined ? `${p99(row)} cycles` : `${(p99(row) / cyclesPerNs).toFixed(0)} ns`;
  return [
    `99 of 100 membarrier calls return within ${duration(fast)} under ${fast.policy}, within ${duration(slow)} under ${slow.policy}.`,
  ];
}

function bystanders(rows: readonly BenchRow[]): string[] {
  const counted = rows.filter((row) => row.bystanderPerOperation !== undefined);
  if (counted.length < 2) return [];
  const cost = (row: BenchRow): number => row.bystanderPerOperation!;
  const sorted = [...counted].sort((a, b) => cost(a) - cost(b));
  const least = sorted[0]!;
  return sorted
    .filter((row) => cost(row) / cost(least) - 1 >= NEGLIGIBLE)
    .map(
      (row) =>
        `${row.policy} costs the cpus that never run the JIT ${percent(cost(row) / cost(least) - 1)} more than ${least.policy} does.`,
    );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 2 : 1)} %`;
}
