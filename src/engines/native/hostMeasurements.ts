/** Everything about the host's costs that can be measured from user space, one after the other on two threads that are
 *  pinned: what cannot be measured is a reason, not a number.
 *
 *  Limit: what user space cannot see by itself (a serialization, an interrupt return, loading an address space) is not
 *  here. */
import type { BlockPair, NotMeasured } from './blocks.js';
import { allowedCpus } from './hostCpus.js';
import type { HostKernel } from './hostKernel.js';
import { HostThreads } from './hostThreads.js';
import { type InstructionBlocks, instructionModule } from './instructionLoops.js';
import type { MembarrierBlock, MembarrierPlan } from './membarrierBlocks.js';
import { closePipes, openPipes } from './pipePingPong.js';
import { pingPongWords } from './wordPingPong.js';

export interface HostMeasurements {
  /** FFI calls, without and with a system call in them. */
  readonly systemCall: readonly BlockPair[] | NotMeasured;
  readonly instructions: InstructionBlocks | NotMeasured;
  /** A write to a pipe and a read, without and with a switch to another thread and back. */
  readonly pipe: readonly BlockPair[] | NotMeasured;
  /** A word from one cpu to another and back, in nanoseconds. */
  readonly wordRoundTrip: readonly number[] | NotMeasured;
  /** A call of membarrier SYNC_CORE while no other thread runs. */
  readonly membarrierAlone: readonly MembarrierBlock[] | NotMeasured;
  /** The same beside a thread that runs on another cpu, most of the time. */
  readonly membarrierBesidePeer: readonly MembarrierBlock[] | NotMeasured;
}

/** Of one measurement: several times what it takes on a host that others use too, and longer than any budget. */
const LIMIT_MS = 10_000;
const TRIPS = 200;
/** For blocks that may not come: those of round trips on a busy host, and those in which the peer was running. */
const BUDGET_MS = 3000;
const BLOCK_BUDGET_MS = 50;
const ONE_CPU = 'it takes two cpus, and this process may use one';

/** @param blocks samples of each. */
export async function measureHost(kernel: HostKernel, blocks: number): Promise<HostMeasurements> {
  const [cpu, otherCpu] = allowedCpus(kernel);
  const threads = new HostThreads(LIMIT_MS);
  const plan = { blocks, budgetMs: Math.min(BUDGET_MS, BLOCK_BUDGET_MS * blocks) };
  try {
    return {
      systemCall: await attempt(() => threads.bounded(threads.run('systemCall', { blocks }, cpu))),
      instructions: await attempt(async () =>
        threads.bounded(threads.run('instructions', { module: await instructionModule(), blocks }, cpu)),
      ),
      pipe: await attempt(() => pipe(threads, kernel, blocks, cpu)),
      wordRoundTrip: await attempt(async () => {
        if (otherCpu === undefined) throw new Error(ONE_CPU);
        return threads.roundTrips(pingPongWords(), { ...plan, trips: TRIPS }, [cpu, otherCpu]);
      }),
      membarrierAlone: await attempt(() =>
        threads.bounded(threads.run('membarrier', { plan: { ...plan, counts: 'every-block' } }, cpu)),
      ),
      membarrierBesidePeer: await attempt(async () => {
        if (otherCpu === undefined) throw new Error(ONE_CPU);
        return besidePeer(threads, { ...plan, counts: 'interrupting-blocks' }, cpu, otherCpu);
      }),
    };
  } finally {
    await threads.close();
  }
}

async function pipe(
  threads: HostThreads,
  kernel: HostKernel,
  blocks: number,
  cpu: number | undefined,
): Promise<readonly BlockPair[]> {
  const pipes = openPipes(kernel);
  let areOpen = true;
  const close = (): void => {
    if (areOpen) closePipes(kernel, pipes);
    areOpen = false;
  };
  const echoing = threads.run('echo', { pipes }, cpu);
  const sending = threads.run('send', { pipes, blocks }, cpu).finally(close);
  const [samples] = await threads.bounded(Promise.all([sending, echoing]), close);
  return samples;
}

/** membarrier SYNC_CORE on one cpu, beside a thread that runs on the other one, most of the time. */
export async function besidePeer(
  threads: HostThreads,
  plan: MembarrierPlan,
  cpu: number | undefined,
  peerCpu: number,
): Promise<readonly MembarrierBlock[]> {
  const over = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const spinning = threads.run('spin', { word: over }, peerCpu);
  const measuring = threads.run('membarrier', { plan }, cpu).finally(() => Atomics.store(over, 0, 1));
  const [samples] = await threads.bounded(Promise.all([measuring, spinning]));
  return samples;
}

async function attempt<Value>(measure: () => Promise<Value>): Promise<Value | NotMeasured> {
  try {
    return await measure();
  } catch (error) {
    return { notMeasured: error instanceof Error ? error.message : String(error) };
  }
}
