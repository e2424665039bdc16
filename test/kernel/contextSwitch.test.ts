import { describe, expect, it } from 'vitest';
import { COUNTER } from '../../src/hw/counters.js';
import { exitToUserMode } from '../../src/kernel/exitToUserMode.js';
import { STATE } from '../../src/kernel/membarrierMm.js';
import { schedule } from '../../src/kernel/schedule.js';
import { TASK_MODE, TASK_STATE, TIF_NEED_RESCHED } from '../../src/kernel/task.js';
import { HandMachine, type HandOptions } from './handMachine.js';

const THREAD = { name: 'thread', mm: 1, cpu: 0 };
const TWIN = { name: 'twin', mm: 1, cpu: 0 };
const STRANGER = { name: 'stranger', mm: 2, cpu: 0 };
const KTHREAD = { name: 'kthread', mm: 0, cpu: 0 };
const WORKER = { name: 'worker', mm: 0, cpu: 0 };

/** One cpu that runs the first task, with the second in its queue. */
async function running(
  first: string,
  second: string,
  options: Partial<HandOptions> = {},
): Promise<HandMachine> {
  const tasks = [THREAD, TWIN, STRANGER, KTHREAD, WORKER];
  const find = (name: string): (typeof tasks)[number] => tasks.find((task) => task.name === name)!;
  const machine = await HandMachine.boot({
    cpus: 1,
    mms: 2,
    tasks: [find(first), find(second)],
    ...options,
  });
  machine.start(0);
  expect(machine.current(0)).toBe(first);
  return machine;
}

/** Switches cpu 0 to the next task; the one that goes will be back. */
function switchTo(machine: HandMachine, next: string): readonly string[] {
  machine.run(0, schedule);
  expect(machine.current(0)).toBe(next);
  return machine.takeLog();
}

/** ... and not come back: it sleeps. */
function sleepTo(machine: HandMachine, next: string): readonly string[] {
  machine.words[machine.kernel.task.state(machine.words[machine.kernel.runQueue.curr(0)]!)] =
    TASK_STATE.sleeping;
  return switchTo(machine, next);
}

const activeMm = (machine: HandMachine, task: string): number =>
  machine.words[machine.kernel.task.activeMm(machine.task(task))]!;
const loaded = (machine: HandMachine): number => machine.words[machine.kernel.runQueue.loadedMm(0)]!;
const isLazy = (machine: HandMachine): number => machine.words[machine.kernel.runQueue.isLazy(0)]!;
const loads = (log: readonly string[]): readonly string[] =>
  log.filter((line) => line.endsWith('switch-mm-load'));
const counted = (machine: HandMachine, counter: keyof typeof COUNTER): number =>
  machine.words[machine.kernel.hw.counter(0, COUNTER[counter])]!;

describe('context_switch: user -> kernel', () => {
  it('borrows the mm: takes a reference, loads nothing, is lazy', async () => {
    const machine = await running('thread', 'kthread');
    const before = machine.counts;
    const log = switchTo(machine, 'kthread');
    expect(machine.counts).toEqual([before[0], before[1]! + 1, before[2]]);
    expect(loads(log)).toEqual([]);
    expect(loaded(machine)).toBe(1);
    expect(isLazy(machine)).toBe(1);
    expect(activeMm(machine, 'kthread')).toBe(1);
    expect(activeMm(machine, 'thread')).toBe(1);
  });

  it("loads the kernel's own mm at once where lazy TLB is immediate", async () => {
    const machine = await running('thread', 'kthread', { config: { lazyTlb: 'immediate' } });
    expect(loads(switchTo(machine, 'kthread'))).toEqual(['load mm0 switch-mm-load']);
    expect(loaded(machine)).toBe(0);
    expect(machine.counts[1]).toBe(2);
  });
});

