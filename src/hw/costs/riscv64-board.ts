/** A riscv64 board with four cores, 1.5 GHz: no machine in particular: assumptions. */
import type { CostProfile } from '../costProfile.js';

export const costProfile: CostProfile = {
  name: 'riscv64-board',
  title: 'a riscv64 board with four cores, 1.5 GHz',
  cyclesPerNs: 1.5,
  costs: {
    load: { value: 3, unit: 'cycles', assumption: 'an L1 hit on an in-order core' },
    store: { value: 3, unit: 'cycles', assumption: 'into the store buffer' },
    atomic: { value: 20, unit: 'cycles', assumption: 'a locked instruction on a line this cpu holds' },
    fence: { value: 20, unit: 'cycles', assumption: 'fence rw, rw' },
    syncCore: {
      value: 500,
      unit: 'cycles',
      assumption:
        'fence.i flushes the whole instruction cache of the hart on many cores; the refill is part of it',
    },
    addressSpaceLoad: { value: 100, unit: 'cycles', assumption: 'a write of satp with ASIDs' },
    syscallEntry: { value: 80, unit: 'cycles', assumption: 'ecall and saving registers' },
    syscallReturn: { value: 60, unit: 'cycles', assumption: 'restoring registers and sret' },
    interruptEntry: {
      value: 300,
      unit: 'cycles',
      assumption: 'trap entry and the clearing of the pending bit',
    },
    interruptReturn: { value: 60, unit: 'cycles', assumption: 'the same sret' },
    contextSwitch: { value: 1200, unit: 'cycles', assumption: 'in order, smaller caches' },
    ipiSend: { value: 800, unit: 'cycles', assumption: 'an SBI call into machine mode' },
    ipiLatency: { value: 3000, unit: 'ns', assumption: 'through the firmware, without the AIA' },
    ipiJitter: { value: 1500, unit: 'ns', assumption: 'through the firmware' },
    call: { value: 5, unit: 'cycles', assumption: 'one call of an empty function' },
    decode: { value: 300, unit: 'cycles', assumption: 'a miss in the instruction cache' },
    lineClean: {
      value: 40,
      unit: 'cycles',
      assumption: 'not needed where the data side is coherent with the fetch side',
    },
    lineInvalidate: { value: 40, unit: 'cycles', assumption: 'not needed where the icache is coherent' },
    wordTransfer: { value: 120, unit: 'cycles', assumption: 'a line moves from core to core of one socket' },
  },
};
