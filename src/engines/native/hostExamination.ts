/** Looks at this host: what it has, and how steadily it works. What that means is not said here.
 *
 *  Limit: a second or so, at one moment; what others do on the host afterwards is not known. */
import { loadavg } from 'node:os';
import { CMD_QUERY, CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE } from '../../kernel/membarrierCommands.js';
import { block, type NotMeasured, nowNs, type Work, warmUp } from './blocks.js';
import { callInterrupts } from './callInterrupts.js';
import { cpuQuota, frequencyGovernor, isVirtualMachine, pageBytes } from './hostFacts.js';
import { type NoHostKernel, openHostKernel } from './hostKernel.js';
import { HostThreads } from './hostThreads.js';
import { pingPongWords } from './wordPingPong.js';

export interface HostExamination {
  /** Cpus that the control group allows, where it sets a bound. */
  readonly quota: number | undefined;
  /** Load average over a minute. */
  readonly load: number;
  readonly isVirtualMachine: boolean;
  readonly governor: string | undefined;
  readonly pageBytes: number | undefined;
  readonly clock: Clock;
  /** Round trips of a word between two workers, in nanoseconds; or why there are none. */
  readonly roundTrips: readonly number[] | NotMeasured;
  /** The same work twice, again and again; nanoseconds a turn of its loop. */
  readonly sameWork: readonly { readonly a: number; readonly b: number }[];
  readonly membarrier: Membarrier | NoHostKernel;
  readonly showsCallInterrupts: boolean;
}

/** The clock that wall-clock time is read from, in nanoseconds. */
export interface Clock {
  /** Smallest step that was seen. */
  readonly step: number;
  /** What a reading takes. */
  readonly reading: number;
}

export interface Membarrier {
  /** What QUERY gives: bits of commands, or a negative errno. */
  readonly commands: number;
  /** What registering for SYNC_CORE gives. */
  readonly registersSyncCore: number;
}

/** Of what takes a tenth of it: a busy host is no broken one. */
const LIMIT_MS = 5000;
const ROUND_TRIPS = { blocks: 1000, trips: 20, budgetMs: 400 } as const;
/** A sample takes some milliseconds, as one of a policy on real threads does at least. */
const SAMPLE_BLOCKS = 40;
const CLOCK_READINGS = 5000;

/** @param pairs of the same work. */
export async function examineHost(pairs: number): Promise<HostExamination> {
  return {
    quota: cpuQuota(),
    load: loadavg()[0]!,
    isVirtualMachine: isVirtualMachine(),
    governor: frequencyGovernor(),
    pageBytes: pageBytes(),
    clock: readClock(),
    roundTrips: await roundTrips(),
    sameWork: sameWork(pairs),
    membarrier: await membarrier(),
    showsCallInterrupts: callInterrupts() !== undefined,
  };
}

function readClock(): Clock {
  const readings = new Float64Array(CLOCK_READINGS);
  const read: Work = (times) => {
    for (let i = 0; i < times; i++) readings[i % CLOCK_READINGS] = nowNs();
  };
  warmUp(read);
  const reading = block(read, CLOCK_READINGS);
  const steps = [...readings.subarray(1)].map((at, before) => at - readings[before]!);
  return { step: Math.min(...steps.filter((step) => step > 0)), reading };
}

async function roundTrips(): Promise<HostExamination['roundTrips']> {
  try {
    const words = pingPongWords(); // throws where there is no shared memory, and then no thread need be started
    const threads = new HostThreads(LIMIT_MS);
    try {
      return await threads.roundTrips(words, ROUND_TRIPS);
    } finally {
      await threads.close();
    }
  } catch (error) {
    return { notMeasured: error instanceof Error ? error.message : String(error) };
  }
}

function sameWork(pairs: number): HostExamination['sameWork'] {
  let state = 1;
  const work: Work = (times) => {
    for (let i = 0; i < times; i++) state = (Math.imul(state, 1664525) + 1013904223) | 0;
  };
  const times = SAMPLE_BLOCKS * warmUp(work);
  return Array.from({ length: pairs }, () => ({ a: block(work, times), b: block(work, times) }));
}

async function membarrier(): Promise<HostExamination['membarrier']> {
  const kernel = await openHostKernel();
  if ('unavailable' in kernel) return kernel;
  return {
    commands: kernel.membarrier(CMD_QUERY, 0, 0),
    registersSyncCore: kernel.membarrier(CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0),
  };
}
