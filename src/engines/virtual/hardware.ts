/** What the cpus of a virtual machine share besides memory: the time of each, what things cost, interrupts on their
 *  way, who waits for which word, and the accounts. */
import type { Random } from '../../base/random.js';
import { ACCESS, KIND_BITS } from '../../hw/access.js';
import type { CycleCosts } from '../../hw/costProfile.js';
import { Accounts } from './accounts.js';
import { InterruptQueue } from './interruptQueue.js';
import { Watchers } from './watchers.js';

export class VirtualHardware {
  /** Time at which each cpu does its next step. */
  readonly times: Float64Array;
  /** When the last step began, or the last interrupt arrived. */
  now = 0;
  readonly costs: CycleCosts;
  /** By access kind, for those whose cost does not depend on anything else. */
  readonly costOfKind: Float64Array;
  readonly accounts: Accounts;
  readonly interrupts = new InterruptQueue();
  readonly watchers: Watchers;
  /** Cpus that were woken in this step and are not in the ready queue yet. */
  readonly woken: Int32Array;
  wokenCount = 0;
  /** When each cpu that was woken goes on. */
  readonly resumesAt: Float64Array;
  readonly #random: Random;

  constructor(words: number, cpus: number, costs: CycleCosts, random: Random) {
    this.times = new Float64Array(cpus);
    this.costs = costs;
    this.costOfKind = costsByKind(costs);
    this.accounts = new Accounts(cpus);
    this.watchers = new Watchers(words, cpus);
    this.woken = new Int32Array(cpus);
    this.resumesAt = new Float64Array(cpus);
    this.#random = random;
  }

  charge(cpu: number, cause: number, cycles: number): void {
    this.times[cpu]! += cycles;
    this.accounts.charge(cpu, cause, cycles);
  }

  /** An interrupt leaves `from` for another cpu.
   *  @returns when it arrives. */
  sendIpi(from: number, to: number, irq: number): number {
    const { ipiLatency, ipiJitter } = this.costs;
    const at = this.times[from]! + ipiLatency + this.#random.below(ipiJitter + 1);
    this.interrupts.push(at, to, irq);
    return at;
  }

  /** A word was written by `cpu`: whoever waits for it looks again as soon as the line has come over. */
  written(address: number, cpu: number): void {
    if (this.watchers.count === 0) return;
    for (let waiting = this.watchers.take(address); waiting >= 0; waiting = this.watchers.take(address)) {
      this.wake(waiting, this.times[cpu]! + this.costs.wordTransfer);
    }
  }

  /** Lets a waiting cpu go on at a time; its clock is moved there when it goes on. */
  wake(cpu: number, at: number): void {
    this.resumesAt[cpu] = Math.max(at, this.times[cpu]!);
    this.woken[this.wokenCount++] = cpu;
  }
}

/** Of accesses whose cost does not depend on anything else; 0 for the others. */
export function costsByKind(costs: CycleCosts): Float64Array {
  const table = new Float64Array(1 << KIND_BITS);
  for (const kind of [ACCESS.load, ACCESS.loadAcquire, ACCESS.dereference, ACCESS.loadInto])
    table[kind] = costs.load;
  table[ACCESS.waitAtLeast] = costs.load;
  table[ACCESS.halt] = costs.load;
  for (const kind of [ACCESS.store, ACCESS.storeRelease, ACCESS.storeCode, ACCESS.promise])
    table[kind] = costs.store;
  const { exchange, or, and, add, addReturn, addRelease, lock } = ACCESS;
  for (const kind of [exchange, or, and, add, addReturn, addRelease, lock]) table[kind] = costs.atomic;
  table[ACCESS.unlock] = costs.store;
  table[ACCESS.fence] = costs.fence;
  table[ACCESS.syncCore] = costs.syncCore;
  table[ACCESS.serialize] = costs.syncCore;
  table[ACCESS.writeCr] = costs.addressSpaceLoad;
  table[ACCESS.cleanLine] = costs.lineClean;
  table[ACCESS.invalidateLine] = costs.lineInvalidate;
  table[ACCESS.ring] = costs.ipiSend;
  return table;
}
