/** How fast user code answers its doorbell: one cpu rings, the other leaves its run loop and acknowledges.
 *
 *  Ringing is what the threads engine does to send an interrupt: an atomic or, and a notify in case the other is
 *  parked. The answer is made from the run loop of wasm/run-loop.wat, through `FetchPath.execute`, and goes back in.
 *  Limit: hardware and engine only, no kernel; bench/membarrier.ts measures with the kernel on top. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { LayoutBuilder } from '../src/base/layout.js';
import { loadProfile } from '../src/engines/catalogue.js';
import { loadRunLoop } from '../src/engines/runLoop.js';
import { CodeMemory } from '../src/hw/codeMemory.js';
import { emitFetchUnits } from '../src/jit/fetchUnit.js';
import { allocateMemory } from '../src/kernel/boot.js';
import { type DoorbellPlan, type DoorbellRole, declareDoorbellBench } from './doorbellWorker.js';
import type { Bench } from './harness/bench.js';
import { summaryText } from './harness/text.js';

const OPTIONS = {
  samples: { about: 'samples', default: 60, least: 30, most: 10_000 },
  rings: { about: 'round trips per sample', default: 5000, least: 1, most: 1_000_000 },
} as const;

export const bench: Bench<keyof typeof OPTIONS> = {
  title: 'doorbell round trip between two cpus, one of them in user code',
  options: OPTIONS,
  async run({ samples, rings }) {
    const measured = await measure(samples, rings);
    const cores = availableParallelism();
    const shared =
      cores < 2
        ? 'OVERSUBSCRIBED: one core for both, this is the scheduler'
        : `no (2 threads, ${cores} cores)`;
    return {
      lines: [
        `round trip: ${summaryText(measured, 1, 'ns')} of ${rings} round trips each`,
        `oversubscribed: ${shared}; the load average above says who else wanted the cores`,
      ],
      series: [{ id: 'round-trip', unit: 'ns', samples: measured }],
    };
  },
};

async function measure(samples: number, rings: number): Promise<readonly number[]> {
  const [unit] = await emitFetchUnits([{ name: 'unit', placement: 'within-word', work: { iterations: 0 } }]);
  const { bytes, siteOffset, siteBytes } = unit!;
  const placement = { offset: 0, length: bytes.length, siteOffset, siteBytes };
  const profile = await loadProfile('x86-64');
  const builder = new LayoutBuilder();
  const { hw } = declareDoorbellBench(builder, profile, bytes.length);
  const memory = allocateMemory(builder.byteLength);
  new CodeMemory(hw, memory.buffer as unknown as SharedArrayBuffer).map(0, bytes);
  const plan: DoorbellPlan = { memory, profile, placement, runLoop: await loadRunLoop(), samples, rings };
  const answering = start('answer', plan);
  const ringing = start('ring', plan);
  try {
    /* Whoever fails first ends the bench; the answering side has no result of its own. */
    return (await Promise.race([result(ringing), result(answering)])) as number[];
  } finally {
    await Promise.all([answering.terminate(), ringing.terminate()]);
  }
}

function start(role: DoorbellRole, plan: DoorbellPlan): Worker {
  return new Worker(new URL('./doorbellWorker.js', import.meta.url), { workerData: { role, plan } });
}

function result(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
