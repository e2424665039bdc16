/** What a processor needs from its last station: run what is decoded, drop it, show it.
 *
 *  FetchPath runs real code behind a funcref table; an engine that visits millions of states runs each content
 *  once and remembers the value. */
import type { UnitId } from '../base/ids.js';

export interface UserCode {
  /** Core serialization: everything this cpu has decoded is dropped. */
  serialize(): void;
  /** Fetches and decodes the unit if it is not decoded, and calls it.
   *  @returns how many calls were made. The value they gave is `lastValue(unit)`.
   *  @throws {InvalidOpcode} where the fetched bytes do not validate, or trap. */
  execute(unit: UnitId, times: number): number;
  /** Has everything been fetched that executing the unit takes? */
  isDecoded(unit: UnitId): boolean;
  lastValue(unit: UnitId): number;
  /** The bytes that this cpu runs now. */
  decodedBytes(unit: UnitId): Uint8Array;
}
