/** A static key on arm64: NOP <-> B by one store, and nobody is told. */
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  name: 'jump-label-no-kick',
  kind: 'hazard',
  title: 'a static key patched by one store, with cache maintenance and no interrupt',
  story:
    'NOP and B are instructions that may be changed while others execute them: everybody executes the old one or the ' +
    'new one, never a mix. When the other cpus get to see the new one is another question: without an interrupt they ' +
    'may execute the old one for ever. promise=0 asks the first question only, kick=1 is the fix.',
  source: 'Linux arch/arm64/kernel/jump_label.c (cfb00a357864, v6.11)',
  path: 'stays-in-user-mode',
  registered: 'no',
  parameters: {
    kick: { about: '1: kick_all_cpus_sync() after the maintenance', default: 0, least: 0, most: 1 },
    promise: {
      about: '1: from then on everybody executes the new one; 0: the old one or the new one',
      default: 1,
      least: 0,
      most: 1,
    },
  },
  processes: ['kernel text'],
  sites: [{ name: 'key', placement: 'within-word' }],
  tasks: [
    {
      name: 'patcher',
      process: 'kernel text',
      on: 'first',
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'store', site: 'key' },
            { op: 'clean', site: 'key' },
            { op: 'invalidate', site: 'key' },
            { op: 'repeat', times: { parameter: 'kick' }, body: [{ op: 'kick-all-cpus' }] },
            { op: 'repeat', times: { parameter: 'promise' }, body: [{ op: 'promise', site: 'key' }] },
            { op: 'set', variable: 'toggled', to: { perRound: 1 } },
            { op: 'spin', until: 'called', atLeast: { perRound: 1, timesPeers: true } },
          ],
        },
      ],
    },
    {
      name: 'executor',
      process: 'kernel text',
      on: 'peers',
      program: [
        { op: 'call', site: 'key', times: 1 },
        {
          op: 'rounds',
          body: [
            { op: 'spin', until: 'toggled', atLeast: { perRound: 1 } },
            { op: 'call', site: 'key', times: 'callsPerRound' },
            { op: 'add', variable: 'called', amount: 1 },
          ],
        },
      ],
    },
  ],
  defaults: {
    arch: 'arm64-a11',
    policy: 'mainline',
    protocol: 'flush-only',
    cpus: 2,
    rounds: 1000,
    callsPerRound: 16,
    placement: 'within-word',
  },
};
