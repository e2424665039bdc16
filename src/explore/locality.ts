/** Which accesses are no choice: nobody else can tell whether they happen now or later, so they are made at once.
 *
 *  Source: the reduction is a persistent set of one element (Godefroid, "Partial-Order Methods for the Verification of
 *  Concurrent Systems", LNCS 1032), with locality observed instead of declared (sharing.ts). */
import { ACCESS, type Access, argumentOf, kindOf } from '../hw/access.js';
import { POINT } from '../kernel/orderingPoints.js';
import type { ExploredCpu } from './exploredCpu.js';
import type { ExploredMemory } from './exploredMemory.js';

export function isLocal(c: ExploredCpu, access: Access, memory: ExploredMemory): boolean {
  const { sharing, order } = memory;
  const kind = kindOf(access);
  const argument = argumentOf(access);
  // A barrier with nothing to wait for does nothing, before an interrupt as well as after it. Where loads may be early it
  // takes old values away: sooner is the weaker, and what is lost later is found by invalidating.
  if (kind === ACCESS.fence && !order.waitsForStores(c, access)) return !isNoteworthy(argument);
  if (c.takesInterrupts && sharing.isInterruptible(c.id)) return false;
  if (order.staysInside(c, access)) return true;
  switch (kind) {
    case ACCESS.load:
    case ACCESS.loadInto:
    case ACCESS.loadAcquire:
    case ACCESS.dereference:
    case ACCESS.waitAtLeast:
      return memory.mayReadAlone(argument, c.id);
    case ACCESS.store:
    case ACCESS.storeRelease:
    case ACCESS.exchange:
    case ACCESS.or:
    case ACCESS.and:
    case ACCESS.add:
    case ACCESS.addReturn:
    case ACCESS.addRelease:
    case ACCESS.lock:
    case ACCESS.unlock:
      return memory.mayWriteAlone(argument, c.id);
    case ACCESS.returnToUser:
      return (argument & 1) === 0 ? !c.profile.syscallReturnSerializes : !c.profile.interruptReturnSerializes;
    case ACCESS.writeCr:
      return !c.profile.addressSpaceLoadSerializes;
    default:
      return false;
  }
}

/** Is it where the oracle's view of a membarrier call begins or ends? */
function isNoteworthy(point: number): boolean {
  return point === POINT.membarrierEntry || point === POINT.membarrierExit;
}
