/** Does GLOBAL_EXPEDITED interrupt a cpu that runs a registered process? On the host's own kernel: before a thread of the process
 *  has exited on that cpu, and after it.
 *
 *  This is what ordering-global-exit says of Linux since 5.11. The cpu is missed until it has been in another address space, so
 *  that how often it is depends on who else runs there; before each exit another process runs there for a moment. A block of
 *  calls counts where the peer ran all the while: the host's count of function call interrupts says whether it was interrupted.
 *  Limit: that nobody was interrupted is no wrong value yet; the outcome that this allows is not looked for. Needs koffi, two cpus,
 *  and a count of interrupts that is readable. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { callInterrupts } from '../src/engines/native/callInterrupts.js';
import { allowedCpus, pinnedTo, restriction } from '../src/engines/native/hostCpus.js';
import { type HostKernel, openHostKernel } from '../src/engines/native/hostKernel.js';
import { CMD_GLOBAL_EXPEDITED, CMD_REGISTER_GLOBAL_EXPEDITED } from '../src/kernel/membarrierCommands.js';
import { PEER_ROUNDS, PEER_STOP, PEER_WORDS, type PeerPlan } from './globalExpeditedWorker.js';
import type { Bench, BenchReport } from './harness/bench.js';
import { nowNs } from './harness/clock.js';
import { summaryText } from './harness/text.js';

const OPTIONS = {
  exits: { about: 'threads that exit, one after the other', default: 20, least: 3, most: 1000 },
  blocks: { about: 'blocks of calls before each exit, and after it', default: 20, least: 3, most: 1000 },
} as const;

const CALLS = 50;
/** Others interrupt as well: near enough to none a call. */
const FEW = 0.05;
const LIMIT_MS = 10_000;

export const bench: Bench<keyof typeof OPTIONS> = {
  title: 'GLOBAL_EXPEDITED of the host, before and after a sibling thread has exited',
  options: OPTIONS,
  async run({ exits, blocks }) {
    const kernel = await openHostKernel();
    if ('unavailable' in kernel) return notMeasured(kernel.unavailable);
    const [own, other] = allowedCpus(kernel);
    if (own === undefined || other === undefined) return notMeasured('it takes two cpus');
    if (callInterrupts() === undefined) return notMeasured('the host does not show its count of interrupts');
    const registered = kernel.membarrier(CMD_REGISTER_GLOBAL_EXPEDITED, 0, 0);
    if (registered < 0) return notMeasured(`the host does not register it: errno ${-registered}`);
    restriction(kernel)([own]);
    return measure(kernel, other, exits, blocks);
  },
};

async function measure(kernel: HostKernel, cpu: number, exits: number, blocks: number): Promise<BenchReport> {
  const before: Block[] = [];
  const after: Block[] = [];
  for (let exit = 0; exit < exits; exit++) {
    const words = new Int32Array(new SharedArrayBuffer(PEER_WORDS * Int32Array.BYTES_PER_ELEMENT));
    const peer = await started({ role: 'run', cpu, words });
    try {
      pinnedTo(kernel, cpu, () => spawnSync(process.execPath, ['--version']));
      before.push(...blocksOf(kernel, words, blocks));
      await (await started({ role: 'exit', cpu, words })).exited();
      after.push(...blocksOf(kernel, words, blocks));
    } finally {
      Atomics.store(words, PEER_STOP, 1);
      await peer.exited();
    }
  }
  return {
    lines: [...told('before', before), ...told('after a sibling has exited there', after)],
    series: [
      { id: 'before', unit: 'ns', samples: before.map(({ nsPerCall }) => nsPerCall) },
      { id: 'after', unit: 'ns', samples: after.map(({ nsPerCall }) => nsPerCall) },
    ],
  };
}

interface Block {
  readonly nsPerCall: number;
  readonly wasMissed: boolean;
}

/** Those during which the peer ran. */
function blocksOf(kernel: HostKernel, words: Int32Array, count: number): Block[] {
  const blocks: Block[] = [];
  for (let left = count; left > 0; left--) {
    const interrupts = callInterrupts()!;
    const begun = nowNs();
    let ran = true;
    for (let call = 0; call < CALLS; call++) {
      const rounds = Atomics.load(words, PEER_ROUNDS);
      kernel.membarrier(CMD_GLOBAL_EXPEDITED, 0, 0);
      if (Atomics.load(words, PEER_ROUNDS) === rounds) ran = false;
    }
    const nsPerCall = (nowNs() - begun) / CALLS;
    if (ran) blocks.push({ nsPerCall, wasMissed: (callInterrupts()! - interrupts) / CALLS < FEW });
  }
  return blocks;
}

/** A thread that is there, or was: it may exit at once. */
async function started(plan: PeerPlan): Promise<{ readonly exited: () => Promise<unknown> }> {
  const worker = new Worker(new URL('./globalExpeditedWorker.js', import.meta.url), { workerData: plan });
  const over = new Promise<unknown>((resolve) => worker.once('exit', resolve));
  try {
    await once(worker, 'message', { signal: AbortSignal.timeout(LIMIT_MS) });
  } catch (error) {
    await worker.terminate();
    throw new Error(`the thread that is to ${plan.role} on cpu ${plan.cpu} did not come there`, {
      cause: error,
    });
  }
  const exited = async (): Promise<unknown> => {
    const limit = setTimeout(() => void worker.terminate(), LIMIT_MS);
    return over.finally(() => clearTimeout(limit));
  };
  return { exited };
}

function told(when: string, blocks: readonly Block[]): string[] {
  if (blocks.length === 0) return [`${when}: no block in which the peer ran all the while`];
  const missed = blocks.filter(({ wasMissed }) => wasMissed).length;
  const ns = blocks.map(({ nsPerCall }) => nsPerCall);
  return [
    `${when}: not interrupted in ${missed} of ${blocks.length} blocks of ${CALLS} calls in which the peer ran`,
    `  a call: ${summaryText(ns, 0, 'ns')}`,
  ];
}

function notMeasured(why: string): BenchReport {
  return { lines: [`not measured: ${why}`], series: [] };
}
