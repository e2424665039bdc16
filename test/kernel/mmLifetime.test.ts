import { describe, expect, it } from 'vitest';
import { EINVAL } from '../../src/kernel/errno.js';
import { exec } from '../../src/kernel/exec.js';
import { doExit } from '../../src/kernel/exit.js';
import { fork } from '../../src/kernel/fork.js';
import { kthreadUnuseMm, kthreadUseMm } from '../../src/kernel/kthreadUseMm.js';
import { STATE } from '../../src/kernel/membarrierMm.js';
import { schedule } from '../../src/kernel/schedule.js';
import { TASK_MODE, TASK_STATE } from '../../src/kernel/task.js';
import { HandMachine, type HandTask } from './handMachine.js';

const ALL_BITS = Object.values(STATE).reduce((sum, bit) => sum | bit, 0);

const PARENT: HandTask = { name: 'parent', mm: 1, cpu: 0 };
const CHILD: HandTask = { name: 'child', mm: 2, cpu: 1, start: 'forked' };
const THREAD: HandTask = { name: 'thread', mm: 1, cpu: 1, start: 'forked' };
const KTHREAD: HandTask = { name: 'kthread', mm: 0, cpu: 0 };

async function machineWith(...tasks: readonly HandTask[]): Promise<HandMachine> {
  const machine = await HandMachine.boot({ cpus: 2, mms: 3, tasks });
  machine.start(0);
  return machine;
}

const stateOf = (machine: HandMachine, mm: number): number =>
  machine.words[machine.kernel.mm.membarrierState(mm)]!;
const usersOf = (machine: HandMachine, mm: number): number => machine.words[machine.kernel.mm.users(mm)]!;

describe('fork', () => {
  it('gives the child a copy of the registration, READY bits and all', async () => {
    const machine = await machineWith(PARENT, CHILD);
    machine.words[machine.kernel.mm.membarrierState(1)] = ALL_BITS;
    expect(machine.run(0, (c) => fork(c, machine.task('child')))).toBe(machine.task('child'));
    expect(stateOf(machine, 2)).toBe(ALL_BITS);
    machine.words[machine.kernel.mm.membarrierState(1)] = 0;
    expect(stateOf(machine, 2), 'a copy, not the same word').toBe(ALL_BITS);
  });

  it('counts the user, and makes the child runnable on its way to user mode', async () => {
    const machine = await machineWith(PARENT, CHILD);
    machine.run(0, (c) => fork(c, machine.task('child')));
    expect(usersOf(machine, 2)).toBe(1);
    expect(machine.counts[2]).toBe(1);
    expect(machine.queue(1)).toEqual(['child']);
    expect(machine.takeLog()).toContain('ipi cpu1 reschedule');
    expect(machine.words[machine.kernel.task.mode(machine.task('child'))]).toBe(TASK_MODE.exiting);
  });

  it('of a thread shares the mm: one more user, the same reference', async () => {
    const machine = await machineWith(PARENT, THREAD);
    machine.words[machine.kernel.mm.membarrierState(1)] = STATE.rseq;
    machine.run(0, (c) => fork(c, machine.task('thread')));
    expect(usersOf(machine, 1)).toBe(2);
    expect(machine.counts[1]).toBe(1);
    expect(stateOf(machine, 1)).toBe(STATE.rseq);
  });

  it('of a task that runs already is refused', async () => {
    const machine = await machineWith(PARENT, CHILD);
    machine.run(0, (c) => fork(c, machine.task('child')));
    expect(machine.run(0, (c) => fork(c, machine.task('child')))).toBe(-EINVAL);
    expect(usersOf(machine, 2)).toBe(1);
  });
});

