/** From what was measured on this host to a cost profile: each number either comes from here, with its spread, or is taken
 *  over from another profile and stays an assumption that says so.
 *
 *  Limit: UNSEEN, which user space cannot measure. */
import { type Quantiles, quantiles } from '../../base/statistics.js';
import { COST_NAMES, type Cost, type CostName, type CostProfile } from '../../hw/costProfile.js';
import type { NotMeasured } from './blocks.js';
import { costSamples, nsIn, nsPerCall, rounded, type Sampled, usable } from './costSamples.js';
import type { HostMeasurements } from './hostMeasurements.js';
import { interruptsNobody, interruptsPeer } from './membarrierBlocks.js';

/** A cost as the new profile has it. */
export interface CalibratedCost {
  readonly name: CostName;
  readonly cost: Cost;
  /** What the other profile has, in nanoseconds. */
  readonly baseNs: number;
  /** Of the samples, in nanoseconds, where it was measured and is used. */
  readonly summary?: Quantiles;
  /** Where only their sum was measured: the costs that it was split among, as in the other profile. */
  readonly splitAmong?: readonly CostName[];
  /** Why it was not, where that was tried. */
  readonly notUsed?: string;
}

/** What was seen on the way, and is no cost of its own. */
export interface Observation {
  readonly what: string;
  readonly summary: Quantiles;
}

export interface Calibration {
  readonly profile: CostProfile;
  readonly base: string;
  readonly costs: readonly CalibratedCost[];
  readonly observations: readonly Observation[];
  /** Why the clock of the processor is taken over too, where it is. */
  readonly clockNotUsed?: string;
}

export interface CalibratedHost {
  readonly name: string;
  readonly title: string;
}

/** Why nothing here measures them. */
const UNSEEN: Partial<Record<CostName, string>> = {
  fence: "the kernel's fences are not those of WebAssembly",
  syncCore: 'nothing in user space can be timed that does only this',
  addressSpaceLoad: 'only the kernel does it, and never alone',
  interruptReturn: 'nobody waits for it',
  decode: 'compiling and instantiating a unit could be measured, and is not decoding it',
  lineClean: 'WebAssembly has no instruction for it',
  lineInvalidate: 'WebAssembly has no instruction for it',
};

export function calibrate(
  measured: HostMeasurements,
  base: CostProfile,
  { name, title }: CalibratedHost,
): Calibration {
  const sampled = costSamples(measured, base);
  const costs = COST_NAMES.map((cost): CalibratedCost => calibrated(cost, sampled[cost], base));
  const clock = clockOf(measured);
  const isUsable = typeof clock === 'number';
  return {
    profile: {
      name,
      title: `${title}: measured by coresync calibrate, the rest of ${base.name}`,
      cyclesPerNs: isUsable ? clock : base.cyclesPerNs,
      costs: Object.fromEntries(costs.map(({ name: of, cost }) => [of, cost])) as CostProfile['costs'],
    },
    base: base.name,
    costs,
    observations: observationsOf(measured),
    ...(!isUsable && { clockNotUsed: clock.notMeasured }),
  };
}

function calibrated(name: CostName, sampled: Sampled | undefined, base: CostProfile): CalibratedCost {
  const baseNs = nsIn(base, name);
  const used = sampled && usable(sampled);
  if (used === undefined) {
    return { name, cost: takenOver(base, name, `not measured here: ${UNSEEN[name]}`), baseNs };
  }
  if ('notMeasured' in used) {
    const notUsed = used.notMeasured;
    return { name, cost: takenOver(base, name, `not used as measured: ${notUsed}`), baseNs, notUsed };
  }
  const { how, summary, splitAmong } = used;
  const { n, median: value, q10, q90 } = summary;
  const cost = {
    value: rounded(value),
    unit: 'ns',
    spread: `q10..q90 ${rounded(q10)}..${rounded(q90)}, n ${n}`,
    source: `measured by coresync calibrate, median of ${n} blocks: ${how}`,
  } as const;
  return { name, cost, baseNs, summary, ...(splitAmong && { splitAmong }) };
}

function takenOver(base: CostProfile, name: CostName, why: string): Cost {
  const { value, unit, spread, source, assumption } = base.costs[name];
  return {
    value,
    unit,
    ...(spread !== undefined && { spread }),
    assumption: `taken over from ${base.name} (${why}): ${source ?? assumption}`,
  };
}

/** Cycles in a nanosecond. */
function clockOf({ instructions }: HostMeasurements): number | NotMeasured {
  if ('notMeasured' in instructions) return instructions;
  const used = usable({ ns: instructions.nsPerCycle, how: 'additions that wait for each other' });
  return 'notMeasured' in used ? used : rounded(1 / used.summary.median);
}

function observationsOf(measured: HostMeasurements): Observation[] {
  const { systemCall, membarrierAlone, membarrierBesidePeer, pipe } = measured;
  const candidates: readonly (readonly [string, readonly number[]])[] = [
    ['a call through FFI', blocksOf(systemCall).map((pair) => pair.without)],
    ['a write to a pipe and a read, no switch', blocksOf(pipe).map((pair) => pair.without)],
    [
      'membarrier SYNC_CORE, no other thread running',
      blocksOf(membarrierAlone).map((block) => block.nsPerCall),
    ],
    [
      'the same beside a peer, not interrupting it',
      nsPerCall(blocksOf(membarrierBesidePeer), interruptsNobody),
    ],
    ['the same, interrupting it in each call', nsPerCall(blocksOf(membarrierBesidePeer), interruptsPeer)],
  ];
  return candidates
    .filter(([, samples]) => samples.length > 0)
    .map(([what, samples]) => ({ what, summary: quantiles(samples) }));
}

function blocksOf<Block>(measured: readonly Block[] | NotMeasured): readonly Block[] {
  return 'notMeasured' in measured ? [] : measured;
}
