/** What the examination of a host means: a check for each thing, and a verdict for each engine.
 *
 *  What an engine cannot do without is `missing` there; a host on which wall-clock figures say little is a warning, because
 *  hazards and virtual time do not depend on it. */
import { type TwoModes, twoModes } from '../base/modes.js';
import { quantiles, ratioInterval } from '../base/statistics.js';
import { ENGINES } from '../engines/engines.js';
import type { HostExamination } from '../engines/native/hostExamination.js';
import {
  CMD_GLOBAL,
  CMD_GLOBAL_EXPEDITED,
  CMD_PRIVATE_EXPEDITED,
  CMD_PRIVATE_EXPEDITED_RSEQ,
} from '../kernel/membarrierCommands.js';
import type { Check, DoctorDocument } from './doctorSchema.js';
import type { EnvironmentDocument } from './environmentSchema.js';

const SEED = 1;
const LEVEL = 0.95;
/** A round trip between two cores takes less, and one over a scheduler more. */
const SLOW_ROUND_TRIP_NS = 3000;
const MANY = 0.05;
/** Two cpus on real threads want a core each. */
const CORES_WANTED = 2;
/** Of a core: others may have so much of it. */
const LOAD_ALLOWED = 0.5;
/** A comparison of policies that sees no smaller difference sees little. */
const COARSE = 0.05;
/** From q10 to q90, as a share of the median. */
const WIDE = 0.25;
const COARSE_CLOCK_NS = 1000;

const COMMANDS = [
  ['GLOBAL', CMD_GLOBAL],
  ['GLOBAL_EXPEDITED', CMD_GLOBAL_EXPEDITED],
  ['PRIVATE_EXPEDITED', CMD_PRIVATE_EXPEDITED],
  ['RSEQ', CMD_PRIVATE_EXPEDITED_RSEQ],
] as const;

export function diagnose(found: HostExamination, env: EnvironmentDocument): DoctorDocument {
  const threads = [workers(found), cores(found, env), load(found, env), roundTrip(found), noise(found)];
  const clocks = [clock(found), frequency(found)];
  const native = [ffi(found), membarrier(found), syncCore(found)];
  return {
    schema: 'coresync.doctor/1',
    checks: [...machine(found, env), ...threads, ...clocks, ...native, interrupts(found)],
    engines: ENGINES.map(({ name, available }) => ({
      name,
      ...VERDICTS[name]!({ threads, clocks, native, available: available() }),
    })),
    env,
  };
}

interface Grounds {
  readonly threads: readonly Check[];
  readonly clocks: readonly Check[];
  readonly native: readonly Check[];
  readonly available: true | string;
}

type Verdict = Omit<DoctorDocument['engines'][number], 'name'>;

const VERDICTS: Readonly<Record<string, (grounds: Grounds) => Verdict>> = {
  virtual: () => ({ needed: true, status: 'ok', verdict: 'exact, here as everywhere: its time is virtual' }),
  threads: ({ threads, clocks }) => {
    const lacking = having(threads, 'missing');
    if (lacking !== '') return { needed: true, status: 'missing', verdict: `cannot run: ${lacking}` };
    const doubts = having([...threads, ...clocks], 'warning');
    return doubts === ''
      ? { needed: true, status: 'ok', verdict: 'real races, and wall-clock figures that mean something' }
      : {
          needed: true,
          status: 'warning',
          verdict: `real races; do not trust wall-clock figures: ${doubts}`,
        };
  },
  native: ({ native, available }) => {
    const lacking = having(native, 'missing');
    if (lacking !== '') return { needed: false, status: 'missing', verdict: `not available: ${lacking}` };
    return available === true
      ? { needed: false, status: 'ok', verdict: 'available' }
      : { needed: false, status: 'missing', verdict: `${available}; this host has what it takes` };
  },
};

/** The checks of that status, by name. */
function having(checks: readonly Check[], status: Check['status']): string {
  return checks
    .filter((check) => check.status === status)
    .map((check) => check.name)
    .join(', ');
}

