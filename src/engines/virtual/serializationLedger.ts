/** Was a serialization needed? Useful: the cpu had code decoded that memory no longer holds, or a SYNC_CORE call for the
 *  address space that is loaded began after it had serialized last. Redundant: neither.
 *
 *  The missing ones are the executions that the oracle counts as stale or unserialized; see oracle/judge.ts.
 *  Limit: an address space whose code this cpu will not run again is owed one nevertheless. */
import type { CpuId, MmId, UnitId, Version } from '../../base/ids.js';

export class SerializationLedger {
  /** By ordering point. */
  readonly useful: Float64Array;
  readonly redundant: Float64Array;
  readonly #units: number;
  /* By cpu and unit: the version that was issued when it was decoded + 1; 0 where it is not decoded. */
  readonly #decoded: Float64Array;
  /* Positions in the order of events. */
  #now = 0;
  readonly #serializedAt: Float64Array;
  readonly #calledAt: Float64Array;

  constructor(points: number, cpus: number, units: number, mms: number) {
    this.useful = new Float64Array(points);
    this.redundant = new Float64Array(points);
    this.#units = units;
    this.#decoded = new Float64Array(cpus * units);
    this.#serializedAt = new Float64Array(cpus);
    this.#calledAt = new Float64Array(mms);
  }

  decoded(cpu: CpuId, unit: UnitId, issued: Version): void {
    this.#decoded[cpu * this.#units + unit] = issued + 1;
  }

  /** A SYNC_CORE call has executed its first barrier. */
  called(space: MmId): void {
    this.#calledAt[space] = ++this.#now;
  }

  /** @param issued newest version of a unit. */
  serialized(cpu: CpuId, point: number, space: MmId, issued: (unit: UnitId) => Version): void {
    let isUseful = this.#calledAt[space]! > this.#serializedAt[cpu]!;
    const first = cpu * this.#units;
    for (let unit = 0; unit < this.#units; unit++) {
      const decoded = this.#decoded[first + unit]!;
      if (decoded !== 0 && decoded - 1 < issued(unit)) isUseful = true;
      this.#decoded[first + unit] = 0;
    }
    this.#serializedAt[cpu] = ++this.#now;
    const tally = isUseful ? this.useful : this.redundant;
    tally[point]!++;
  }
}