describe('exec', () => {
  it('clears the registration of the mm and of the run queue, behind a barrier, before the mm changes', async () => {
    const machine = await machineWith(PARENT);
    machine.words[machine.kernel.mm.membarrierState(1)] = ALL_BITS;
    machine.words[machine.kernel.mm.membarrierState(3)] = ALL_BITS;
    machine.words[machine.kernel.runQueue.membarrierState(0)] = ALL_BITS;
    expect(machine.run(0, (c) => exec(c, 3))).toBe(0);
    expect(stateOf(machine, 3)).toBe(0);
    expect(machine.words[machine.kernel.runQueue.membarrierState(0)]).toBe(0);
    expect(stateOf(machine, 1), 'the old mm may have other users').toBe(ALL_BITS);
    const log = machine.takeLog();
    const order = [
      'mb exit-mm',
      'store mm3.membarrierState = 0',
      'store parent.mm = 3',
      'load mm3 switch-mm-load',
    ];
    const positions = order.map((line) => log.indexOf(line));
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(positions).not.toContain(-1);
  });

  it('moves the user from the old mm to the new one', async () => {
    const machine = await machineWith(PARENT);
    machine.run(0, (c) => exec(c, 3));
    expect([usersOf(machine, 1), usersOf(machine, 3)]).toEqual([0, 1]);
    expect(machine.counts.slice(1)).toEqual([0, 0, 1]);
  });
});

describe('exit', () => {
  it('has its barrier before current->mm becomes NULL, and lets membarrier see that', async () => {
    const machine = await machineWith(PARENT);
    machine.words[machine.kernel.runQueue.membarrierState(0)] = STATE.globalExpedited;
    machine.run(0, doExit);
    const log = machine.takeLog();
    expect(log.indexOf('mb exit-mm')).toBeGreaterThanOrEqual(0);
    expect(log.indexOf('mb exit-mm')).toBeLessThan(log.indexOf('store parent.mm = 0'));
    expect(machine.words[machine.kernel.runQueue.membarrierState(0)]).toBe(0);
  });

  it('leaves the mm to whoever borrows it, and nothing when that goes too', async () => {
    const machine = await machineWith(PARENT, { name: 'next', mm: 2, cpu: 0 });
    machine.run(0, doExit);
    expect(machine.current(0)).toBe('next');
    expect(usersOf(machine, 1)).toBe(0);
    expect(machine.counts[1], 'borrowed by nobody: the next task loaded its own').toBe(0);

    const alone = await machineWith(PARENT);
    alone.run(0, doExit);
    expect(alone.current(0)).toBe('idle0');
    expect(alone.counts[1], 'idle borrows it').toBe(1);
    expect(alone.words[alone.kernel.task.state(alone.task('parent'))]).toBe(TASK_STATE.dead);
  });

  it('counts a live task less, before the cpu goes on', async () => {
    const machine = await machineWith(PARENT, KTHREAD);
    const live = machine.kernel.run.liveTasks(0);
    expect(machine.words[live]).toBe(2);
    machine.run(0, doExit);
    expect(machine.words[live]).toBe(1);
    expect(machine.queue(0)).toEqual([]);
  });
});

describe('kthread_use_mm', () => {
  it('stores the mm, then has its barrier; the other way round when it is done', async () => {
    const machine = await machineWith(KTHREAD);
    machine.run(0, (c) => kthreadUseMm(c, 2));
    let log = machine.takeLog();
    expect(log.indexOf('store kthread.mm = 2')).toBeLessThan(log.indexOf('mb kthread-use-mm'));
    expect(log).toContain('load mm2 switch-mm-load');
    machine.run(0, kthreadUnuseMm);
    log = machine.takeLog();
    expect(log.indexOf('mb kthread-unuse-mm')).toBeLessThan(log.indexOf('store kthread.mm = 0'));
    expect(log.indexOf('mb kthread-unuse-mm')).toBeGreaterThanOrEqual(0);
  });

  it('changes the reference it holds from the borrowed mm to the used one', async () => {
    const machine = await machineWith(KTHREAD);
    const borrowed = machine.counts[0]!;
    machine.run(0, (c) => kthreadUseMm(c, 2));
    expect(machine.counts).toEqual([borrowed - 1, 0, 1, 0]);
    machine.run(0, kthreadUnuseMm);
    expect(machine.counts, 'it stays lazy on it').toEqual([borrowed - 1, 0, 1, 0]);
    machine.words[machine.kernel.task.state(machine.task('kthread'))] = TASK_STATE.sleeping;
    machine.run(0, schedule);
    expect(machine.counts, 'handed to the idle task').toEqual([borrowed - 1, 0, 1, 0]);
  });
});
