/** User mode: runs the current task's program until it traps into the kernel.
 *
 *  These are the two sides of a publication protocol: what the JIT does to code memory, and what an executor
 *  does between calls. User mode polls for interrupts between two instructions, and while it calls or spins.
 *
 *  Limit: a patch point is its own fetch unit, reached by an indirect call; code that is running cannot be
 *  refetched under itself. */

import type { Access, Routine } from '../hw/access.js';
import { IRQ_MASK } from '../hw/doorbell.js';
import { ALL_PARTS, OP, type Opcode } from '../hw/instruction.js';
import { EXECUTE_BREAKPOINT, EXECUTE_FAULT, EXECUTE_NOT_MADE } from '../hw/processor.js';
import { BREAKPOINT, lineNumbers, NO_BREAKPOINT } from '../hw/unitPlacement.js';
import { type Cpu, TRAP, type Trap } from '../kernel/cpu.js';
import { POINT } from '../kernel/orderingPoints.js';
import { byteStore, wordStores } from './patchSite.js';

/** One instruction. An instruction that was interrupted is begun again, or goes on where it was. */
export function* userMode(c: Cpu): Routine<Trap> {
  const { task, instruction, variable } = c.kernel;
  const current = c.current;
  if ((yield c.load(c.hw.cpu.doorbell(c.id))) & IRQ_MASK) return TRAP.interrupt;
  const pc = c.get(task.pc(current));
  const at = instruction(pc);
  const a = c.get(at + 1);
  const b = c.get(at + 2);
  const perRound = c.get(at + 3);
  switch (c.get(at) as Opcode) {
    case OP.call: {
      const left = c.get(task.callsLeft(current)) || b;
      const made = yield c.execute(a, left);
      if (made === EXECUTE_FAULT) return TRAP.invalidOpcode;
      if (made === EXECUTE_BREAKPOINT) return TRAP.breakpoint;
      c.set(task.callsLeft(current), left - made);
      if (made < left) return TRAP.none;
      break;
    }
    case OP.callInto: {
      const version = yield c.executeOnce(a);
      if (version === EXECUTE_FAULT) return TRAP.invalidOpcode;
      if (version === EXECUTE_BREAKPOINT) return TRAP.breakpoint;
      if (version === EXECUTE_NOT_MADE) return TRAP.none;
      c.set(variable(b), version);
      break;
    }
    case OP.branch: {
      const taken = yield c.executeOnce(a);
      if (taken === EXECUTE_FAULT) return TRAP.invalidOpcode;
      if (taken === EXECUTE_BREAKPOINT) return TRAP.breakpoint;
      if (taken === EXECUTE_NOT_MADE) return TRAP.none;
      if (taken === 0) break;
      const made = yield c.execute(b, 1);
      if (made === EXECUTE_FAULT) return TRAP.invalidOpcode;
      if (made === EXECUTE_BREAKPOINT) return TRAP.breakpoint;
      if (made === 0) return TRAP.none;
      break;
    }
    case OP.fence:
      // (user-fence) pairs with (user-fence) of the other side.
      yield c.fence(POINT.userFence);
      break;
    case OP.storeCode:
      yield* storeCode(c, a, b);
      break;
    case OP.setBreakpoint:
      yield storeFirstByte(c, a, BREAKPOINT);
      break;
    case OP.clearBreakpoint:
      yield storeFirstByte(c, a, NO_BREAKPOINT);
      break;
    case OP.clean:
      for (let [line, last] = lineNumbers(c.units[a]!); line <= last; line += b || 1) yield c.cleanLine(line);
      break;
    case OP.invalidate:
      for (let [line, last] = lineNumbers(c.units[a]!); line <= last; line += b || 1)
        yield c.invalidateLine(line);
      break;
    case OP.serialize:
      // (user-serialize) pairs with (publish) below: learn of the code first, then drop the old.
      yield c.serialize(POINT.userSerialize);
      break;
    case OP.promise:
      // (publish) pairs with (user-serialize) above.
      yield c.fence(POINT.publish);
      yield c.promise(a);
      break;
    case OP.set:
      yield c.store(variable(a), b + perRound * c.get(task.round(current)));
      break;
    case OP.load:
      yield c.loadInto(variable(a), variable(b));
      break;
    case OP.add:
      yield c.add(variable(a), b);
      break;
    case OP.spin:
      if ((yield c.waitAtLeast(variable(a), b + perRound * c.get(task.round(current)))) === 0)
        return TRAP.none;
      break;
    case OP.onError: {
      const result = c.get(task.returnValue(current));
      if (result >= 0 || (a !== 0 && result !== -a)) break;
      c.set(task.pc(current), b);
      return TRAP.none;
    }
    case OP.goTo:
      c.set(task.pc(current), a);
      return TRAP.none;
    case OP.skipIfAtLeast:
      if ((yield c.load(variable(a))) < b + perRound * c.get(task.round(current))) break;
      c.set(task.pc(current), c.get(at + 4));
      return TRAP.none;
    case OP.nextRound: {
      const round = c.get(task.round(current)) + 1;
      c.set(task.round(current), round);
      if (round <= b) {
        c.set(task.pc(current), a);
        return TRAP.none;
      }
      break;
    }
    case OP.syscall:
      return TRAP.syscall;
  }
  c.set(task.pc(current), pc + 1);
  return TRAP.none;
}

/** Writes one part of the next version of a site, or all of it, in place. */
function* storeCode(c: Cpu, unit: number, part: number): Routine {
  const issued = c.hw.site.issued(unit);
  if (part <= 0) {
    // Announced before the first byte: an executor that sees the bytes knows the version.
    yield c.add(issued, 1);
    c.count('patches');
  }
  const version = yield c.load(issued);
  const { offset, siteOffset } = c.units[unit]!;
  const stores = wordStores(siteOffset, version);
  for (let i = 0; i < stores.length; i++) {
    if (part !== ALL_PARTS && part !== i) continue;
    const store = stores[i]!;
    yield c.storeCode(offset + store.wordOffset, store.mask, store.bits);
  }
}

/** Only sites that have room for a breakpoint get here: the assembler sees to it. */
function storeFirstByte(c: Cpu, unit: number, byte: number): Access {
  const { offset, breakpointAt = 0 } = c.units[unit]!;
  const { wordOffset, mask, bits } = byteStore(breakpointAt, byte);
  return c.storeCode(offset + wordOffset, mask, bits);
}
