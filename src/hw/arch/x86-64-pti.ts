/** x86-64 with page-table isolation: every return to user mode writes CR3, so every return serializes.
 *
 *  Source: Linux arch/x86/entry/calling.h (SWITCH_TO_USER_CR3), sync_core.h (early return with X86_FEATURE_PTI). */
import type { ArchitectureProfile } from '../profile.js';

export const profile: ArchitectureProfile = {
  name: 'x86-64-pti',
  title: 'x86-64 with page-table isolation: every return writes CR3',
  source:
    'Linux arch/x86/entry/calling.h (SWITCH_TO_USER_CR3), sync_core.h (early return with X86_FEATURE_PTI)',
  storesReachPou: true,
  icache: 'coherent',
  serializationDrops: 'decoded',
  serializationCompletesStores: true,
  stores: 'tso',
  syscallReturnSerializes: true,
  interruptReturnSerializes: true,
  addressSpaceLoadSerializes: true,
  tlbShootdown: 'interrupts',
  syncCoreBeforeUsermode: 'nothing',
  membarrierSyncCore: true,
  instructions: {
    serialize: 'MOV to CR3',
    clean: 'nothing (coherent)',
    invalidate: 'nothing (coherent)',
    syscallReturn: 'MOV to CR3; SYSRET',
    interruptReturn: 'MOV to CR3; IRET',
  },
};
