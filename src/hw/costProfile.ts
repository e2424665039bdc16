/** What things cost in virtual time: one number per thing, in nanoseconds or cycles as its source has it, with that
 *  source. A run uses whole cycles of the simulated cpu, so nothing depends on rounding. */

/** One number of a profile. */
export interface Cost {
  readonly value: number;
  readonly unit: 'ns' | 'cycles';
  /** Standard deviation or range of the source, in the same unit, as it gives it; undefined where it gives none. */
  readonly spread?: string;
  /** Where the number was published or measured. */
  readonly source?: string;
  /** Why this number, where nobody published one. */
  readonly assumption?: string;
}

/** Everything that costs time. */
export const COST_NAMES = [
  /** A load or store that hits. */
  'load',
  'store',
  /** An atomic read-modify-write. */
  'atomic',
  'fence',
  /** sync_core() and the serializing instruction of user mode. */
  'syncCore',
  /** Loading another address space, with what the TLB misses cost afterwards. */
  'addressSpaceLoad',
  'syscallEntry',
  'syscallReturn',
  /** Interrupt entry and acknowledgement. */
  'interruptEntry',
  'interruptReturn',
  /** schedule() and switch_to(), beyond the accesses that the shim makes. */
  'contextSwitch',
  /** Writing the interrupt command register. */
  'ipiSend',
  /** From sending to the pending bit of the target: this much ... */
  'ipiLatency',
  /** ... and up to so much more, by chance. */
  'ipiJitter',
  /** One call of a fetch unit. */
  'call',
  /** Fetching and decoding a unit after a serialization. */
  'decode',
  'lineClean',
  'lineInvalidate',
  /** Until a waiting cpu sees that another one wrote the word it polls. */
  'wordTransfer',
] as const;

export type CostName = (typeof COST_NAMES)[number];

/** A machine, with sources: what src/hw/costs and files hold. */
export interface CostProfile {
  readonly name: string;
  readonly title: string;
  readonly cyclesPerNs: number;
  readonly costs: Readonly<Record<CostName, Cost>>;
}

/** The same in whole cycles, as an engine uses it. */
export type CycleCosts = Readonly<Record<CostName, number>> & {
  readonly name: string;
  readonly cyclesPerNs: number;
};

export function inCycles({ name, cyclesPerNs, costs }: CostProfile): CycleCosts {
  const cycles = Object.fromEntries(
    COST_NAMES.map((cost) => {
      const { value, unit } = costs[cost];
      return [cost, Math.round(unit === 'ns' ? value * cyclesPerNs : value)];
    }),
  ) as Record<CostName, number>;
  return { ...cycles, name, cyclesPerNs };
}
