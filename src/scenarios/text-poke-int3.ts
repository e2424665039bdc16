/** The kernel's way to patch an instruction that others may be executing: a breakpoint first, then the tail, then the
 *  first byte, with a serialization of every cpu after each. */
import type { Hazard, Step } from './scenario.js';

/** Nothing on x86; arm64 and riscv do it after each store. */
const MAINTENANCE: readonly Step[] = [
  { op: 'clean', site: 'hot' },
  { op: 'invalidate', site: 'hot' },
];

export const scenario: Hazard = {
  name: 'text-poke-int3',
  kind: 'hazard',
  title: 'a breakpoint, the tail, the first byte, and every cpu serialized after each',
  story:
    'The instruction lies across a line, and a cpu may have fetched one line before a store and the other after it. So ' +
    'a breakpoint goes over the first byte, and whoever meets it has the kernel carry out the new instruction; the ' +
    'rest is replaced behind it, and the first byte last. Without the first or the second round a cpu executes half of ' +
    'each; without the last it meets a breakpoint that nobody remembers.',
  source:
    'Linux arch/x86/kernel/alternative.c, smp_text_poke_batch_finish() (fd4363fff3d9, c0213b0ac03c); its comment calls ' +
    'the second round very likely not necessary',
  path: 'behind-a-breakpoint',
  registered: 'no',
  processes: ['kernel text'],
  sites: [{ name: 'hot', placement: { parameter: 'placement' }, breakpoint: true }],
  tasks: [
    {
      name: 'patcher',
      process: 'kernel text',
      on: 'first',
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'text-poke-begin', site: 'hot' },
            { op: 'set-breakpoint', site: 'hot' },
            ...MAINTENANCE,
            { op: 'text-poke-sync', after: 'breakpoint' },
            { op: 'store', site: 'hot' },
            ...MAINTENANCE,
            { op: 'text-poke-sync', after: 'tail' },
            { op: 'clear-breakpoint', site: 'hot' },
            ...MAINTENANCE,
            { op: 'text-poke-sync', after: 'first-byte' },
            { op: 'promise', site: 'hot' },
            { op: 'text-poke-end' },
            { op: 'set', variable: 'patched', to: { perRound: 1 } },
          ],
        },
      ],
    },
    {
      name: 'executor',
      process: 'kernel text',
      on: 'peers',
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'call', site: 'hot', times: 'callsPerRound' },
            { op: 'spin', until: 'patched', atLeast: { perRound: 1 } },
            { op: 'call', site: 'hot', times: 'callsPerRound' },
          ],
        },
      ],
    },
  ],
  defaults: {
    arch: 'x86-64',
    policy: 'mainline',
    protocol: 'flush-only',
    cpus: 2,
    rounds: 200,
    callsPerRound: 16,
    placement: 'across-line',
  },
};
