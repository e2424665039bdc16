/** sync_core_before_usermode(): make sure the core serializes before it executes user code again.
 *
 *  Source: Linux arch/x86/include/asm/sync_core.h; a no-op where every return to user mode serializes. */
import type { MmId } from '../base/ids.js';
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';

export function* syncCoreBeforeUsermode(c: Cpu, mm: MmId, point: number): Routine {
  if (c.profile.syncCoreBeforeUsermode === 'nothing') return;
  yield c.syncCoreFor(mm, point);
}
