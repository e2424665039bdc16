/** Intel Xeon E5-2630 v3, 2.4 GHz, Linux 4.13-rc6, the machine of the 2017 series: the machine on which the series of 2017 was measured. */
import type { CostProfile } from '../costProfile.js';

export const costProfile: CostProfile = {
  name: 'xeon-e5-2630v3-2017',
  title: 'Intel Xeon E5-2630 v3, 2.4 GHz, Linux 4.13-rc6, the machine of the 2017 series',
  cyclesPerNs: 2.4,
  costs: {
    load: { value: 4, unit: 'cycles', assumption: 'an L1 hit' },
    store: { value: 4, unit: 'cycles', assumption: 'into the store buffer' },
    atomic: { value: 20, unit: 'cycles', assumption: 'a locked instruction on a line this cpu holds' },
    fence: { value: 33, unit: 'cycles', assumption: 'MFENCE or a locked add' },
    syncCore: {
      value: 110,
      unit: 'ns',
      source:
        'Linux commit c198b121b1a1 (19 December 2016): IRET-to-self on another machine, a laptop; taken over in ns',
    },
    addressSpaceLoad: {
      value: 484,
      unit: 'cycles',
      spread: 'sd 0.13 us of the figure per operation, n unknown',
      source:
        'derived by bench/published.ts: the rest of 2.93 us per operation of perf bench sched pipe, unregistered, two loads (linux-kernel, August 2017, msg1483390)',
    },
    syscallEntry: { value: 70, unit: 'cycles', assumption: 'SYSCALL, swapgs, saving registers' },
    syscallReturn: { value: 60, unit: 'cycles', assumption: 'restoring registers, swapgs, SYSRET' },
    interruptEntry: {
      value: 300,
      unit: 'cycles',
      assumption: 'delivery, entry code, end of interrupt at the APIC',
    },
    interruptReturn: {
      value: 180,
      unit: 'cycles',
      assumption: 'restoring registers and IRET; a few tens of ns more than SYSRET',
    },
    contextSwitch: {
      value: 2491,
      unit: 'cycles',
      spread: 'sd 0.08 us of the figure per operation, n unknown',
      source:
        'derived by bench/published.ts: the rest of 2.49 us per operation of perf bench sched pipe -T, unregistered, two switches (linux-kernel, August 2017, msg1483390)',
    },
    ipiSend: { value: 150, unit: 'cycles', assumption: 'a write to the x2APIC interrupt command register' },
    ipiLatency: {
      value: 500,
      unit: 'ns',
      assumption: 'delivery between two cores of one socket; an IPI round trip is about 1 us',
    },
    ipiJitter: { value: 200, unit: 'ns', assumption: 'by chance, up to this much more' },
    call: { value: 5, unit: 'cycles', assumption: 'one call of an empty function' },
    decode: {
      value: 100,
      unit: 'cycles',
      assumption: 'refetching and decoding a few lines after the pipeline was emptied',
    },
    lineClean: {
      value: 40,
      unit: 'cycles',
      assumption: 'not needed where the data side is coherent with the fetch side',
    },
    lineInvalidate: { value: 40, unit: 'cycles', assumption: 'not needed where the icache is coherent' },
    wordTransfer: { value: 120, unit: 'cycles', assumption: 'a line moves from core to core of one socket' },
  },
};
