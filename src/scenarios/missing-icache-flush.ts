/** Core serialization without the icache flush: every core fetches again, from the line it already had. */
import { scenario as runningPeer } from './running-peer.js';
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  ...runningPeer,
  name: 'missing-icache-flush',
  path: 'interrupted',
  title: 'membarrier SYNC_CORE without the icache invalidate',
  story:
    'The JIT stores, cleans and calls membarrier SYNC_CORE, and leaves the invalidate out. Each executor serializes, ' +
    'drops what it had decoded, and fetches again: from its icache, which still holds the old line. The flush and ' +
    'the serialization are two things; where the icache is coherent the first one happens by itself.',
  source: 'Linux membarrier(2), arm64: SYNC_CORE does no cache maintenance; Arm ARM "IC IVAU", CTR_EL0.DIC',
  defaults: {
    ...runningPeer.defaults,
    arch: 'arm64-a00',
    policy: 'registered',
    protocol: 'sync-core-without-invalidate',
  },
};
