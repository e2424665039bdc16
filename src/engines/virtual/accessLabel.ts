/** How accesses that say something by themselves are shown in a trace: what serializes or may, what is done to code,
 *  interrupts that are sent.
 *
 *  Limit: executions have a file of their own (tracedExecutions.ts); loads, stores and atomics of the kernel are not shown. */
import type { UnitId } from '../../base/ids.js';
import { LINE_BYTES } from '../../base/layout.js';
import { ACCESS, type Access, argumentOf, kindOf } from '../../hw/access.js';
import { RETURN_KIND } from '../../hw/accessBuilder.js';
import type { Cpu } from '../../kernel/cpu.js';
import { ORDERING_POINTS } from '../../kernel/orderingPoints.js';
import type { Label } from '../../trace/timeline.js';
import { irqNames, type TraceNames } from './traceNames.js';

/** An access that was performed. */
export interface PerformedAccess {
  readonly access: Access;
  /** The first operand register, as it was before. */
  readonly operand: number;
  /** Did the cpu drop what it had decoded? */
  readonly hasSerialized: boolean;
}

/** @returns undefined for an access that is not shown. */
export function accessLabel(
  c: Cpu,
  names: TraceNames,
  { access, operand, hasSerialized }: PerformedAccess,
): Label | undefined {
  const argument = argumentOf(access);
  const passing = (name: string, point: number): Label => ({
    category: hasSerialized ? 'serialization' : 'kernel',
    name,
    details: {
      point: ORDERING_POINTS[point]!.id,
      serializes: hasSerialized,
      by: names.task(c.current),
    },
  });
  const code = (name: string): Label => ({ category: 'jit', name });
  switch (kindOf(access)) {
    case ACCESS.syncCore:
      return passing('sync_core', argument);
    case ACCESS.serialize:
      return passing('serialize', argument);
    case ACCESS.writeCr:
      return passing(`load address space ${names.mm(operand)}`, argument);
    case ACCESS.returnToUser: {
      const isSyscall = (argument & 1) === RETURN_KIND.syscall;
      return passing(isSyscall ? 'system call return' : 'interrupt return', argument >>> 1);
    }
    case ACCESS.ring:
      return {
        category: 'IPI',
        name: `IPI to cpu ${argument}: ${irqNames(operand)}`,
        details: { to: argument, by: names.task(c.current) },
      };
    case ACCESS.storeCode:
      return code(names.codeStore(c.current, unitAt(c, argument)));
    case ACCESS.cleanLine:
      return code(`clean a line of ${names.unit(unitAt(c, argument * LINE_BYTES))}`);
    case ACCESS.invalidateLine:
      return code(`invalidate a line of ${names.unit(unitAt(c, argument * LINE_BYTES))}`);
    default:
      return undefined;
  }
}

/** The unit that has the byte of code memory. */
function unitAt({ units }: Cpu, byte: number): UnitId {
  return units.findIndex(({ offset, length }) => offset <= byte && byte < offset + length);
}
