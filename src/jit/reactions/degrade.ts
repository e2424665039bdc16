/** A feature that needs the barrier is turned off at start-up where the kernel does not have it. */
import type { Reaction } from '../reaction.js';

export const reaction: Reaction = {
  name: 'degrade',
  summary: 'never publish to running threads where registration failed; crash on a later error',
  source: 'SpiderMonkey js/src/jit/FlushICache.cpp, and background tier-up in wasm/WasmCompile.cpp',
  registration: 'never-publish',
  attempts: {},
  otherwise: 'abort',
};
