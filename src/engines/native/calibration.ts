/** From what was measured on this host to a cost profile: each number either comes from here, with its spread, or is taken
 *  over from another profile and stays an assumption that says so.
 *
 *  Costs that can only be measured together are split in the proportions of the other profile. A figure that came out
 *  negative, or whose spread is larger than itself, is not used.
 *  Source: quantiles as in src/base/statistics.ts; what is measured, and how, stands beside each measurement.
 *  Limit: UNSEEN, which user space cannot measure. */
import { median, type Quantiles, quantiles } from '../../base/statistics.js';
import { COST_NAMES, type Cost, type CostName, type CostProfile } from '../../hw/costProfile.js';
import type { BlockPair, NotMeasured } from './blocks.js';
import type { HostMeasurements } from './hostMeasurements.js';
import type { Instruction } from './instructionLoops.js';
import { interruptsNobody, interruptsPeer, type MembarrierBlock } from './membarrierBlocks.js';

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

interface Samples {
  readonly ns: readonly number[];
  readonly how: string;
  readonly splitAmong?: readonly CostName[];
}

type Sampled = Samples | NotMeasured;

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

const DIGITS = 4;
const LEAST_BLOCKS = 5;

export function calibrate(
  measured: HostMeasurements,
  base: CostProfile,
  { name, title }: CalibratedHost,
): Calibration {
  const sampled = samplesOf(measured, base);
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

/** Of the costs that can be measured, alone or together with others. */
function samplesOf(measured: HostMeasurements, base: CostProfile): Partial<Record<CostName, Sampled>> {
  const { systemCall, instructions, pipe, wordRoundTrip } = measured;
  const instruction = (name: Instruction, how: string): Sampled =>
    'notMeasured' in instructions ? instructions : { ns: differences(instructions.pairs[name]), how };
  const wordTransfer = mapped(wordRoundTrip, (samples) => ({
    ns: samples.map((ns) => ns / 2),
    how: 'half of a round trip of a word between two threads that poll it, on two cpus',
  }));
  const call = mapped(systemCall, (pairs) => ({
    ns: differences(pairs),
    how: 'getpid(2) less a call that does nothing, both through FFI',
  }));
  return {
    load: instruction('load', 'loads that wait for each other, in a loop of WebAssembly, less the loop'),
    store: instruction('store', 'stores to one word, in a loop of WebAssembly, less the loop'),
    atomic: instruction('atomic', 'atomic additions to one word, in a loop of WebAssembly, less the loop'),
    call: instruction('call', 'indirect calls of an empty function of WebAssembly, less the loop'),
    wordTransfer,
    contextSwitch: mapped(pipe, (pairs) => ({
      ns: pairs.map((pair) => (pair.with - 2 * pair.without) / 2),
      how: 'half of a round trip through two pipes between two threads on one cpu, less a write and a read without a switch',
    })),
    ...split(call, ['syscallEntry', 'syscallReturn'], base),
    ...split(interruptRoundTrip(measured, wordTransfer, base), INTERRUPT, base),
  };
}

/** What the caller of membarrier waits for, when it has interrupted a cpu. */
const INTERRUPT: readonly CostName[] = ['ipiSend', 'ipiLatency', 'ipiJitter', 'interruptEntry'];
/** By chance up to so much: half of it in a median. */
const SHARE: Partial<Record<CostName, number>> = { ipiJitter: 0.5 };

/** A membarrier call that interrupts a peer, less one that does not, less the answer's way back. */
function interruptRoundTrip(
  { membarrierAlone, membarrierBesidePeer }: HostMeasurements,
  wordTransfer: Sampled,
  base: CostProfile,
): Sampled {
  if ('notMeasured' in membarrierAlone) return membarrierAlone;
  if ('notMeasured' in membarrierBesidePeer) return membarrierBesidePeer;
  const all = [...membarrierAlone, ...membarrierBesidePeer];
  if (all.every((block) => block.interruptsPerCall === undefined)) {
    return { notMeasured: 'this host does not show its function call interrupts in /proc/interrupts' };
  }
  const without = nsPerCall(all, interruptsNobody);
  const interrupting = nsPerCall(all, interruptsPeer);
  if (without.length === 0 || interrupting.length === 0) {
    return {
      notMeasured: `of ${all.length} blocks of membarrier calls, ${interrupting.length} interrupted the peer in each call and ${without.length} in none`,
    };
  }
  const back = usable(wordTransfer);
  const backNs = 'notMeasured' in back ? nsIn(base, 'wordTransfer') : back.summary.median;
  const lessNs = median(without) + backNs;
  return {
    ns: interrupting.map((ns) => ns - lessNs),
    how: 'membarrier SYNC_CORE that interrupts a running peer (by the count in /proc/interrupts), less one that does not and less the wordTransfer of this profile',
  };
}

/** Samples of a sum, split as the parts are in the base profile. */
function split(
  sum: Sampled,
  parts: readonly CostName[],
  base: CostProfile,
): Partial<Record<CostName, Sampled>> {
  const baseNs = parts.reduce((total, part) => total + (SHARE[part] ?? 1) * nsIn(base, part), 0);
  const used = usable(sum);
  const of = (part: CostName): Sampled => {
    if ('notMeasured' in used) return used;
    if (baseNs === 0) return { notMeasured: `${base.name} has no proportion of ${parts.join(' and ')}` };
    const share = nsIn(base, part) / baseNs;
    return {
      ns: used.ns.map((ns) => ns * share),
      how: `${used.how}; split among ${parts.join(', ')} as in ${base.name}`,
      splitAmong: parts,
    };
  };
  return Object.fromEntries(parts.map((part) => [part, of(part)]));
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

/** @returns why not, for samples that say nothing. */
function usable(sampled: Sampled): (Samples & { readonly summary: Quantiles }) | NotMeasured {
  if ('notMeasured' in sampled) return sampled;
  const summary = quantiles(sampled.ns);
  const { n, median: value, q10, q90 } = summary;
  if (n < LEAST_BLOCKS) return { notMeasured: `${n} blocks are too few for a spread` };
  if (value <= 0) return { notMeasured: `it came out as ${rounded(value)} ns` };
  if (q90 - q10 > value) {
    return {
      notMeasured: `its spread (q10..q90 ${rounded(q10)}..${rounded(q90)} ns) is larger than itself (${rounded(value)} ns)`,
    };
  }
  return { ...sampled, summary };
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
    ['a call through FFI', 'notMeasured' in systemCall ? [] : systemCall.map((pair) => pair.without)],
    [
      'a write to a pipe and a read, no switch',
      'notMeasured' in pipe ? [] : pipe.map((pair) => pair.without),
    ],
    [
      'membarrier SYNC_CORE, no other thread running',
      'notMeasured' in membarrierAlone ? [] : membarrierAlone.map((block) => block.nsPerCall),
    ],
    [
      'the same beside a peer, not interrupting it',
      'notMeasured' in membarrierBesidePeer ? [] : nsPerCall(membarrierBesidePeer, interruptsNobody),
    ],
    [
      'the same, interrupting it in each call',
      'notMeasured' in membarrierBesidePeer ? [] : nsPerCall(membarrierBesidePeer, interruptsPeer),
    ],
  ];
  return candidates
    .filter(([, samples]) => samples.length > 0)
    .map(([what, samples]) => ({ what, summary: quantiles(samples) }));
}

function nsPerCall(
  blocks: readonly MembarrierBlock[],
  counts: (block: MembarrierBlock) => boolean,
): readonly number[] {
  return blocks.filter(counts).map((block) => block.nsPerCall);
}

function differences(pairs: readonly BlockPair[]): number[] {
  return pairs.map((pair) => pair.with - pair.without);
}

function mapped<Value extends readonly unknown[]>(
  measured: Value | NotMeasured,
  toSamples: (value: Value) => Samples,
): Sampled {
  return 'notMeasured' in measured ? measured : toSamples(measured);
}

function nsIn({ costs, cyclesPerNs }: CostProfile, name: CostName): number {
  const { value, unit } = costs[name];
  return unit === 'ns' ? value : value / cyclesPerNs;
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
