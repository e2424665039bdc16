/** riscv_flush_icache(2) with the flag for the calling hart only. */
import type { PublicationProtocol } from '../protocol.js';

export const protocol: PublicationProtocol = {
  name: 'flush-local',
  summary: 'store, riscv_flush_icache with the local flag, publish by pointer',
  source:
    'the value of SYS_RISCV_FLUSH_ICACHE_ALL read as "all threads"; Linux arch/riscv/kernel/sys_riscv.c, arch/riscv/mm/cacheflush.c',
  writer: ['store', 'clear-cache-local', 'promise'],
  recorded: {
    riscv64: { verdict: 'stale', confidence: 'high' },
  },
};