describe('context_switch: kernel -> kernel', () => {
  it('hands the borrowed mm on: no reference is taken or dropped', async () => {
    const machine = await running('thread', 'kthread');
    sleepTo(machine, 'kthread');
    const before = machine.counts;
    const log = sleepTo(machine, 'idle0');
    expect(machine.counts).toEqual(before);
    expect(log.filter((line) => line.includes('.count'))).toEqual([]);
    expect(loads(log)).toEqual([]);
    expect(activeMm(machine, 'kthread')).toBe(0);
    expect(machine.words[machine.kernel.task.activeMm(0)]).toBe(1);
  });

  it('does so from one kernel thread to another', async () => {
    const machine = await running('kthread', 'worker');
    const before = machine.counts;
    switchTo(machine, 'worker');
    expect(machine.counts).toEqual(before);
    expect(activeMm(machine, 'kthread')).toBe(0);
  });
});

describe('context_switch: kernel -> user', () => {
  it('of the borrowed mm: loads nothing, drops the reference, and counts a lazy return', async () => {
    const machine = await running('thread', 'kthread');
    switchTo(machine, 'kthread');
    expect(machine.counts[1]).toBe(2);
    const log = switchTo(machine, 'thread');
    expect(machine.counts[1]).toBe(1);
    expect(loads(log)).toEqual([]);
    expect(isLazy(machine)).toBe(0);
    expect(activeMm(machine, 'kthread')).toBe(0);
    expect(counted(machine, 'lazyReturns')).toBe(1);
  });

  it('of another mm: loads it, and drops the reference to the borrowed one', async () => {
    const machine = await running('thread', 'kthread', { tasks: [THREAD, KTHREAD, STRANGER] });
    switchTo(machine, 'kthread');
    expect(machine.counts[1]).toBe(2);
    const log = sleepTo(machine, 'stranger');
    expect(machine.counts.slice(1)).toEqual([1, 1]);
    expect(loads(log)).toEqual(['load mm2 switch-mm-load']);
    expect(counted(machine, 'lazyReturns')).toBe(0);
  });

  it('of the borrowed mm, but the TLB was flushed while nobody used it: loads it again', async () => {
    const machine = await running('thread', 'kthread');
    switchTo(machine, 'kthread');
    machine.words[machine.kernel.mm.tlbGen(1)]!++;
    expect(loads(switchTo(machine, 'thread'))).toEqual(['load mm1 switch-mm-load']);
    switchTo(machine, 'kthread');
    expect(loads(switchTo(machine, 'thread')), 'the new generation is remembered').toEqual([]);
  });

  it('where lazy TLB is immediate: loads the mm again', async () => {
    const machine = await running('thread', 'kthread', { config: { lazyTlb: 'immediate' } });
    switchTo(machine, 'kthread');
    expect(loads(switchTo(machine, 'thread'))).toEqual(['load mm1 switch-mm-load']);
    expect(machine.counts[1]).toBe(1);
  });
});

describe('context_switch: user -> user', () => {
  it('of the same mm: neither loads, nor serializes, nor counts', async () => {
    const machine = await running('thread', 'twin');
    machine.words[machine.kernel.mm.membarrierState(1)] = STATE.syncCore | STATE.syncCoreReady;
    switchTo(machine, 'twin');
    const before = machine.counts;
    const log = switchTo(machine, 'thread');
    expect(machine.counts).toEqual(before);
    expect(log.filter((line) => /^load mm\d switch|sync_core|\.count/.test(line))).toEqual([]);
    expect(isLazy(machine)).toBe(0);
  });

  it('of another mm: loads it after rq->curr is stored, and takes over its membarrier word', async () => {
    const machine = await running('thread', 'stranger');
    machine.words[machine.kernel.mm.membarrierState(2)] = STATE.globalExpedited;
    const before = machine.counts;
    const log = switchTo(machine, 'stranger');
    expect(machine.counts).toEqual(before);
    expect(loads(log)).toEqual(['load mm2 switch-mm-load']);
    const stranger = machine.task('stranger');
    expect(log.indexOf(`store rq0.curr = ${stranger}`)).toBeLessThan(log.indexOf('load mm2 switch-mm-load'));
    expect(log).toContain(`store rq0.membarrierState = ${STATE.globalExpedited}`);
    expect(log.indexOf(`store rq0.curr = ${stranger}`)).toBeGreaterThan(log.indexOf('mb schedule-entry'));
  });
});

