/** What a cpu does when text patching interrupts it.
 *
 *  Source: Linux arch/x86/kernel/alternative.c, do_sync_core(). */
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { POINT } from './orderingPoints.js';

/** In the handler, because the interrupt return is not trusted to serialize. */
export function* doSyncCore(c: Cpu): Routine {
  // (do-sync-core) pairs with (text-poke-sync-breakpoint), (text-poke-sync-tail) and (text-poke-sync-first-byte) in
  // textPoke.ts: what was stored before the round is what this cpu fetches after it.
  yield c.syncCore(POINT.doSyncCore);
}
