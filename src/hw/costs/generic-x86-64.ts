/** A current x86-64 server, 3 GHz: no machine in particular: assumptions in the proportions of the published figures. */
import type { CostProfile } from '../costProfile.js';

export const costProfile: CostProfile = {
  name: 'generic-x86-64',
  title: 'a current x86-64 server, 3 GHz',
  cyclesPerNs: 3,
  costs: {
    load: { value: 4, unit: 'cycles', assumption: 'an L1 hit' },
    store: { value: 4, unit: 'cycles', assumption: 'into the store buffer' },
    atomic: { value: 20, unit: 'cycles', assumption: 'a locked instruction on a line this cpu holds' },
    fence: { value: 33, unit: 'cycles', assumption: 'MFENCE or a locked add' },
    syncCore: {
      value: 110,
      unit: 'ns',
      source: 'Linux commit c198b121b1a1 (19 December 2016): IRET-to-self on a laptop, one machine',
    },
    addressSpaceLoad: {
      value: 200,
      unit: 'cycles',
      assumption: 'MOV to CR3 with PCID, without the TLB misses that follow',
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
      value: 1000,
      unit: 'cycles',
      assumption: 'scheduler class, switch_to, cold caches; about a third of a pipe operation in perf bench',
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
