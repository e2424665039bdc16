/** Code that could not be made safe is shown to nobody. */
import type { Reaction } from '../reaction.js';

export const reaction: Reaction = {
  name: 'fail-closed',
  summary: 'withhold the code, and report the error to whoever wanted it',
  source: 'Wasmtime crates/jit-icache-coherence/src/libc.rs, for every error but EPERM and EINVAL',
  registration: 'go-on',
  attempts: {},
  otherwise: 'withhold',
};
