/** Kernels by version: each is today's with what came later taken away.
 *
 *  Limit: what a version offers on which architecture is not followed (SYNC_CORE came to arm32 in 4.19, to powerpc in 5.9, to
 *  riscv in 6.9). Those before 5.4 keep a copy of the word per run queue, and tell it when a process registers, which costs
 *  interrupts that they did not send. Up to 5.10 GLOBAL_EXPEDITED skipped every kernel thread, also one that uses an mm. 4.16
 *  is that of a machine without PCID: with it, entering a kernel thread loaded init_mm (`lazyTlb`), and the hole of
 *  kthread-return was not there. */
import { unknownName } from '../base/nearest.js';
import type { KernelConfig } from './kernelConfig.js';
import {
  ALL_COMMANDS,
  CMD_GET_REGISTRATIONS,
  CMD_PRIVATE_EXPEDITED_RSEQ,
  CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ,
} from './membarrierCommands.js';
import { NO_FILTER } from './seccomp.js';
import type { SerializationPolicy } from './serializationPolicy.js';

/** Today: every fix. */
const LATEST: KernelConfig = {
  name: '6.x',
  title: 'Linux 6.9 and later',
  membarrier: true,
  rseq: true,
  nohzFull: false,
  commands: ALL_COMMANDS,
  privateNeedsRegistration: true,
  syncCoreIpi: 'explicit',
  inIrqShortcut: false,
  syncCoreCaller: 'included',
  syncCoreCommand: 'serializes',
  syncCoreSingleUserShortcut: false,
  singleUserTest: 'atomic_read',
  registration: 'two-phase',
  registrationCaller: 'included',
  runQueueState: 'every-change-of-mm',
  membarrierSwitchMm: 'skips-same-mm',
  registrationTests: 'own-ready-bit',
  currStored: 'before-switch-mm',
  finishTaskSwitchTests: 'current-mm',
  ipiMutex: true,
  lazyTlb: 'deferred',
  waits: 'uninterruptible',
  seccomp: NO_FILTER,
  missingPoints: [],
};

const V6_1: KernelConfig = {
  ...LATEST,
  name: '6.1',
  title: 'Linux 5.11 to 6.2: no mutex around the interrupts yet',
  commands: ALL_COMMANDS & ~CMD_GET_REGISTRATIONS,
  ipiMutex: false,
};

const V5_10: KernelConfig = {
  ...V6_1,
  name: '5.10',
  title: 'Linux 5.10: the four fixes of December 2020',
  runQueueState: 'context-switch',
  missingPoints: ['exit-mm', 'kthread-use-mm', 'kthread-unuse-mm'],
};

const V5_4: KernelConfig = {
  ...V5_10,
  name: '5.4',
  title: 'Linux 5.4: rq->membarrier_state, still counting on the interrupt return',
  commands: V5_10.commands & ~CMD_PRIVATE_EXPEDITED_RSEQ & ~CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ,
  syncCoreIpi: 'implicit',
  inIrqShortcut: true,
  syncCoreCaller: 'skipped',
};

const V4_16: KernelConfig = {
  ...V5_4,
  name: '4.16',
  title: 'Linux 4.16: SYNC_CORE as it was merged',
  finishTaskSwitchTests: 'dropped-mm',
  membarrierSwitchMm: 'looks-always',
};

const RFC_2017: KernelConfig = {
  ...V4_16,
  name: 'rfc-2017',
  title: 'the series of 2017, before registration had two phases',
  registration: 'one-phase',
};

export const KERNEL_PRESETS: readonly KernelConfig[] = [RFC_2017, V4_16, V5_4, V5_10, V6_1, LATEST];
export const LATEST_KERNEL = LATEST;

/** The kernel of a run that does not name one. */
export function ownKernel(policy: Pick<SerializationPolicy, 'kernel'>): KernelConfig {
  return kernelPreset(policy.kernel ?? LATEST.name);
}

/** @throws {LabError} E_UNKNOWN_NAME */
export function kernelPreset(name: string): KernelConfig {
  const preset = KERNEL_PRESETS.find((kernel) => kernel.name === name);
  if (preset) return preset;
  const known = KERNEL_PRESETS.map((kernel) => kernel.name);
  throw unknownName('kernel', name, known);
}
