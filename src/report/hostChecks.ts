/** One check for each thing that a host has or lacks: what it is, whether that will do, and what to do where it will not.
 *
 *  `missing` is what is not there; a host on which wall-clock figures say little is a warning. */
import { type TwoModes, twoModes } from '../base/modes.js';
import { quantiles, ratioInterval } from '../base/statistics.js';
import type { HostExamination, Membarrier } from '../engines/native/hostExamination.js';
import {
  CMD_GLOBAL,
  CMD_GLOBAL_EXPEDITED,
  CMD_PRIVATE_EXPEDITED,
  CMD_PRIVATE_EXPEDITED_RSEQ,
} from '../kernel/membarrierCommands.js';
import { counted } from './countsText.js';
import type { Check } from './doctorSchema.js';
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
const STEADY_GOVERNOR = 'performance';

const COMMANDS = [
  ['GLOBAL', CMD_GLOBAL],
  ['GLOBAL_EXPEDITED', CMD_GLOBAL_EXPEDITED],
  ['PRIVATE_EXPEDITED', CMD_PRIVATE_EXPEDITED],
  ['RSEQ', CMD_PRIVATE_EXPEDITED_RSEQ],
] as const;

const ok = (name: string, value: string): Check => ({ name, value, status: 'ok' });
const warning = (name: string, value: string, todo: string): Check => ({
  name,
  value,
  status: 'warning',
  todo,
});
const missing = (name: string, value: string, todo: string): Check => ({
  name,
  value,
  status: 'missing',
  todo,
});

export function machine({ isVirtualMachine, pageBytes }: HostExamination, env: EnvironmentDocument): Check[] {
  const where = isVirtualMachine ? ', in a virtual machine' : '';
  return [
    ok('cpu', `${env.cpuModel.trim()} (${env.arch})${where}`),
    ok('kernel', `${env.platform} ${env.kernel}, node ${env.node}`),
    ok('page-size', pageBytes === undefined ? 'not readable' : `${pageBytes} bytes`),
  ];
}

export function workers({ roundTrips }: HostExamination): Check {
  return 'notMeasured' in roundTrips
    ? missing(
        'workers',
        roundTrips.notMeasured,
        'Allow this process two threads and shared memory; use --engine virtual until then.',
      )
    : ok('workers', 'share memory; Atomics.wait wakes');
}

/** What the control group lets it use in the mean. */
export function usableCores({ quota }: HostExamination, { logicalCpus }: EnvironmentDocument): number {
  return Math.floor(Math.min(logicalCpus, quota ?? logicalCpus));
}

export function cores(found: HostExamination, env: EnvironmentDocument): Check {
  const { quota } = found;
  const bound = quota === undefined ? 'no cgroup quota' : `cgroup quota of ${quota.toFixed(1)}`;
  const value = `${env.logicalCpus}, ${bound}`;
  return usableCores(found, env) < CORES_WANTED
    ? warning('cores', value, 'Two cpus on real threads take turns here: counts hold, times do not.')
    : ok('cores', value);
}

export function load({ load: average }: HostExamination, { logicalCpus }: EnvironmentDocument): Check {
  const value = `${average.toFixed(2)} over the last minute, on ${counted(logicalCpus, 'core')}`;
  return average > Math.max(0, logicalCpus - CORES_WANTED) + LOAD_ALLOWED
    ? warning('load', value, 'Others compute here: end them, or wait, before measuring wall-clock time.')
    : ok('load', value);
}

/** None where there are no two workers to make it. */
export function roundTrip({ roundTrips }: HostExamination): Check[] {
  if ('notMeasured' in roundTrips) return [];
  const summary = summaryOf(roundTrips);
  const slow = roundTrips.filter((ns) => ns > SLOW_ROUND_TRIP_NS).length / roundTrips.length;
  const value = `median ${nanoseconds(summary.median)}, ${percent(slow)} over ${nanoseconds(SLOW_ROUND_TRIP_NS)}, n ${summary.n}`;
  const check =
    summary.median > SLOW_ROUND_TRIP_NS || slow > MANY
      ? warning(
          'round-trip',
          value,
          'The two do not have a core each: the host is oversubscribed. Free a core, or raise the quota.',
        )
      : ok('round-trip', value);
  return [{ ...check, summary }];
}

