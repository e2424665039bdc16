/** A fatal signal: every task of the process ends, wherever it is, on every schedule; tasks of others do not. */
import { describe, expect, it } from 'vitest';
import { doGroupExit, SIGABRT } from '../../src/kernel/groupExit.js';
import { mutexLock, mutexUnlock } from '../../src/kernel/mutex.js';
import { schedule } from '../../src/kernel/schedule.js';
import { TASK_STATE, TIF_SIGPENDING } from '../../src/kernel/task.js';
import { waitEvent, wakeUp } from '../../src/kernel/waitQueue.js';
import type { Step, TaskSpec } from '../../src/scenarios/scenario.js';
import { explored, hazardOf } from '../explore/situations.js';
import { HandMachine } from './handMachine.js';

const KILLS = { waits: 'killable', seccomp: { membarrier: 'kill-process', flushIcache: 'allow' } } as const;

/** Calls what the filter kills for. */
const caller: TaskSpec = {
  name: 'caller',
  process: 'jit',
  on: 'first',
  program: [{ op: 'membarrier', command: 'sync-core' }],
};

const sibling = (program: readonly Step[], on: 'first' | 'second' = 'second'): TaskSpec => ({
  name: 'sibling',
  process: 'jit',
  on,
  program,
});

/** What a sibling is in the middle of, none of which would ever end. */
const ENDLESS: Readonly<Record<string, TaskSpec>> = {
  'spins in user mode': sibling([{ op: 'spin', until: 'never', atLeast: 1 }]),
  'sleeps on another cpu': sibling([{ op: 'wait', event: 'never', signals: 1 }]),
  'sleeps on the same cpu': sibling([{ op: 'wait', event: 'never', signals: 1 }], 'first'),
  'polls in the kernel': sibling([{ op: 'busy-poll', until: 'never', atLeast: 1 }]),
  'is runnable behind the caller': sibling([{ op: 'spin', until: 'never', atLeast: 1 }], 'first'),
};

describe.each(Object.entries(ENDLESS))('a sibling that %s', (_, task) => {
  it('ends with its process, on every schedule', async () => {
    const { outcome } = await explored({ scenario: hazardOf([caller, task], { cpus: 2 }), kernel: KILLS });
    expect(outcome).toBe('forbidden');
  });

  it('goes on for ever where nobody is killed: what is looked for can be found', async () => {
    const { outcome, witness } = await explored({ scenario: hazardOf([caller, task], { cpus: 2 }) });
    expect([outcome, witness?.found.violation.kind]).toEqual(['allowed', 'deadlock']);
  });
});

it('a task of another process is left alone', async () => {
  const neighbour: TaskSpec = {
    name: 'neighbour',
    process: 'other',
    on: 'second',
    program: [{ op: 'wait', event: 'never', signals: 1 }],
  };
  const scenario = hazardOf([caller, neighbour], { cpus: 2, processes: ['jit', 'other'] });
  const { outcome, witness } = await explored({ scenario, kernel: KILLS });
  expect([outcome, witness?.found.violation.kind]).toEqual(['allowed', 'deadlock']);
});

describe('a sibling whose wait cannot be interrupted', () => {
  const EVENT = 0;
  const MUTEX = 0;

  /** The sibling sleeps on cpu 0 when its process is ended on cpu 1. */
  async function killed(
    waits: 'killable' | 'uninterruptible',
    sleep: 'event' | 'mutex',
  ): Promise<HandMachine> {
    const machine = await HandMachine.boot({
      cpus: 3,
      mms: 2,
      events: 1,
      config: { waits },
      tasks: [
        { name: 'sibling', mm: 1, cpu: 0 },
        { name: 'killer', mm: 1, cpu: 1 },
        { name: 'owner', mm: 2, cpu: 2 },
      ],
    });
    machine.start(0, 1, 2);
    machine.run(2, (c) => mutexLock(c, MUTEX));
    if (sleep === 'event') machine.run(0, (c) => waitEvent(c, EVENT, 1));
    else machine.run(0, (c) => mutexLock(c, MUTEX));
    machine.run(1, (c) => doGroupExit(c, SIGABRT));
    return machine;
  }

  const sibling = (machine: HandMachine): { state: number; isPending: boolean } => {
    const { task } = machine.kernel;
    const id = machine.task('sibling');
    return {
      state: machine.words[task.state(id)]!,
      isPending: (machine.words[task.flags(id)]! & TIF_SIGPENDING) !== 0,
    };
  };

  it('is not woken: it is in the list of those who wait, and would be there twice', async () => {
    for (const sleep of ['event', 'mutex'] as const) {
      const machine = await killed('uninterruptible', sleep);
      expect(sibling(machine)).toEqual({ state: TASK_STATE.sleeping, isPending: true });
      if (sleep === 'event') machine.run(2, (c) => wakeUp(c, EVENT));
      else machine.run(2, (c) => mutexUnlock(c, MUTEX));
      expect(sibling(machine)).toEqual({ state: TASK_STATE.running, isPending: true });
    }
  });

  it('waits for a mutex like that in every kernel, and for an event only in some', async () => {
    expect(sibling(await killed('killable', 'mutex')).state).toBe(TASK_STATE.sleeping);
    expect(sibling(await killed('killable', 'event')).state).toBe(TASK_STATE.running);
  });
});

describe('kick_process', () => {
  const EVENT = 0;

  /** What the cpu of the sibling was sent when its process is ended on cpu 1. */
  async function interrupts(
    sibling: 'runs' | 'waits in line' | 'sleeps' | 'sleeps killably',
  ): Promise<string[]> {
    const machine = await HandMachine.boot({
      cpus: 2,
      mms: 2,
      events: 1,
      config: { waits: sibling === 'sleeps killably' ? 'killable' : 'uninterruptible' },
      tasks: [
        { name: 'sibling', mm: 1, cpu: 0 },
        { name: 'killer', mm: 1, cpu: 1 },
        { name: 'neighbour', mm: 2, cpu: 0 },
      ],
    });
    machine.start(0, 1);
    if (sibling === 'waits in line') machine.run(0, schedule);
    if (sibling.startsWith('sleeps')) machine.run(0, (c) => waitEvent(c, EVENT, 1));
    expect(machine.current(0)).toBe(sibling === 'runs' ? 'sibling' : 'neighbour');
    machine.takeLog();
    machine.run(1, (c) => doGroupExit(c, SIGABRT));
    return machine.takeLog().filter((line) => line.startsWith('ipi'));
  }

  it('interrupts whoever runs, and no cpu that runs something else: that might hide a hazard there', async () => {
    expect(await interrupts('runs')).toEqual(['ipi cpu0 reschedule']);
    for (const sibling of ['waits in line', 'sleeps', 'sleeps killably'] as const) {
      expect(await interrupts(sibling), sibling).toEqual([]);
    }
  });
});
