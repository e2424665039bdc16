/** One access at a time: the cpu whose time is earliest performs the access at which its routine stands, pays for it, and
 *  lets the routine go on to its next access. An interrupt is taken before an access, as a routine on top of the one that
 *  it interrupts. */
import type { CpuId } from '../../base/ids.js';
import { ACCESS, isBlocking, kindOf } from '../../hw/access.js';
import { CAUSE } from './accounts.js';
import type { VirtualHardware } from './hardware.js';
import type { Lane, Lanes } from './lanes.js';
import { SLICE, type Steps } from './steps.js';
import { isInterrupted, isInUserMode, isPending, phaseOf } from './turns.js';

export class AccessSteps implements Steps {
  readonly ahead = 0;
  readonly #lanes: Lanes;
  readonly #hardware: VirtualHardware;

  constructor(lanes: Lanes, hardware: VirtualHardware) {
    this.#lanes = lanes;
    this.#hardware = hardware;
    for (let cpu = 0; cpu < hardware.times.length; cpu++) this.#beginTurn(lanes.of(cpu));
  }

  run(most: number): number {
    const lanes = this.#lanes;
    const end = Math.min(most, SLICE);
    let made = 0;
    do {
      const cpu: CpuId = lanes.ready.first;
      this.#hardware.now = this.#hardware.times[cpu]!;
      this.#step(lanes.of(cpu));
      lanes.stepped(cpu);
      made++;
    } while (made < end && lanes.stepIsNext);
    return made;
  }

  #beginTurn(lane: Lane): void {
    lane.c.phase = phaseOf(lane.c);
    lane.routines.push(lane.c.turn());
    this.#advance(lane, 0);
  }

  /** Sends a result into the routine on top and takes the next access from it, or from whatever is below. */
  #advance(lane: Lane, sent: number): void {
    let result = sent;
    for (;;) {
      const step = lane.routines[lane.routines.length - 1]!.next(result);
      if (!step.done) {
        lane.access = step.value;
        return;
      }
      lane.routines.pop();
      result = 0;
      if (lane.routines.length === 0) {
        lane.c.phase = phaseOf(lane.c);
        lane.routines.push(lane.c.turn());
        continue;
      }
      // An interrupt handler is done; the routine it interrupted performs the access it was about to, but a wait
      // comes back to its routine, which looks again.
      lane.c.phase = lane.suspendedPhase;
      lane.c.restoreOperand(lane.suspendedOperand);
      if (kindOf(lane.suspendedAccess) === ACCESS.waitAtLeast) continue;
      lane.access = lane.suspendedAccess;
      return;
    }
  }

  #step(lane: Lane): void {
    const { c, access } = lane;
    // A halt ends with the interrupt pending, which is then taken before the next access.
    if (kindOf(access) !== ACCESS.halt && isInterrupted(c)) {
      lane.suspendedAccess = access;
      lane.suspendedOperand = c.operand;
      lane.suspendedPhase = c.phase;
      lane.routines.push(c.interrupt());
      this.#advance(lane, 0);
      return;
    }
    if (!isBlocking(access) || c.attempt(access)) {
      this.#advance(lane, c.complete(access));
      return;
    }
    if (kindOf(access) === ACCESS.waitAtLeast && isInUserMode(c) && isPending(c)) {
      this.#hardware.charge(c.id, CAUSE.polling, this.#hardware.costs.load);
      this.#advance(lane, 0);
      return;
    }
    this.#lanes.wait(lane);
  }
}