export function noise({ sameWork }: HostExamination): Check {
  const samples = sameWork.flatMap(({ a, b }) => [a, b]);
  const summary = summaryOf(samples);
  const spread = (summary.q90 - summary.q10) / summary.median;
  const [low, high] = ratioInterval(sameWork, LEVEL, SEED);
  const visible = Math.max(high - 1, 1 - low);
  const value = `spread ${percent(spread)}; ${sameWork.length} pairs see ${percent(visible)} and more`;
  const todo = aboutNoise(spread, visible, twoModes(samples));
  return { ...(todo === undefined ? ok('noise', value) : warning('noise', value, todo)), summary };
}

function aboutNoise(spread: number, visible: number, modes: TwoModes | undefined): string | undefined {
  if (modes) {
    return `${percent(modes.highShare)} of the samples take ${(modes.high / modes.low).toFixed(1)} times as long as the rest: one median stands for neither. Compare in pairs: coresync compare --workload.`;
  }
  if (visible > COARSE) {
    return 'Smaller differences are not seen here: quieten the host, or take more --pairs.';
  }
  if (spread > WIDE) return 'Single runs mean little here. Compare in pairs: coresync compare --workload.';
  return undefined;
}

export function clock({ clock: { step, reading } }: HostExamination): Check {
  const value = `steps of ${nanoseconds(step)}, a reading takes ${nanoseconds(reading)}`;
  return Math.max(step, reading) > COARSE_CLOCK_NS
    ? warning('clock', value, 'See /sys/devices/system/clocksource: tsc is quicker than hpet or acpi_pm.')
    : ok('clock', value);
}

export function frequency({ governor, isVirtualMachine }: HostExamination): Check {
  if (governor === undefined) {
    return missing(
      'frequency',
      `governor not readable${isVirtualMachine ? ': the hypervisor decides' : ''}`,
      'Compare in pairs only: a frequency that changes meanwhile changes both.',
    );
  }
  return governor === STEADY_GOVERNOR
    ? ok('frequency', `governor ${governor}`)
    : warning(
        'frequency',
        `governor ${governor}`,
        `For steady figures: cpupower frequency-set -g ${STEADY_GOVERNOR}`,
      );
}

/** What needs koffi: the rest is not asked without it. */
export function native({ membarrier }: HostExamination): Check[] {
  if ('unavailable' in membarrier) {
    return [
      missing(
        'koffi',
        membarrier.unavailable,
        'On Linux: npm install koffi. Only calibrate and the engine native need it.',
      ),
    ];
  }
  return [ok('koffi', 'calls the C library'), commands(membarrier), syncCore(membarrier)];
}

function commands({ commands: bits }: Membarrier): Check {
  if (bits < 0) {
    return missing(
      'membarrier',
      `QUERY gives errno ${-bits}`,
      'The kernel has no membarrier (CONFIG_MEMBARRIER), or a seccomp filter hides it.',
    );
  }
  const names = COMMANDS.filter(([, bit]) => bits & bit).map(([name]) => name);
  return ok('membarrier', names.join(' '));
}

function syncCore({ registersSyncCore: result }: Membarrier): Check {
  return result === 0
    ? ok('sync-core', 'can be registered for')
    : missing(
        'sync-core',
        `registering gives errno ${-result}`,
        'It takes Linux 4.16 and an architecture that has it; a JIT here needs another way to publish code.',
      );
}

export function interrupts({ showsCallInterrupts }: HostExamination): Check {
  return showsCallInterrupts
    ? ok('interrupts', 'function call interrupts are counted')
    : missing(
        'interrupts',
        'function call interrupts are not counted',
        'calibrate cannot tell a membarrier that interrupted from one that did not: it measures no interrupt.',
      );
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
