/** S1: a peer in user mode all the time; only the interrupt of membarrier can serialize it. */
import { scenario as runningPeer } from './running-peer.js';
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  ...runningPeer,
  name: 'interrupted-peer',
  title: 'a peer in user mode all the time is interrupted by membarrier',
  story:
    'As running-peer, with the barrier. The executor never enters the kernel by itself; the interrupt is all that ' +
    'reaches it. Either the handler serializes, or the interrupt return has to.',
  source: 'Linux kernel/sched/membarrier.c, ipi_sync_core(); commit 758c9373d841',
  path: 'interrupted',
  defaults: { ...runningPeer.defaults, policy: 'mainline', protocol: 'sync-core' },
};
