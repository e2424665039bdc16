/** A flush of the icache that meets a hart which is just switching to the address space. */
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  name: 'deferred-flush',
  kind: 'hazard',
  title: 'riscv_flush_icache() while another hart switches to the address space',
  story:
    'The JIT marks every hart as stale, then interrupts those that have the address space loaded. A hart that switches to it ' +
    'marks the address space as loaded, then looks whether it is marked as stale. One of the two has to see the mark of the ' +
    'other, or the hart keeps its old code.',
  source:
    'Linux arch/riscv/mm/cacheflush.c, flush_icache_mm(); arch/riscv/mm/context.c, switch_mm(), flush_icache_deferred()',
  path: 'other-mm',
  judgedBy: 'exploration',
  registered: 'no',
  processes: ['jit', 'other'],
  sites: [{ name: 'hot', placement: { parameter: 'placement' } }],
  tasks: [
    {
      name: 'jit',
      process: 'jit',
      on: 'first',
      program: [{ op: 'rounds', body: [{ op: 'publish', site: 'hot' }] }],
    },
    {
      name: 'walker',
      process: 'jit',
      on: 'second',
      program: [
        { op: 'rounds', body: [{ op: 'call', site: 'hot', times: 1 }, { op: 'yield' }] },
        { op: 'call', site: 'hot', times: 1 },
      ],
    },
    {
      name: 'stranger',
      process: 'other',
      on: 'second',
      program: [{ op: 'rounds', body: [{ op: 'yield' }] }],
    },
  ],
  defaults: {
    arch: 'riscv64',
    policy: 'riscv-stale-mask',
    protocol: 'flush-then-pointer',
    cpus: 2,
    rounds: 1,
    callsPerRound: 1,
    placement: 'within-word',
  },
};
