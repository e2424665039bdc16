/** Register late, or take the command that older kernels have; fail closed where that does not help either. */
import type { Reaction } from '../reaction.js';

export const reaction: Reaction = {
  name: 'second-attempt',
  summary: 'EPERM: register and call again; EINVAL: call GLOBAL instead; else withhold',
  source:
    'Wasmtime crates/jit-icache-coherence/src/libc.rs, pipeline_flush_mt(); bytecodealliance/wasmtime#4997',
  registration: 'go-on',
  attempts: {
    EPERM: ['register-sync-core', 'membarrier-sync-core'],
    EINVAL: ['membarrier-global'],
  },
  otherwise: 'withhold',
};
