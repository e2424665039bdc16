/** A site of two instructions, patched while everybody is stopped, and one thread is stopped between the two. */
import type { Hazard } from './scenario.js';

export const scenario: Hazard = {
  name: 'two-instruction-site',
  kind: 'hazard',
  title: 'two instructions patched with the world stopped, and a thread parked between them',
  story:
    'AUIPC and JALR make one call of two words. The patcher stops every cpu, replaces both words and lets go. A thread ' +
    'that was switched out between the two goes on with the new JALR behind the old AUIPC: stopping cpus is not ' +
    'stopping tasks. With preempts=0 a thread gives the cpu away only before and behind the pair.',
  source:
    'Linux arch/riscv/kernel/ftrace.c, stop_machine() and the AUIPC/JALR pair; before v6.16 not with preemption',
  path: 'lazy-return',
  judgedBy: 'exploration',
  registered: 'no',
  parameters: {
    preempts: {
      about: '1: a thread may be switched out between any two instructions; 0: only in its system calls',
      default: 1,
      least: 0,
      most: 1,
    },
  },
  processes: ['kernel text'],
  sites: [
    { name: 'auipc', placement: 'within-word' },
    { name: 'jalr', placement: 'within-word' },
  ],
  forbidden: { auipc: 0, jalr: 1 },
  tasks: [
    {
      name: 'patcher',
      process: 'kernel text',
      on: 'first',
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'wake', event: 'stop' },
            { op: 'repeat', times: { parameter: 'preempts' }, body: [{ op: 'kick-all-cpus' }] },
            { op: 'spin', until: 'stopped', atLeast: { perRound: 1, timesPeers: true } },
            { op: 'store', site: 'auipc' },
            { op: 'clean', site: 'auipc' },
            { op: 'invalidate', site: 'auipc' },
            { op: 'store', site: 'jalr' },
            { op: 'clean', site: 'jalr' },
            { op: 'invalidate', site: 'jalr' },
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
        // Lets the stopper go to sleep, so that it is woken later.
        { op: 'yield' },
        {
          op: 'rounds',
          body: [
            { op: 'getpid' },
            { op: 'call-into', site: 'auipc', into: 'auipc' },
            { op: 'call-into', site: 'jalr', into: 'jalr' },
            { op: 'getpid' },
          ],
        },
      ],
    },
    {
      name: 'stopper',
      process: 'kernel',
      on: 'peers',
      priority: 1,
      program: [
        {
          op: 'rounds',
          body: [
            { op: 'wait', event: 'stop', signals: { perRound: 1 } },
            { op: 'add', variable: 'stopped', amount: 1 },
            { op: 'spin', until: 'patched', atLeast: { perRound: 1 } },
            { op: 'serialize' },
          ],
        },
      ],
    },
  ],
  defaults: {
    arch: 'riscv64',
    policy: 'mainline',
    protocol: 'flush-only',
    cpus: 2,
    rounds: 1,
    callsPerRound: 1,
    placement: 'within-word',
  },
};
