import { beforeEach, describe, expect, it } from 'vitest';
import { STATE } from '../../src/kernel/membarrierMm.js';
import { TASK_STATE } from '../../src/kernel/task.js';
import { allSettled, checkInvariants } from './invariants.js';
import { bootMix, type MixMachine } from './mixMachine.js';
import type { Mix, MixTask } from './taskMix.js';

const task = (mm: number, cpu: number): MixTask => ({ mm, cpu, priority: 0, start: 'boot', steps: [] });
const CALLS: MixTask = { ...task(1, 1), steps: Array.from({ length: 50 }, () => ({ op: 'call' })) };

const MIX: Mix = {
  cpus: 2,
  offline: [],
  mms: 2,
  events: 1,
  tasks: [CALLS, task(1, 1), task(2, 1)],
  arch: 'x86-64',
  policy: 'mainline',
  kernel: '6.x',
  seed: 1,
  granularity: 'access',
};
/** Task ids follow the idle tasks. */
const [CALLER, SECOND, THIRD] = [2, 3, 4];

/** cpu 0 idles, cpu 1 runs user code with two tasks in its queue. */
async function settled(): Promise<MixMachine['machine']> {
  const { machine } = await bootMix(MIX);
  const { runQueue, task: tasks } = machine.layout.kernel;
  const isThere = (): boolean =>
    allSettled(machine) &&
    machine.words[runQueue.curr(1)] === CALLER &&
    machine.words[tasks.mode(CALLER)] === 2;
  expect(machine.run(10_000, isThere)).toBe('condition');
  return machine;
}

describe('the check of the invariants', () => {
  let machine: MixMachine['machine'];
  let words: Int32Array;
  let kernel: MixMachine['machine']['layout']['kernel'];
  beforeEach(async () => {
    machine = await settled();
    words = machine.words;
    kernel = machine.layout.kernel;
  });

  it('finds nothing wrong with a machine that was left alone', () => {
    expect(checkInvariants(machine)).toEqual({ violations: [], exact: true });
  });

  const CORRUPTIONS: readonly [string, () => void, RegExp][] = [
    ['a task on two cpus', () => (words[kernel.runQueue.curr(0)] = CALLER), /task 2 runs on cpus 0 and 1/],
    [
      'an idle task of another cpu',
      () => (words[kernel.runQueue.curr(1)] = 0),
      /runs the idle task of cpu 0/,
    ],
    ['no current task', () => (words[kernel.runQueue.curr(0)] = 99), /cpu 0 runs 99, which is no task/],
    [
      'a task on two queues',
      () => {
        words[kernel.runQueue.head(0)] = THIRD + 1;
        words[kernel.runQueue.tail(0)] = THIRD + 1;
      },
      /task 4 is on the queues of cpus 0 and 1/,
    ],
    [
      'a circle',
      () => (words[kernel.task.nextOnRunQueue(THIRD)] = SECOND + 1),
      /the queue of cpu 1 is a circle/,
    ],
    ['a queue cut short', () => (words[kernel.task.nextOnRunQueue(SECOND)] = 0), /ends with 3, not 4/],
    [
      'a task that is nowhere',
      () => {
        words[kernel.task.nextOnRunQueue(SECOND)] = 0;
        words[kernel.runQueue.tail(1)] = SECOND + 1;
      },
      /tasks 4 want to run and are nowhere/,
    ],
    [
      'a sleeping task on a queue',
      () => (words[kernel.task.state(SECOND)] = TASK_STATE.sleeping),
      /task 3 is on a queue and does not want to run/,
    ],
    [
      'a task on the wrong queue',
      () => (words[kernel.task.cpu(SECOND)] = 0),
      /task 3 is on the queue of cpu 1, and/,
    ],
    [
      'the current task on its queue',
      () => {
        words[kernel.task.nextOnRunQueue(CALLER)] = SECOND + 1;
        words[kernel.runQueue.head(1)] = CALLER + 1;
      },
      /task 2 runs on cpu 1 and is on its queue/,
    ],
    ['a reference too many', () => words[kernel.mm.count(1)]!++, /mm 1 has 2 references, expected 1/],
    ['a reference too few', () => words[kernel.mm.count(0)]!--, /mm 0 has -?\d references, expected \d/],
    ['a user too many', () => words[kernel.mm.users(2)]!++, /mm 2 has 2 users, expected 1/],
    [
      'a task counted twice',
      () => words[kernel.run.liveTasks(0)]!++,
      /5 tasks are counted as alive, expected 4/,
    ],
    [
      'the wrong mm loaded',
      () => (words[kernel.runQueue.loadedMm(1)] = 2),
      /cpu 1 runs a task of mm 1 with mm 2 loaded/,
    ],
    [
      'hardware that has another',
      () => (words[kernel.hw.cpu.addressSpace(1)] = 2),
      /cpu 1 has mm 1 loaded, the hardware has 2/,
    ],
    [
      'a cpumask that keeps a cpu',
      () => (words[kernel.mmCpumask(2, 0)]! |= 2),
      /cpu 1 has mm 1 loaded and is in the cpumasks of 1, 2/,
    ],
    [
      'READY before the run queue knows',
      () => (words[kernel.mm.membarrierState(1)] = STATE.syncCore | STATE.syncCoreReady),
      /cpu 1 runs mm 1, which is READY/,
    ],
  ];

  it.each(CORRUPTIONS)('finds %s', (_, corrupt, says) => {
    corrupt();
    expect(checkInvariants(machine).violations.join('; ')).toMatch(says);
  });
});
