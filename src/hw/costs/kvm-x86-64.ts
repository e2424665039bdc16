/** A KVM guest on x86-64, 3 GHz: no machine in particular; every number that differs from generic-x86-64 is an assumption. */
import type { CostProfile } from '../costProfile.js';

export const costProfile: CostProfile = {
  name: 'kvm-x86-64',
  title: 'a KVM guest on x86-64, 3 GHz',
  cyclesPerNs: 3,
  costs: {
    load: { value: 4, unit: 'cycles', assumption: 'an L1 hit' },
    store: { value: 4, unit: 'cycles', assumption: 'into the store buffer' },
    atomic: { value: 20, unit: 'cycles', assumption: 'a locked instruction on a line this cpu holds' },
    fence: { value: 33, unit: 'cycles', assumption: 'MFENCE or a locked add' },
    syncCore: {
      value: 110,
      unit: 'ns',
      source:
        'Linux commit c198b121b1a1: IRET-to-self does not exit to the hypervisor (CPUID would); figure of the bare machine',
    },
    addressSpaceLoad: {
      value: 400,
      unit: 'cycles',
      assumption: 'no exit with nested paging, but dearer TLB misses',
    },
    syscallEntry: { value: 70, unit: 'cycles', assumption: 'SYSCALL, swapgs, saving registers' },
    syscallReturn: { value: 60, unit: 'cycles', assumption: 'restoring registers, swapgs, SYSRET' },
    interruptEntry: {
      value: 1200,
      unit: 'cycles',
      assumption: 'with posted interrupts; one exit at the end of interrupt',
    },
    interruptReturn: {
      value: 180,
      unit: 'cycles',
      assumption: 'restoring registers and IRET; a few tens of ns more than SYSRET',
    },
    contextSwitch: {
      value: 1200,
      unit: 'cycles',
      assumption: 'as the bare machine, with nested paging misses',
    },
    ipiSend: {
      value: 2400,
      unit: 'cycles',
      assumption: 'the write to the interrupt command register exits to the hypervisor',
    },
    ipiLatency: {
      value: 3000,
      unit: 'ns',
      assumption:
        'the target has to be entered with the interrupt; a KVM guest on arm64 took 3.8 to 4.3 times the IPI time of its host (linux-arm-kernel, December 2017)',
    },
    ipiJitter: { value: 3000, unit: 'ns', assumption: 'depends on what the host runs' },
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