function machine({ isVirtualMachine, pageBytes }: HostExamination, env: EnvironmentDocument): Check[] {
  const fact = (name: string, value: string): Check => ({
    name,
    value,
    status: 'ok',
  });
  return [
    fact('cpu', `${env.cpuModel.trim()} (${env.arch})${isVirtualMachine ? ', in a virtual machine' : ''}`),
    fact('kernel', `${env.platform} ${env.kernel}, node ${env.node}`),
    fact('page-size', pageBytes === undefined ? 'not readable' : `${pageBytes} bytes`),
  ];
}

function workers({ roundTrips }: HostExamination): Check {
  const about = { name: 'workers' };
  if ('notMeasured' in roundTrips) {
    return {
      ...about,
      value: roundTrips.notMeasured,
      status: 'missing',
      todo: 'Allow this process two threads and shared memory; use --engine virtual until then.',
    };
  }
  return { ...about, value: 'share memory; Atomics.wait wakes', status: 'ok' };
}

function cores({ quota }: HostExamination, { logicalCpus }: EnvironmentDocument): Check {
  const usable = Math.min(logicalCpus, quota ?? logicalCpus);
  const bound = quota === undefined ? 'no cgroup quota' : `cgroup quota of ${quota.toFixed(1)}`;
  return {
    name: 'cores',
    value: `${logicalCpus}, ${bound}`,
    ...(usable >= CORES_WANTED
      ? { status: 'ok' }
      : { status: 'warning', todo: 'Two cpus on real threads take turns here: counts hold, times do not.' }),
  };
}

function load({ load: average }: HostExamination, { logicalCpus }: EnvironmentDocument): Check {
  const isBusy = average > Math.max(LOAD_ALLOWED, logicalCpus - CORES_WANTED + LOAD_ALLOWED);
  return {
    name: 'load',
    value: `${average.toFixed(2)} over the last minute, of ${logicalCpus} cores`,
    ...(isBusy
      ? {
          status: 'warning',
          todo: 'Others compute here: end them, or wait, before measuring wall-clock time.',
        }
      : { status: 'ok' }),
  };
}

function roundTrip({ roundTrips }: HostExamination): Check {
  const about = { name: 'round-trip' };
  if ('notMeasured' in roundTrips) return { ...about, value: 'not measured', status: 'missing' };
  const summary = summaryOf(roundTrips);
  const slow = roundTrips.filter((ns) => ns > SLOW_ROUND_TRIP_NS).length / roundTrips.length;
  const isShared = summary.median > SLOW_ROUND_TRIP_NS || slow > MANY;
  return {
    ...about,
    value: `median ${nanoseconds(summary.median)}, ${percent(slow)} over ${nanoseconds(SLOW_ROUND_TRIP_NS)}, n ${summary.n}`,
    summary,
    ...(isShared
      ? {
          status: 'warning',
          todo: 'The two do not have a core each: the host is oversubscribed. Free a core, or raise the quota.',
        }
      : { status: 'ok' }),
  };
}

function noise({ sameWork }: HostExamination): Check {
  const samples = sameWork.flatMap(({ a, b }) => [a, b]);
  const summary = summaryOf(samples);
  const spread = (summary.q90 - summary.q10) / summary.median;
  const [low, high] = ratioInterval(sameWork, LEVEL, SEED);
  const visible = Math.max(high - 1, 1 - low);
  const todo = noiseTodo(spread, visible, twoModes(samples));
  return {
    name: 'noise',
    value: `spread ${percent(spread)}; ${sameWork.length} pairs see ${percent(visible)} and more`,
    summary,
    ...(todo === undefined ? { status: 'ok' } : { status: 'warning', todo }),
  };
}

