/** A million patches in one run: how much memory does the whole process take?
 *
 *  Every patch is a new version of the code, which the executing cpu compiles anew, so a leak of a kilobyte per
 *  compiled unit is a gigabyte. The scenario is the seed with one call per round, on real threads.
 *  Measured as the peak of the resident set as the operating system keeps it (`resourceUsage().maxRSS`), which
 *  misses nothing, and by reading the resident set every 250 ms, which shows the trend. Both are of the process, with
 *  the worker threads and the compilers of the WebAssembly engine in it. */

import { prepareSituation } from '../src/engines/situation.js';
import { DEFAULT_THREADS_OPTIONS, runThreads } from '../src/engines/threads/run.js';
import { ThreadPool } from '../src/engines/threads/threadPool.js';
import type { Bench } from './harness/bench.js';
import { median } from './harness/statistics.js';

const OPTIONS = {
  rounds: { about: 'patches', default: 1_000_000, least: 1, most: 100_000_000 },
} as const;

const TARGET_MIB = 512;
const TARGET_ROUNDS = 1_000_000;
const SAMPLE_MS = 250;
const CPUS = 2;
const TENTHS = 10;
const MIB = 2 ** 20;

export const bench: Bench<keyof typeof OPTIONS> = {
  title: 'resident memory of the process over a million patches in one run',
  options: OPTIONS,
  async run({ rounds }) {
    const situation = await prepareSituation({
      scenario: 'kthread-return',
      cpus: CPUS,
      rounds,
      callsPerRound: 1,
    });
    const pool = new ThreadPool(CPUS);
    const rss: number[] = [];
    const sample = (): void => void rss.push(process.memoryUsage.rss() / MIB);
    sample();
    const timer = setInterval(sample, SAMPLE_MS);
    try {
      const timeLimitMs = Number.POSITIVE_INFINITY;
      const result = await runThreads(pool, situation, { ...DEFAULT_THREADS_OPTIONS, timeLimitMs });
      sample();
      const { patches, decodes } = result.counters;
      return {
        lines: [
          `${patches} patches, ${decodes} decodes in ${((result.elapsedMs ?? 0) / 1000).toFixed(1)} s; ` +
            `verdict ${result.judged.verdict}, stopped by ${result.stoppedBy}`,
          ...lines(rss, patches),
        ],
        series: [{ id: 'rss', unit: 'MiB', samples: rss }],
      };
    } finally {
      clearInterval(timer);
      await pool.close();
    }
  },
};

function lines(rss: readonly number[], patches: number): string[] {
  /* In KiB, on every system. */
  const peak = Math.max(process.resourceUsage().maxRSS / 1024, ...rss);
  const tenth = rss.length / TENTHS;
  const medians = Array.from({ length: TENTHS }, (_, i) =>
    Math.round(
      median(
        rss.slice(Math.floor(i * tenth), Math.max(Math.floor((i + 1) * tenth), Math.floor(i * tenth) + 1)),
      ),
    ),
  );
  const growth = medians.at(-1)! - medians[TENTHS / 2]!;
  const perMillion = (growth / ((patches * (TENTHS / 2 - 1)) / TENTHS)) * 1e6;
  return [
    `resident set, median of each tenth of the run: ${medians.join(' ')} MiB (${rss.length} readings, one per ${SAMPLE_MS} ms)`,
    `second half: ${growth >= 0 ? '+' : ''}${growth} MiB, ${perMillion.toFixed(0)} MiB per million patches at that rate`,
    `peak: ${peak.toFixed(0)} MiB (maxRSS of the process)`,
    targetLine(peak, patches),
  ];
}

function targetLine(peak: number, patches: number): string {
  const target = `target below ${TARGET_MIB} MiB for ${TARGET_ROUNDS} patches`;
  if (peak >= TARGET_MIB) return `${target}: MISSED`;
  if (patches < TARGET_ROUNDS) return `${target}: NOT JUDGED, these were ${patches}`;
  return `${target}: met`;
}