describe('context_switch: when rq->curr is stored', () => {
  it.each([
    ['before-switch-mm', ['store', 'load']],
    ['after-switch-mm', ['load', 'store']],
  ] as const)('%s', async (currStored, expected) => {
    const machine = await running('thread', 'stranger', { config: { currStored } });
    const steps = switchTo(machine, 'stranger').filter((line) => /^store rq0\.curr|^load mm2 /.test(line));
    expect(steps.map((line) => line.split(' ')[0])).toEqual(expected);
  });
});

describe('finish_task_switch', () => {
  const AFTER_SWITCH = /^unlock rq0|^sync_core|^add mm1\.count/;

  it('unlocks, serializes, drops the mm, in this order', async () => {
    const machine = await running('thread', 'kthread');
    machine.words[machine.kernel.mm.membarrierState(1)] = STATE.syncCore | STATE.syncCoreReady;
    switchTo(machine, 'kthread');
    expect(switchTo(machine, 'thread').filter((line) => AFTER_SWITCH.test(line))).toEqual([
      'unlock rq0.lock',
      'sync_core finish-task-switch-sync',
      'add mm1.count -1',
    ]);
  });

  it('serializes on the intent, before the registration is READY', async () => {
    const machine = await running('thread', 'kthread');
    machine.words[machine.kernel.mm.membarrierState(1)] = STATE.syncCore;
    switchTo(machine, 'kthread');
    expect(switchTo(machine, 'thread')).toContain('sync_core finish-task-switch-sync');
  });

  it('does not serialize for an mm that registered something else', async () => {
    const machine = await running('thread', 'kthread');
    machine.words[machine.kernel.mm.membarrierState(1)] = STATE.privateExpedited | STATE.rseq;
    switchTo(machine, 'kthread');
    expect(switchTo(machine, 'thread').filter((line) => AFTER_SWITCH.test(line))).toEqual([
      'unlock rq0.lock',
      'add mm1.count -1',
    ]);
  });

  it.each([
    ['current-mm', []],
    ['dropped-mm', ['sync_core finish-task-switch-sync']],
  ] as const)('where another mm goes on, looks at the %s', async (finishTaskSwitchTests, expected) => {
    const machine = await running('thread', 'kthread', {
      tasks: [THREAD, KTHREAD, STRANGER],
      config: { finishTaskSwitchTests },
    });
    machine.words[machine.kernel.mm.membarrierState(1)] = STATE.syncCore;
    switchTo(machine, 'kthread');
    const log = sleepTo(machine, 'stranger');
    expect(log.filter((line) => line.startsWith('sync_core'))).toEqual(expected);
  });

  it('has interrupts off until the queue is unlocked', async () => {
    const machine = await running('thread', 'kthread');
    switchTo(machine, 'kthread');
    const driven = machine.drive(0, schedule);
    const enabledAt: string[] = [];
    while (driven.next !== undefined) {
      if (machine.cpu(0).interruptsEnabled) enabledAt.push(driven.next);
      driven.step();
    }
    expect(enabledAt).toEqual([
      'load mm1.membarrierState',
      'mb finish-task-switch-mmdrop',
      'add mm1.count -1',
    ]);
  });
});

describe('exit_to_user_mode', () => {
  it('schedules instead, where that was asked for', async () => {
    const machine = await running('thread', 'twin');
    machine.words[machine.kernel.task.flags(machine.task('thread'))] = TIF_NEED_RESCHED;
    machine.run(0, exitToUserMode);
    expect(machine.current(0)).toBe('twin');
    expect(machine.takeLog().filter((line) => line.startsWith('return'))).toEqual([]);
    expect(machine.words[machine.kernel.task.mode(machine.task('thread'))]).toBe(TASK_MODE.exiting);
    expect(machine.queue(0)).toEqual(['thread']);
    expect(machine.words[machine.kernel.task.flags(machine.task('thread'))]).toBe(0);
  });

  it('goes to user mode otherwise, by the return that belongs to the task', async () => {
    const machine = await running('thread', 'twin');
    machine.words[machine.kernel.task.flags(machine.task('thread'))] = 0;
    machine.run(0, exitToUserMode);
    expect(machine.takeLog().at(-1)).toBe('return syscall-return');
    expect(machine.words[machine.kernel.task.mode(machine.task('thread'))]).toBe(TASK_MODE.user);
    expect(machine.cpu(0).interruptsEnabled).toBe(false);
  });
});
