/** No scheduler hook: membarrier interrupts every online cpu, whatever it runs. */
import { NO_CLAIMS, type SerializationPolicy } from '../kernel/serializationPolicy.js';

export const policy: SerializationPolicy = {
  name: 'ipi-all',
  summary: 'no scheduler hook; membarrier interrupts every online cpu',
  source: 'Linux text_poke_sync(), kick_all_cpus_sync()',
  claims: { ...NO_CLAIMS, interrupts: 'every-cpu' },
  // biome-ignore lint/correctness/useYield: the answer needs no look at shared state
  *isTarget() {
    return true;
  },
};
