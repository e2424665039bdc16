/** What things cost in virtual time, in cycles of the simulated cpu. Whole numbers: nothing depends on rounding.
 *
 *  A first profile, for order and proportion; profiles with sources per machine come with the benches. */

export interface CostProfile {
  readonly name: string;
  /** Cycles per nanosecond, to print times. */
  readonly cyclesPerNs: number;
  readonly load: number;
  readonly store: number;
  /** An atomic read-modify-write. */
  readonly atomic: number;
  readonly fence: number;
  readonly syncCore: number;
  readonly addressSpaceLoad: number;
  readonly syscallReturn: number;
  readonly interruptReturn: number;
  /** Interrupt entry and acknowledgement. */
  readonly interruptEntry: number;
  /** Writing the interrupt command register. */
  readonly ipiSend: number;
  /** From sending to the pending bit of the target: this much ... */
  readonly ipiLatency: number;
  /** ... and up to so much more, by chance. */
  readonly ipiJitter: number;
  /** One call of an empty unit. */
  readonly call: number;
  /** Fetching and decoding a unit after a serialization. */
  readonly decode: number;
  readonly lineClean: number;
  readonly lineInvalidate: number;
  /** Until a waiting cpu sees that another one wrote the word it polls. */
  readonly wordTransfer: number;
}

/** Assumptions, in the proportions of the published figures: sync_core() by IRET about 110 ns (Linux c198b121b1a1),
 *  an IPI round trip of one to a few microseconds. */
export const ASSUMED_COSTS: CostProfile = {
  name: 'assumed',
  cyclesPerNs: 2,
  load: 4,
  store: 4,
  atomic: 20,
  fence: 30,
  syncCore: 220,
  addressSpaceLoad: 200,
  syscallReturn: 60,
  interruptReturn: 180,
  interruptEntry: 300,
  ipiSend: 100,
  ipiLatency: 1000,
  ipiJitter: 400,
  call: 4,
  decode: 100,
  lineClean: 40,
  lineInvalidate: 40,
  wordTransfer: 120,
};
