/** kick_all_cpus_sync(): every other cpu takes an interrupt, and leaves the kernel through its return.
 *
 *  Source: Linux kernel/smp.c; arch/arm64/kernel/jump_label.c, arch_jump_label_transform_apply() (cfb00a357864). */
import type { Routine } from '../hw/access.js';
import type { Cpu } from './cpu.js';
import { POINT } from './orderingPoints.js';
import { CALL, clearCallMask, setInCallMask, smpCallFunctionMany } from './smpCall.js';

export function* kickAllCpusSync(c: Cpu): Routine<number> {
  // (kick-all-cpus) pairs with (interrupt-return) in exitToUserMode.ts: what was stored before is what an interrupted
  // cpu fetches, on an architecture whose interrupt return serializes.
  yield c.fence(POINT.kickAllCpus);
  clearCallMask(c);
  for (let cpu = 0; cpu < c.hw.dimensions.cpus; cpu++) {
    if (c.get(c.kernel.runQueue.online(cpu)) !== 0) setInCallMask(c, cpu);
  }
  yield* smpCallFunctionMany(c, CALL.nothing, 0);
  return 0;
}
