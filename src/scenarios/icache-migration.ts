/** A thread serializes where it learns of the new code, is moved, and calls elsewhere. */
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  name: 'icache-migration',
  kind: 'hazard',
  title: 'a thread serializes, is moved to another cpu, and calls there',
  story:
    'The executor does everything right, on the wrong cpu: it learns of the new code, executes the serializing ' +
    'instruction (fence.i on riscv), and is moved to a cpu that idles lazily on its address space and still holds the old ' +
    'code. That is why riscv forbids fence.i in user mode unless the kernel is told to repeat it on migration.',
  source: 'Linux Documentation/arch/riscv/cmodx.rst, PR_RISCV_SET_ICACHE_FLUSH_CTX',
  path: 'thread-moves-in-lazily',
  registered: 'no',
  processes: ['jit'],
  sites: [{ name: 'hot', placement: { parameter: 'placement' } }],
  tasks: [
    {
      name: 'jit',
      process: 'jit',
      on: 'third',
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'publish', site: 'hot' },
            { op: 'set', variable: 'published', to: { perRound: 1 } },
            { op: 'spin', until: 'called', atLeast: { perRound: 1 } },
          ],
        },
      ],
    },
    {
      name: 'executor',
      process: 'jit',
      on: 'second',
      program: [
        { op: 'call', site: 'hot', times: 1 },
        { op: 'migrate', to: 'first' },
        {
          op: 'rounds',
          body: [
            { op: 'spin', until: 'published', atLeast: { perRound: 1 } },
            { op: 'serialize' },
            { op: 'migrate', to: 'second' },
            { op: 'call', site: 'hot', times: 'callsPerRound' },
            { op: 'migrate', to: 'first' },
            { op: 'add', variable: 'called', amount: 1 },
          ],
        },
      ],
    },
  ],
  defaults: {
    arch: 'riscv64',
    policy: 'mainline',
    protocol: 'flush-only',
    cpus: 3,
    rounds: 1000,
    callsPerRound: 4,
    placement: 'within-word',
  },
};
