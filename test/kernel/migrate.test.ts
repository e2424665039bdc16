import { describe, expect, it } from 'vitest';
import { EINVAL } from '../../src/kernel/errno.js';
import { migrate } from '../../src/kernel/migrate.js';
import { schedule } from '../../src/kernel/schedule.js';
import { TIF_NEED_RESCHED } from '../../src/kernel/task.js';
import { HandMachine } from './handMachine.js';

async function twoCpus(): Promise<HandMachine> {
  const machine = await HandMachine.boot({
    cpus: 2,
    mms: 2,
    tasks: [
      { name: 'mover', mm: 1, cpu: 0 },
      { name: 'stays', mm: 1, cpu: 0 },
      { name: 'there', mm: 2, cpu: 1 },
    ],
  });
  machine.start(0, 1);
  return machine;
}

describe('migrate', () => {
  it('moves the task when it leaves the kernel, after its cpu is off it', async () => {
    const machine = await twoCpus();
    expect(machine.run(0, (c) => migrate(c, 1))).toBe(0);
    expect(machine.current(0), 'not yet').toBe('mover');
    expect(machine.words[machine.kernel.task.flags(machine.task('mover'))]).toBe(TIF_NEED_RESCHED);
    machine.takeLog();

    machine.run(0, schedule);
    expect(machine.current(0)).toBe('stays');
    expect(machine.queue(0)).toEqual([]);
    expect(machine.queue(1)).toEqual(['mover']);
    const log = machine.takeLog();
    const unlocked = log.indexOf('unlock rq0.lock');
    expect(unlocked).toBeGreaterThan(log.indexOf(`store rq0.curr = ${machine.task('stays')}`));
    expect(log.indexOf('lock rq1.lock'), 'never two queues locked at once').toBeGreaterThan(unlocked);
  });

  it('interrupts a cpu that idles, not one that runs a task of the same priority', async () => {
    const busy = await twoCpus();
    busy.run(0, (c) => migrate(c, 1));
    busy.run(0, schedule);
    expect(busy.takeLog().filter((line) => line.startsWith('ipi'))).toEqual([]);

    const idle = await HandMachine.boot({ cpus: 2, mms: 1, tasks: [{ name: 'mover', mm: 1, cpu: 0 }] });
    idle.start(0, 1);
    idle.run(0, (c) => migrate(c, 1));
    idle.run(0, schedule);
    expect(idle.takeLog()).toContain('ipi cpu1 reschedule');
    expect(idle.current(0)).toBe('idle0');
    idle.run(1, schedule);
    expect(idle.current(1)).toBe('mover');
  });

  it('keeps every reference in its place', async () => {
    const machine = await twoCpus();
    const before = machine.counts;
    machine.run(0, (c) => migrate(c, 1));
    machine.run(0, schedule);
    machine.run(1, schedule);
    expect(machine.current(1)).toBe('mover');
    expect(machine.counts).toEqual(before);
  });

  it('to where it is does nothing', async () => {
    const machine = await twoCpus();
    expect(machine.run(0, (c) => migrate(c, 0))).toBe(0);
    expect(machine.takeLog()).toEqual([]);
  });

  it.each([-1, 2, 1_000_000])('to cpu %i, which is not there, is EINVAL', async (cpu) => {
    const machine = await twoCpus();
    expect(machine.run(0, (c) => migrate(c, cpu))).toBe(-EINVAL);
    expect(machine.takeLog()).toEqual([]);
  });

  it('to a cpu that is offline is EINVAL', async () => {
    const machine = await HandMachine.boot({
      cpus: 2,
      mms: 1,
      tasks: [{ name: 'mover', mm: 1, cpu: 0 }],
      offline: [1],
    });
    machine.start(0);
    expect(machine.run(0, (c) => migrate(c, 1))).toBe(-EINVAL);
  });
});
