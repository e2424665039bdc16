/** What the sandbox costs a function of the user's own: the four samples of wasm/ against the same text without it.
 *
 *  Both run in one worker thread, in interleaved pairs, called from JavaScript. The bare one keeps its constants where
 *  the other has patch points, and does not poll; so the optimizer may fold in the bare one what can be patched in the
 *  other. bench/ownCodeWorker.ts measures.
 *  Limit: one cpu, no doorbell rings, nothing is patched. */
import { Worker } from 'node:worker_threads';
import type { Bench, BenchReport } from './harness/bench.js';
import type { Pair } from './harness/pairs.js';
import { summaryText } from './harness/text.js';
import type { OwnCodePlan, OwnCodeSamples } from './ownCodeWorker.js';

const SAMPLES = ['inline-cache', 'static-key', 'tiered-kernel', 'bytecode-interpreter'] as const;

const OPTIONS = {
  pairs: { about: 'pairs per sample', default: 60, least: 30, most: 10_000 },
  seed: { about: 'seed of the order inside a pair', default: 1, least: 0, most: 2 ** 31 - 1 },
} as const;

export const bench: Bench<keyof typeof OPTIONS> = {
  title: 'functions of the user inside the sandbox against the same WebAssembly called bare',
  options: OPTIONS,
  run: async ({ pairs, seed }) => report(await measure({ pairs, seed, samples: SAMPLES })),
};

function measure(plan: OwnCodePlan): Promise<OwnCodeSamples> {
  const worker = new Worker(new URL('./ownCodeWorker.js', import.meta.url), { workerData: plan });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function report(samples: OwnCodeSamples): BenchReport {
  const entries = Object.entries(samples);
  return {
    lines: [
      'speed = time of the bare call / time of the sandboxed call, per pair; 1 is "costs nothing"',
      ...entries.flatMap(([sample, pairs]) => [
        `${sample}:`,
        `  bare       ${summaryText(pairs.map(bareNs), 1, 'ns/call')}`,
        `  sandboxed  ${summaryText(pairs.map(sandboxedNs), 1, 'ns/call')}`,
        `  speed      ${summaryText(pairs.map(speed), 4, '')}`,
      ]),
    ],
    series: entries.flatMap(([sample, pairs]) => [
      { id: `${sample}/bare`, unit: 'ns/call', samples: pairs.map(bareNs) },
      { id: `${sample}/sandboxed`, unit: 'ns/call', samples: pairs.map(sandboxedNs) },
    ]),
  };
}

function bareNs({ a }: Pair): number {
  return a;
}

function sandboxedNs({ b }: Pair): number {
  return b;
}

function speed({ a, b }: Pair): number {
  return a / b;
}
