/** The cost of an access in cycles. */
import { assertNever } from '../../base/errors.js';
import { ACCESS, type AccessKind } from '../../hw/access.js';
import type { CostProfile } from '../../hw/costProfile.js';

/** @param result what the access gave; an execution costs by the calls that were made. */
export function costOf(costs: CostProfile, kind: AccessKind, result: number): number {
  switch (kind) {
    case ACCESS.load:
      return costs.load;
    case ACCESS.store:
    case ACCESS.storeCode:
    case ACCESS.promise:
      return costs.store;
    case ACCESS.exchange:
    case ACCESS.or:
    case ACCESS.and:
    case ACCESS.add:
    case ACCESS.lock:
    case ACCESS.unlock:
      return costs.atomic;
    case ACCESS.fence:
      return costs.fence;
    case ACCESS.syncCore:
    case ACCESS.serialize:
      return costs.syncCore;
    case ACCESS.writeCr:
      return costs.addressSpaceLoad;
    case ACCESS.returnToUser:
      return costs.syscallReturn;
    case ACCESS.execute:
      return costs.call * Math.max(1, result);
    case ACCESS.cleanLine:
      return costs.lineClean;
    case ACCESS.invalidateLine:
      return costs.lineInvalidate;
    case ACCESS.ring:
      return costs.ipiSend;
    case ACCESS.waitAtLeast:
    case ACCESS.halt:
      return costs.load;
    default:
      return assertNever(kind);
  }
}
