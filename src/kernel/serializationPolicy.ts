/** A serialization policy: the kernel's answer to "when does a cpu serialize before user mode".
 *
 *  One file each in src/policies, hooks only. A policy that leaves a hook out does nothing there. Nothing in
 *  coresync asks a policy for its name. */
import type { MmId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';

export interface SerializationPolicy {
  readonly name: string;
  readonly summary: string;
  readonly source: string;
  /** In finish_task_switch(), after kernel thread -> user; `mm` is the one that was borrowed. */
  finishTaskSwitch?(c: Cpu, mm: MmId): Routine;
  /** In exit_to_user_mode(), interrupts off, nothing left to do but return; `work` is the task's TIF bits. */
  exitToUserMode?(c: Cpu, work: number): Routine;
}
