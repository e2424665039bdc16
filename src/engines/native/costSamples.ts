/** Which measurements make which cost: what is taken away from what, and what can only be measured as a sum, which is split in
 *  the proportions of a base profile.
 *
 *  A figure that came out negative, or whose spread is larger than itself, says nothing.
 *  Source: quantiles as in src/base/statistics.ts; what is measured, and how, stands beside each measurement. */
import { median, type Quantiles, quantiles } from '../../base/statistics.js';
import type { CostName, CostProfile } from '../../hw/costProfile.js';
import type { BlockPair, NotMeasured } from './blocks.js';
import type { HostMeasurements } from './hostMeasurements.js';
import type { Instruction } from './instructionLoops.js';
import { interruptsNobody, interruptsPeer, type MembarrierBlock } from './membarrierBlocks.js';

export interface Samples {
  /** Nanoseconds, one of each block. */
  readonly ns: readonly number[];
  /** How they were measured: part of the source of a cost. */
  readonly how: string;
  /** Where only the sum of several costs was measured: which. */
  readonly splitAmong?: readonly CostName[];
}

export type Sampled = Samples | NotMeasured;

const DIGITS = 4;
const LEAST_BLOCKS = 5;

/** Of the costs that can be measured, alone or together with others. */
export function costSamples(
  measured: HostMeasurements,
  base: CostProfile,
): Partial<Record<CostName, Sampled>> {
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

/** @returns why not, for samples that say nothing. */
export function usable(sampled: Sampled): (Samples & { readonly summary: Quantiles }) | NotMeasured {
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

export function nsPerCall(
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

export function nsIn({ costs, cyclesPerNs }: CostProfile, name: CostName): number {
  const { value, unit } = costs[name];
  return unit === 'ns' ? value : value / cyclesPerNs;
}

export function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
