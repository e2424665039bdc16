/** A serialization policy: the kernel's answer to "when does a cpu serialize before user mode".
 *
 *  One file each in src/policies, hooks only. A policy that leaves a hook out gets what the kernel of the run does
 *  there (kernelConfig.ts). Nothing in coresync asks a policy for its name. */
import type { CpuId, MmId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';

/** When a serialization that a policy owes is carried out. */
export type Timing =
  | 'at-once'
  /** Flagged on a task: honoured when that task goes to user mode. */
  | 'task-flag'
  /** Flagged on the cpu: honoured by whoever goes to user mode there next. */
  | 'cpu-flag'
  /** Flagged on the cpu, honoured by leaving through the interrupt return. */
  | 'cpu-flag-interrupt-return';

/** What a policy says it does, in words that expectations are derived from. The matrix holds the policy to it. */
export interface PolicyClaims {
  /** On kernel thread -> user: for whom, and when. */
  readonly lazyReturn: { readonly forWhom: 'everybody' | 'registered' | 'nobody'; readonly timing: Timing };
  /** On user -> user of the same mm. */
  readonly sameMmSwitch: 'registered' | 'nobody';
  /** When another address space is loaded, beyond what the hardware does. */
  readonly otherMmSwitch: 'registered' | 'stale-mask' | 'nobody';
  /** In the SYNC_CORE handler: what the kernel of the run does there, or a flag. */
  readonly interrupt: 'as-the-kernel' | Exclude<Timing, 'at-once'>;
  /** Which cpus SYNC_CORE interrupts. */
  readonly interrupts: 'current-mm' | 'loaded-mm' | 'every-cpu';
  readonly everyExit: 'yes' | 'no';
}

/** A policy that does nothing in the scheduler; the base that claims are spelled out against. */
export const NO_CLAIMS: PolicyClaims = {
  lazyReturn: { forWhom: 'nobody', timing: 'at-once' },
  sameMmSwitch: 'nobody',
  otherMmSwitch: 'nobody',
  interrupt: 'as-the-kernel',
  interrupts: 'current-mm',
  everyExit: 'no',
};

export interface SerializationPolicy {
  readonly name: string;
  readonly summary: string;
  readonly source: string;
  readonly claims: PolicyClaims;
  /** Kernel preset that the policy belongs to, where the run does not name one; today's otherwise. */
  readonly kernel?: string;
  /** In finish_task_switch(), after every switch to a user task. `borrowed` is the mm that a kernel thread used
   *  until now; -1 after user -> user. */
  finishTaskSwitch?(c: Cpu, borrowed: MmId): Routine;
  /** In exit_to_user_mode(), interrupts off, nothing left to do but return; `work` is the task's TIF bits. */
  exitToUserMode?(c: Cpu, work: number): Routine;
  /** In the IPI handler of SYNC_CORE, after its memory barrier. */
  ipiSyncCore?(c: Cpu, mm: MmId): Routine;
  /** In the caller of SYNC_CORE, before it looks at the run queues (riscv: prepare_sync_core_cmd). */
  prepareSyncCore?(c: Cpu, mm: MmId): Routine;
  /** In the caller of SYNC_CORE: is `cpu` to be interrupted? Left out: if its current task is of the mm. */
  isTarget?(c: Cpu, mm: MmId, cpu: CpuId): Routine<boolean>;
  /** In switch_mm(), after another address space was loaded. */
  switchMm?(c: Cpu, next: MmId): Routine;
}
