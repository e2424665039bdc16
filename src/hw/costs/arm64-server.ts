/** An arm64 server, 3 GHz: no machine in particular: assumptions. */
import type { CostProfile } from '../costProfile.js';

export const costProfile: CostProfile = {
  name: 'arm64-server',
  title: 'an arm64 server, 3 GHz',
  cyclesPerNs: 3,
  costs: {
    load: { value: 4, unit: 'cycles', assumption: 'an L1 hit' },
    store: { value: 4, unit: 'cycles', assumption: 'into the store buffer' },
    atomic: { value: 20, unit: 'cycles', assumption: 'a locked instruction on a line this cpu holds' },
    fence: { value: 40, unit: 'cycles', assumption: 'DMB ISH' },
    syncCore: {
      value: 20,
      unit: 'cycles',
      assumption: 'ISB; on arm64 the kernel does not execute one here, ERET is enough',
    },
    addressSpaceLoad: { value: 60, unit: 'cycles', assumption: 'MSR TTBR0 and ISB, with ASIDs' },
    syscallEntry: { value: 80, unit: 'cycles', assumption: 'SVC and saving registers' },
    syscallReturn: {
      value: 80,
      unit: 'cycles',
      assumption: 'restoring registers and ERET, which synchronizes',
    },
    interruptEntry: {
      value: 250,
      unit: 'cycles',
      assumption: 'exception entry and acknowledgement at the GIC',
    },
    interruptReturn: { value: 80, unit: 'cycles', assumption: 'the same ERET' },
    contextSwitch: {
      value: 1000,
      unit: 'cycles',
      assumption: 'scheduler class, switch_to, cold caches; about a third of a pipe operation in perf bench',
    },
    ipiSend: { value: 100, unit: 'cycles', assumption: 'a write to ICC_SGI1R_EL1' },
    ipiLatency: {
      value: 1000,
      unit: 'ns',
      assumption:
        'a run on ThunderX2 gives 6.3 us per IPI round trip if its iteration count was 100000, which its author does not say (linux-arm-kernel, December 2017); newer machines are faster',
    },
    ipiJitter: { value: 500, unit: 'ns', assumption: 'larger than on one x86 socket' },
    call: { value: 5, unit: 'cycles', assumption: 'one call of an empty function' },
    decode: {
      value: 100,
      unit: 'cycles',
      assumption: 'refetching and decoding a few lines after the pipeline was emptied',
    },
    lineClean: { value: 30, unit: 'cycles', assumption: 'DC CVAU of a line in the L1' },
    lineInvalidate: {
      value: 60,
      unit: 'cycles',
      assumption: 'IC IVAU, broadcast in the inner shareable domain',
    },
    wordTransfer: { value: 120, unit: 'cycles', assumption: 'a line moves from core to core of one socket' },
  },
};
