/** Whether an object is a kernel configuration: a machine that is booted by hand takes one that its caller wrote.
 *
 *  Limit: whether the decisions go together is not looked at. */
import { aBoolean, aString, aWord, type Checks, checkWhole, strings, wholeNumber } from '../base/given.js';
import type { KernelConfig } from './kernelConfig.js';
import type { SeccompAction, SeccompFilter } from './seccomp.js';

const action = aWord<SeccompAction>({ allow: true, EPERM: true, 'kill-process': true });
const FILTER: Checks<SeccompFilter> = { membarrier: action, flushIcache: action };

const CONFIG: Checks<KernelConfig> = {
  name: aString,
  title: aString,
  membarrier: aBoolean,
  rseq: aBoolean,
  nohzFull: aBoolean,
  commands: wholeNumber(0, 2 ** 31 - 1),
  privateNeedsRegistration: aBoolean,
  syncCoreIpi: aWord<KernelConfig['syncCoreIpi']>({ implicit: true, explicit: true }),
  inIrqShortcut: aBoolean,
  syncCoreCaller: aWord<KernelConfig['syncCoreCaller']>({ included: true, skipped: true }),
  syncCoreCommand: aWord<KernelConfig['syncCoreCommand']>({ serializes: true, 'memory-barrier': true }),
  syncCoreSingleUserShortcut: aBoolean,
  singleUserTest: aWord<KernelConfig['singleUserTest']>({ atomic_read: true, atomic_read_acquire: true }),
  registration: aWord<KernelConfig['registration']>({
    'two-phase': true,
    'one-phase': true,
    'ready-first': true,
  }),
  registrationCaller: aWord<KernelConfig['registrationCaller']>({ included: true, skipped: true }),
  runQueueState: aWord<KernelConfig['runQueueState']>({
    'every-change-of-mm': true,
    'context-switch': true,
  }),
  membarrierSwitchMm: aWord<KernelConfig['membarrierSwitchMm']>({
    'skips-same-mm': true,
    'looks-always': true,
  }),
  registrationTests: aWord<KernelConfig['registrationTests']>({
    'own-ready-bit': true,
    'any-ready-bit': true,
  }),
  currStored: aWord<KernelConfig['currStored']>({ 'before-switch-mm': true, 'after-switch-mm': true }),
  finishTaskSwitchTests: aWord<KernelConfig['finishTaskSwitchTests']>({
    'current-mm': true,
    'dropped-mm': true,
  }),
  ipiMutex: aBoolean,
  lazyTlb: aWord<KernelConfig['lazyTlb']>({ deferred: true, immediate: true }),
  waits: aWord<KernelConfig['waits']>({ uninterruptible: true, killable: true }),
  seccomp: (key, value) => checkWhole<SeccompFilter>(key, value, FILTER),
  missingPoints: strings,
};

/** @param key that holds it, for messages.
 *  @throws {LabError} E_OPTION, E_RANGE, E_UNKNOWN_NAME */
export function checkKernelConfig(key: string, value: unknown): asserts value is KernelConfig {
  checkWhole<KernelConfig>(key, value, CONFIG);
}
