/** Whether an object is a kernel configuration: a machine that is booted by hand takes one that its caller wrote.
 *
 *  Limit: whether the decisions go together is not looked at. */
import {
  aBoolean,
  aString,
  type Check,
  type Checks,
  checkWhole,
  oneOf,
  strings,
  wholeNumber,
} from '../base/given.js';
import type { KernelConfig } from './kernelConfig.js';
import type { SeccompAction, SeccompFilter } from './seccomp.js';

/** By word, so that none is forgotten. */
function words<Word extends string>(all: Readonly<Record<Word, true>>): Check {
  return oneOf(Object.keys(all));
}

const action = words<SeccompAction>({ allow: true, EPERM: true, 'kill-process': true });
const FILTER: Checks<SeccompFilter> = { membarrier: action, flushIcache: action };

const CONFIG: Checks<KernelConfig> = {
  name: aString,
  title: aString,
  membarrier: aBoolean,
  rseq: aBoolean,
  nohzFull: aBoolean,
  commands: wholeNumber(0, 2 ** 31 - 1),
  privateNeedsRegistration: aBoolean,
  syncCoreIpi: words<KernelConfig['syncCoreIpi']>({ implicit: true, explicit: true }),
  inIrqShortcut: aBoolean,
  syncCoreCaller: words<KernelConfig['syncCoreCaller']>({ included: true, skipped: true }),
  syncCoreCommand: words<KernelConfig['syncCoreCommand']>({ serializes: true, 'memory-barrier': true }),
  syncCoreSingleUserShortcut: aBoolean,
  singleUserTest: words<KernelConfig['singleUserTest']>({ atomic_read: true, atomic_read_acquire: true }),
  registration: words<KernelConfig['registration']>({
    'two-phase': true,
    'one-phase': true,
    'ready-first': true,
  }),
  registrationCaller: words<KernelConfig['registrationCaller']>({ included: true, skipped: true }),
  runQueueState: words<KernelConfig['runQueueState']>({
    'every-change-of-mm': true,
    'context-switch': true,
  }),
  membarrierSwitchMm: words<KernelConfig['membarrierSwitchMm']>({
    'skips-same-mm': true,
    'looks-always': true,
  }),
  registrationTests: words<KernelConfig['registrationTests']>({
    'own-ready-bit': true,
    'any-ready-bit': true,
  }),
  currStored: words<KernelConfig['currStored']>({ 'before-switch-mm': true, 'after-switch-mm': true }),
  finishTaskSwitchTests: words<KernelConfig['finishTaskSwitchTests']>({
    'current-mm': true,
    'dropped-mm': true,
  }),
  ipiMutex: aBoolean,
  lazyTlb: words<KernelConfig['lazyTlb']>({ deferred: true, immediate: true }),
  waits: words<KernelConfig['waits']>({ uninterruptible: true, killable: true }),
  seccomp: (key, value) => checkWhole<SeccompFilter>(key, value, FILTER),
  missingPoints: strings,
};

/** @param key that holds it, for messages.
 *  @throws {LabError} E_OPTION, E_RANGE, E_UNKNOWN_NAME */
export function checkKernelConfig(key: string, value: unknown): asserts value is KernelConfig {
  checkWhole<KernelConfig>(key, value, CONFIG);
}