function noiseTodo(spread: number, visible: number, modes: TwoModes | undefined): string | undefined {
  if (modes) {
    return `${percent(modes.highShare)} of the samples take ${(modes.high / modes.low).toFixed(1)} times as long as the rest: one median stands for neither. Compare in pairs: coresync compare --workload.`;
  }
  if (visible > COARSE)
    return 'Smaller differences are not seen here: quieten the host, or take more --pairs.';
  if (spread > WIDE) return 'Single runs mean little here. Compare in pairs: coresync compare --workload.';
  return undefined;
}

function clock({ clock: { step, reading } }: HostExamination): Check {
  return {
    name: 'clock',
    value: `steps of ${nanoseconds(step)}, a reading takes ${nanoseconds(reading)}`,
    ...(Math.max(step, reading) <= COARSE_CLOCK_NS
      ? { status: 'ok' }
      : {
          status: 'warning',
          todo: 'See /sys/devices/system/clocksource: tsc is quicker than hpet or acpi_pm.',
        }),
  };
}

function frequency({ governor, isVirtualMachine }: HostExamination): Check {
  const about = { name: 'frequency' };
  if (governor === undefined) {
    return {
      ...about,
      value: `governor not readable${isVirtualMachine ? ': the hypervisor decides' : ''}`,
      status: 'missing',
      todo: 'Compare in pairs only: a frequency that changes meanwhile changes both.',
    };
  }
  return {
    ...about,
    value: `governor ${governor}`,
    ...(governor.includes('performance')
      ? { status: 'ok' }
      : { status: 'warning', todo: 'For steady figures: cpupower frequency-set -g performance' }),
  };
}

function ffi({ membarrier: found }: HostExamination): Check {
  const about = { name: 'ffi' };
  if (!('unavailable' in found)) return { ...about, value: 'calls the C library', status: 'ok' };
  return {
    ...about,
    value: found.unavailable,
    status: 'missing',
    todo: 'On Linux, npm install koffi; calibrate needs it, nothing else.',
  };
}

function membarrier({ membarrier: found }: HostExamination): Check {
  const about = { name: 'membarrier' };
  if ('unavailable' in found) return { ...about, value: 'not asked, without koffi', status: 'missing' };
  if (found.commands < 0) {
    return {
      ...about,
      value: `QUERY gives errno ${-found.commands}`,
      status: 'missing',
      todo: 'The kernel has no membarrier (CONFIG_MEMBARRIER), or a seccomp filter hides it.',
    };
  }
  const names = COMMANDS.filter(([, bit]) => found.commands & bit).map(([name]) => name);
  return { ...about, value: names.join(' '), status: 'ok' };
}

function syncCore({ membarrier: found }: HostExamination): Check {
  const about = { name: 'sync-core' };
  if ('unavailable' in found) return { ...about, value: 'not asked, without koffi', status: 'missing' };
  if (found.registersSyncCore === 0) return { ...about, value: 'can be registered for', status: 'ok' };
  return {
    ...about,
    value: `registering gives errno ${-found.registersSyncCore}`,
    status: 'missing',
    todo: 'It takes Linux 4.16 and an architecture that has it; a JIT here needs another way to publish code.',
  };
}

function interrupts({ showsCallInterrupts }: HostExamination): Check {
  const about = { name: 'interrupts' };
  if (showsCallInterrupts) return { ...about, value: 'function call interrupts are counted', status: 'ok' };
  return {
    ...about,
    value: 'function call interrupts are not counted',
    status: 'missing',
    todo: 'calibrate cannot tell a membarrier that interrupted from one that did not, and measures no interrupt.',
  };
}

function summaryOf(samples: readonly number[]): NonNullable<Check['summary']> {
  const { n, q10, median, q90, max } = quantiles(samples);
  return { unit: 'ns', n, q10, median, q90, max };
}

function nanoseconds(ns: number): string {
  if (ns < 1e3) return `${ns.toFixed(0)} ns`;
  return ns < 1e6 ? `${(ns / 1e3).toFixed(1)} us` : `${(ns / 1e6).toFixed(1)} ms`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
