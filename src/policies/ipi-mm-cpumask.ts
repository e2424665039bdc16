/** No scheduler hook: membarrier interrupts every cpu that has the mm loaded, also under a kernel thread. */
import { NO_CLAIMS, type SerializationPolicy } from '../kernel/serializationPolicy.js';

export const policy: SerializationPolicy = {
  name: 'ipi-mm-cpumask',
  summary: "no scheduler hook; membarrier interrupts every cpu in the mm's cpumask",
  source: 'Linux mm_cpumask(), as TLB shootdowns use it',
  claims: { ...NO_CLAIMS, interrupts: 'loaded-mm' },
  *isTarget(c, own, cpu) {
    return ((yield c.load(c.kernel.mmCpumask(own, cpu >>> 5))) & (1 << (cpu & 31))) !== 0;
  },
};
