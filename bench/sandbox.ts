/** What the sandbox costs user code: the run loop with its doorbell against a loop that only calls.
 *
 *  Both run in one worker thread, on the same bytes of the same units, in interleaved pairs. What is compared is
 *  `FetchPath.execute`, which is what a cpu of the threads engine calls, over wasm/run-loop.wat, with
 *  wasm/bare-loop.wat. bench/sandboxWorker.ts measures.
 *  Limit: one cpu, no doorbell rings, nothing is patched; bench/doorbell.ts measures those. */
import { Worker } from 'node:worker_threads';
import type { Bench, BenchReport, Series } from './harness/bench.js';
import type { Pair } from './harness/pairs.js';
import { summaryText, type Target, targetText } from './harness/text.js';
import type { SandboxPlan, SandboxSamples } from './sandboxWorker.js';

const OPTIONS = {
  pairs: { about: 'pairs per unit', default: 120, least: 30, most: 10_000 },
  seed: { about: 'seed of the order inside a pair', default: 1, least: 0, most: 2 ** 31 - 1 },
} as const;

const EMPTY: Target = { at: 'least', value: 0.8 };
const WORK: Target = { at: 'least', value: 0.95 };

export const bench: Bench<keyof typeof OPTIONS> = {
  title: 'user code inside the sandbox against the same WebAssembly called bare',
  options: OPTIONS,
  run: async ({ pairs, seed }) => report(await measure({ pairs, seed })),
};

function measure(plan: SandboxPlan): Promise<SandboxSamples> {
  const worker = new Worker(new URL('./sandboxWorker.js', import.meta.url), { workerData: plan });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function report({ empty, work, sameTwice, iterations, enterNs }: SandboxSamples): BenchReport {
  const workNs = work.map((pair, i) => pair.a - empty[i]!.a);
  return {
    lines: [
      'speed = time of the bare call / time of the sandboxed call, per pair; 1 is "costs nothing"',
      ...unitLines('empty unit', empty, EMPTY),
      ...unitLines(`unit with work (${iterations} iterations)`, work, WORK),
      `the work alone, bare with minus bare without: ${summaryText(workNs, 2, 'ns')}`,
      `noise floor, bare against itself: ${summaryText(sameTwice.map(speed), 4, '')}`,
      `going in and out (execute() of one call of the empty unit): ${summaryText(enterNs, 1, 'ns')}`,
    ],
    series: [
      ...unitSeries('empty', empty),
      ...unitSeries('work', work),
      { id: 'noise-floor', unit: 'ratio', samples: sameTwice.map(speed) },
      { id: 'enter', unit: 'ns', samples: enterNs },
    ],
  };
}

function unitLines(title: string, pairs: readonly Pair[], target: Target): string[] {
  const speeds = pairs.map(speed);
  return [
    `${title}:`,
    `  bare       ${summaryText(
      pairs.map((pair) => pair.a),
      3,
      'ns/call',
    )}`,
    `  sandboxed  ${summaryText(
      pairs.map((pair) => pair.b),
      3,
      'ns/call',
    )}`,
    `  speed      ${summaryText(speeds, 4, '')}`,
    `  ${targetText(speeds, target)}`,
  ];
}

function unitSeries(id: string, pairs: readonly Pair[]): Series[] {
  return [
    { id: `${id}/bare`, unit: 'ns/call', samples: pairs.map((pair) => pair.a) },
    { id: `${id}/sandboxed`, unit: 'ns/call', samples: pairs.map((pair) => pair.b) },
  ];
}

function speed({ a, b }: Pair): number {
  return a / b;
}
