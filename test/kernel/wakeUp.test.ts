import { describe, expect, it } from 'vitest';
import { interruptFromKernel } from '../../src/kernel/interrupt.js';
import { schedule } from '../../src/kernel/schedule.js';
import { TASK_STATE, TIF_NEED_RESCHED, WAKES } from '../../src/kernel/task.js';
import { SLEPT, waitEvent, wakeUp } from '../../src/kernel/waitQueue.js';
import { tryToWakeUp } from '../../src/kernel/wakeUp.js';
import { HandMachine, type HandTask } from './handMachine.js';

const EVENT = 0;
const SLEEPER: HandTask = { name: 'sleeper', mm: 1, cpu: 0 };
const WAKER: HandTask = { name: 'waker', mm: 1, cpu: 1 };
const OTHER: HandTask = { name: 'other', mm: 1, cpu: 0 };

/** The sleeper on cpu 0, the waker on cpu 1. */
async function twoCpus(...more: readonly HandTask[]): Promise<HandMachine> {
  const machine = await HandMachine.boot({ cpus: 2, mms: 1, events: 1, tasks: [SLEEPER, WAKER, ...more] });
  machine.start(0, 1);
  return machine;
}

const state = (machine: HandMachine, task: string): number =>
  machine.words[machine.kernel.task.state(machine.task(task))]!;
const needsResched = (machine: HandMachine, task: number): boolean =>
  (machine.words[machine.kernel.task.flags(task)]! & TIF_NEED_RESCHED) !== 0;

describe('try_to_wake_up', () => {
  it('does nothing for a task that does not sleep', async () => {
    const machine = await twoCpus();
    machine.run(1, (c) => tryToWakeUp(c, machine.task('sleeper'), WAKES.event));
    expect(machine.takeLog()).toEqual(['lock rq0.lock', 'load sleeper.state', 'unlock rq0.lock']);
    expect(machine.queue(0)).toEqual([]);
  });

  it('queues a sleeping task on its cpu, and interrupts the cpu out of idle', async () => {
    const machine = await twoCpus();
    expect(machine.run(0, (c) => waitEvent(c, EVENT, 1))).toBe(SLEPT);
    expect(machine.current(0)).toBe('idle0');
    machine.run(1, (c) => wakeUp(c, EVENT));
    expect(machine.queue(0)).toEqual(['sleeper']);
    expect(needsResched(machine, 0)).toBe(true);
    expect(machine.takeLog()).toContain('ipi cpu0 reschedule');
  });

  it('does not interrupt its own cpu', async () => {
    const machine = await HandMachine.boot({ cpus: 1, mms: 1, events: 1, tasks: [SLEEPER, OTHER] });
    machine.start(0);
    machine.run(0, (c) => waitEvent(c, EVENT, 1));
    expect(machine.current(0)).toBe('other');
    machine.run(0, (c) => wakeUp(c, EVENT));
    expect(machine.takeLog().filter((line) => line.startsWith('ipi'))).toEqual([]);
    expect(machine.queue(0)).toEqual(['sleeper']);
  });

  it('of a task that has a higher priority asks the running one to leave, without an interrupt', async () => {
    const machine = await twoCpus({ ...OTHER, name: 'urgent', priority: 1 });
    // `urgent` goes first, and sleeps.
    machine.run(0, schedule);
    expect(machine.current(0)).toBe('urgent');
    machine.run(0, (c) => waitEvent(c, EVENT, 1));
    expect(machine.current(0)).toBe('sleeper');
    machine.takeLog();
    machine.run(1, (c) => wakeUp(c, EVENT));
    expect(needsResched(machine, machine.task('sleeper'))).toBe(true);
    expect(machine.takeLog().filter((line) => line.startsWith('ipi'))).toEqual([]);
  });

  it('of a task that is about to sleep only takes its state back: it stays on its cpu', async () => {
    const machine = await twoCpus();
    const sleeping = machine.drive(0, (c) => waitEvent(c, EVENT, 1));
    while (sleeping.next !== 'lock rq0.lock') sleeping.step();
    expect(state(machine, 'sleeper')).toBe(TASK_STATE.sleeping);

    machine.run(1, (c) => wakeUp(c, EVENT));
    expect(state(machine, 'sleeper')).toBe(TASK_STATE.running);
    expect(machine.queue(0), 'it still is the current task').toEqual([]);

    while (sleeping.next !== undefined) sleeping.step();
    expect(machine.current(0)).toBe('sleeper');
    expect(machine.queue(0)).toEqual([]);
  });
});

describe('a wake-up that meets a task on its way to sleep', () => {
  /** The sleeper does `before` accesses, the waker `between`, then the sleeper as much as it can, then the waker. */
  async function race(before: number, between: number): Promise<{ machine: HandMachine; enough: boolean }> {
    const machine = await twoCpus(OTHER);
    const sleeper = machine.drive(0, (c) => waitEvent(c, EVENT, 1));
    const waker = machine.drive(1, (c) => wakeUp(c, EVENT));
    let left = before;
    while (left > 0 && sleeper.next !== undefined && sleeper.step()) left--;
    const enough = left > 0;
    for (let steps = between; steps > 0 && waker.next !== undefined && waker.step(); steps--);
    while (sleeper.next !== undefined || waker.next !== undefined) {
      const sleeperMoved = sleeper.next !== undefined && sleeper.step();
      const wakerMoved = !sleeperMoved && waker.next !== undefined && waker.step();
      if (!sleeperMoved && !wakerMoved) throw new Error(`both wait: ${sleeper.next} and ${waker.next}`);
    }
    return { machine, enough };
  }

  it('never loses it, and never has the task twice, wherever they meet', async () => {
    let meetings = 0;
    for (let before = 0, done = false; !done; before++) {
      for (let between = 0; between < 12; between++) {
        const { machine, enough } = await race(before, between);
        const where = `after ${before} accesses of the sleeper and ${between} of the waker`;
        const places = [machine.current(0), ...machine.queue(0)].filter((task) => task === 'sleeper');
        expect(state(machine, 'sleeper'), where).toBe(TASK_STATE.running);
        expect(places, where).toEqual(['sleeper']);
        expect([machine.current(0), ...machine.queue(0)].filter((task) => task === 'other')).toHaveLength(1);
        meetings++;
        done = enough;
      }
    }
    expect(meetings).toBeGreaterThan(100);
  });
});

describe('an interrupt out of idle', () => {
  it('leads to schedule(): the flag is set before the interrupt is sent', async () => {
    const machine = await twoCpus();
    machine.run(0, (c) => waitEvent(c, EVENT, 1));
    machine.run(1, (c) => wakeUp(c, EVENT));
    const log = machine.takeLog();
    expect(log.indexOf('or idle0.flags | 1')).toBeGreaterThan(0);
    expect(log.indexOf('or idle0.flags | 1')).toBeLessThan(log.indexOf('ipi cpu0 reschedule'));
    machine.run(0, interruptFromKernel);
    machine.run(0, schedule);
    expect(machine.current(0)).toBe('sleeper');
  });
});
