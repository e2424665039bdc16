import { describe, expect, it } from 'vitest';
import { describeCpus } from '../../src/engines/whereabouts.js';
import { KERNEL_PRESETS } from '../../src/index.js';
import {
  ALL_COMMANDS,
  CMD_FLAG_CPU,
  CMD_GLOBAL,
  CMD_GLOBAL_EXPEDITED,
  CMD_PRIVATE_EXPEDITED,
  CMD_PRIVATE_EXPEDITED_RSEQ,
  CMD_PRIVATE_EXPEDITED_SYNC_CORE,
  CMD_REGISTER_GLOBAL_EXPEDITED,
  CMD_REGISTER_PRIVATE_EXPEDITED,
  CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ,
  CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
} from '../../src/kernel/membarrierCommands.js';
import { checkInvariants } from './invariants.js';
import { bootMix, CLOSED } from './mixMachine.js';
import type { Mix, MixStep } from './taskMix.js';

const MAX_STEPS = 500_000;
const SEEDS = [1, 2];
const TIMES = 5;

const membarrier = (command: number, flags = 0, cpu = 0): MixStep => ({
  op: 'membarrier',
  command,
  flags,
  cpu,
});

const REGISTRATIONS = [
  CMD_REGISTER_GLOBAL_EXPEDITED,
  CMD_REGISTER_PRIVATE_EXPEDITED,
  CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
  CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ,
].map((command) => membarrier(command));

/** Every cpu runs a thread of every process, and all of them do the same at the same time. */
function everybody(cpus: number, mms: number, kernel: string, steps: readonly MixStep[], seed: number): Mix {
  const tasks = Array.from({ length: cpus * mms }, (_, index) => ({
    mm: 1 + Math.floor(index / cpus),
    cpu: index % cpus,
    priority: 0,
    start: 'boot' as const,
    steps,
  }));
  const granularity = seed % 2 === 0 ? 'turn' : 'access';
  return {
    cpus,
    offline: [],
    mms,
    events: 1,
    tasks,
    arch: 'x86-64',
    policy: 'mainline',
    kernel,
    seed,
    granularity,
  };
}

async function expectEnd(mix: Mix): Promise<number> {
  const { machine, progress, release } = await bootMix(mix, CLOSED);
  const halt = machine.run(MAX_STEPS);
  const where = describeCpus(machine.words, machine.layout.kernel, machine.spec).join('; ');
  expect([halt, machine.words[machine.layout.kernel.run.liveTasks(0)]], where).toEqual(['deadlock', 1]);
  expect(checkInvariants(machine)).toEqual({ violations: [], exact: true });
  expect(progress().every(([done, of]) => done === of)).toBe(true);
  release();
  expect(machine.run(MAX_STEPS)).toBe('finished');
  return Object.values(machine.judge.tally.serializations).reduce((sum, count) => sum + count, 0);
}

const COMMANDS: Readonly<Record<string, (cpus: number) => readonly MixStep[]>> = {
  registrations: () => [],
  GLOBAL: () => [membarrier(CMD_GLOBAL)],
  GLOBAL_EXPEDITED: () => [membarrier(CMD_GLOBAL_EXPEDITED)],
  PRIVATE_EXPEDITED: () => [membarrier(CMD_PRIVATE_EXPEDITED)],
  SYNC_CORE: () => [membarrier(CMD_PRIVATE_EXPEDITED_SYNC_CORE)],
  'RSEQ to each cpu': (cpus) =>
    Array.from({ length: cpus }, (_, cpu) => membarrier(CMD_PRIVATE_EXPEDITED_RSEQ, CMD_FLAG_CPU, cpu)),
  'every command': () =>
    Array.from({ length: Math.log2(ALL_COMMANDS + 1) }, (_, shift) => membarrier(1 << shift)),
  'SYNC_CORE while all of them move': (cpus) => [
    ...Array.from({ length: cpus }, (_, cpu): MixStep => ({ op: 'migrate', cpu })),
    { ...membarrier(CMD_PRIVATE_EXPEDITED_SYNC_CORE), movesTo: cpus - 1 } as MixStep,
    membarrier(CMD_PRIVATE_EXPEDITED_SYNC_CORE),
  ],
};

describe.each(KERNEL_PRESETS.map(({ name }) => name))('every cpu at once, kernel %s', (kernel) => {
  it.each(Object.entries(COMMANDS))('%s: nobody waits for ever', async (_, commands) => {
    for (const cpus of [2, 3, 8]) {
      for (const mms of [1, 3]) {
        const steps = [...REGISTRATIONS, ...Array.from({ length: TIMES }, () => commands(cpus)).flat()];
        for (const seed of SEEDS) await expectEnd(everybody(cpus, mms, kernel, steps, seed));
      }
    }
  });
});

describe('a cpu that is asked by all others at once', () => {
  it('serves them while it asks itself', async () => {
    const steps = [...REGISTRATIONS, membarrier(CMD_PRIVATE_EXPEDITED_SYNC_CORE)];
    const withoutMutex = KERNEL_PRESETS.find(
      ({ ipiMutex, syncCoreCaller }) => !ipiMutex && syncCoreCaller === 'included',
    )!;
    const serializations = await expectEnd(everybody(8, 1, withoutMutex.name, steps, 1));
    expect(serializations).toBeGreaterThanOrEqual(8);
  });
});
