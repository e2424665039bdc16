/** What an access has to wait for where memory is weakly ordered: stores of its own cpu that have not left the buffer, and loads
 *  that were put off.
 *
 *  Source: as the memory models, see src/hw/memoryModel.ts; src/kernel/orderingPoints.ts says what each barrier is. */
import { ACCESS, type Access, argumentOf, kindOf } from '../hw/access.js';
import type { OrderingPoints } from '../hw/processor.js';
import { TASK_MODE } from '../kernel/task.js';
import type { ExploredCpu } from './exploredCpu.js';
import type { LateLoads } from './lateLoads.js';
import { CAPACITY, type StoreBuffers } from './storeBuffers.js';

export class AccessOrder {
  readonly #buffers: StoreBuffers;
  /* Where loads may be late. */
  readonly #late: LateLoads | undefined;
  readonly #points: OrderingPoints;

  constructor(buffers: StoreBuffers, late: LateLoads | undefined, points: OrderingPoints) {
    this.#buffers = buffers;
    this.#late = late;
    this.#points = points;
  }

  /** Does the access have to wait for loads that were put off?
   *  @param operand of the access. */
  waitsForLoads(c: ExploredCpu, access: Access, operand: number): boolean {
    const late = this.#late;
    if (late === undefined || late.count(c.id) === 0) return false;
    if (c.mode !== TASK_MODE.user) return true;
    const address = argumentOf(access);
    switch (kindOf(access)) {
      case ACCESS.loadInto:
        return late.isFenced(c.id) || late.touches(c.id, address) || late.touches(c.id, operand);
      case ACCESS.load:
        // The poll of the doorbell is no load of the program.
        return address !== c.doorbell && (late.isFenced(c.id) || late.touches(c.id, address));
      case ACCESS.waitAtLeast:
      case ACCESS.store:
      case ACCESS.add:
        return late.isFenced(c.id) || late.touches(c.id, address);
      case ACCESS.storeCode:
        return late.isFenced(c.id);
      case ACCESS.serialize:
        return c.profile.serializationCompletesStores;
      default:
        return false;
    }
  }

  /** Does the access have to wait until the cpu's stores have left its buffer? */
  waitsForStores(c: ExploredCpu, access: Access): boolean {
    const count = this.#buffers.count(c.id);
    if (count === 0) return false;
    const argument = argumentOf(access);
    const { removed } = this.#points;
    switch (kindOf(access)) {
      case ACCESS.or:
      case ACCESS.and:
      case ACCESS.add:
      case ACCESS.lock:
        // A locked instruction of x86 is a barrier whatever Linux promises.
        return this.#buffers.model === 'tso' || this.#buffers.newest(c.id, argument) >= 0;
      case ACCESS.exchange:
      case ACCESS.addReturn:
      case ACCESS.addRelease:
      // The interrupt controller is written behind a barrier (x86: weak_wrmsr_fence(), arm64: DSB ISHST).
      case ACCESS.ring:
        return true;
      // Where there is one, a barrier behind it completes it, and the stores before it.
      case ACCESS.cleanLine:
        return !c.profile.storesReachPou;
      case ACCESS.invalidateLine:
        return c.profile.icache !== 'coherent';
      // Changing the address space is a full barrier on every architecture: membarrier relies on it.
      case ACCESS.writeCr:
      case ACCESS.fence:
        return removed[argument] === 0;
      case ACCESS.syncCore:
      case ACCESS.serialize:
      case ACCESS.returnToUser:
        return c.profile.serializationCompletesStores && this.serializes(c, access);
      case ACCESS.execute:
      case ACCESS.executeOnce:
        return this.#buffers.hasCode(c.id);
      case ACCESS.store:
      case ACCESS.storeRelease:
      case ACCESS.unlock:
      case ACCESS.storeCode:
        return count === CAPACITY;
      default:
        return false;
    }
  }

  /** Does it serialize? For those that may. */
  serializes({ profile }: ExploredCpu, access: Access): boolean {
    const argument = argumentOf(access);
    const { removed } = this.#points;
    if (kindOf(access) !== ACCESS.returnToUser) return removed[argument] === 0;
    const isSerializing =
      (argument & 1) === 0 ? profile.syscallReturnSerializes : profile.interruptReturnSerializes;
    return isSerializing && removed[argument >>> 1] === 0;
  }

  /** Does nobody but the cpu see the access happen? */
  staysInside(c: ExploredCpu, access: Access): boolean {
    const kind = kindOf(access);
    return (
      this.#buffers.model !== 'sc' &&
      (kind === ACCESS.store ||
        kind === ACCESS.storeRelease ||
        kind === ACCESS.unlock ||
        kind === ACCESS.storeCode) &&
      !this.waitsForStores(c, access)
    );
  }
}
