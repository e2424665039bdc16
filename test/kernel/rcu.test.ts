import { describe, expect, it } from 'vitest';
import { cpuTurn } from '../../src/kernel/cpuLoop.js';
import { interruptFromKernel } from '../../src/kernel/interrupt.js';
import { rcuEnterIdle, rcuExitIdle, rcuQuiescent, synchronizeRcu } from '../../src/kernel/rcu.js';
import { HandMachine } from './handMachine.js';

async function twoCpus(offline: readonly number[] = []): Promise<HandMachine> {
  const machine = await HandMachine.boot({
    cpus: 2,
    mms: 1,
    offline,
    tasks: [
      { name: 'one', mm: 1, cpu: 0 },
      { name: 'two', mm: 1, cpu: 1 },
    ],
  });
  machine.start(0);
  if (offline.length === 0) machine.start(1);
  return machine;
}

describe('synchronize_rcu', () => {
  it('waits until the other cpu has been through the scheduler or to user mode', async () => {
    const machine = await twoCpus();
    const waiting = machine.drive(0, synchronizeRcu);
    while (waiting.step());
    expect(waiting.next).toMatch(/^wait rq1\.rcuCount/);
    machine.run(1, rcuQuiescent);
    while (waiting.next !== undefined) expect(waiting.step()).toBe(true);
  });

  it('does not wait for a cpu that idles, nor for one that is offline', async () => {
    const machine = await twoCpus();
    machine.run(1, rcuEnterIdle);
    machine.run(0, synchronizeRcu);
    machine.run(1, rcuExitIdle);
    expect(() => machine.run(0, synchronizeRcu)).toThrow(/cpu 0 waits at/);

    const offline = await twoCpus([1]);
    offline.run(0, synchronizeRcu);
  });

  it('interrupts the cpu it waits for: user mode has to come through the kernel', async () => {
    const machine = await twoCpus();
    const waiting = machine.drive(0, synchronizeRcu);
    while (waiting.step());
    expect(machine.takeLog()).toContain('ipi cpu1 reschedule');
    machine.run(1, interruptFromKernel);
    expect(waiting.step(), 'the interrupt alone is not enough').toBe(false);
    machine.run(1, cpuTurn);
    expect(waiting.step()).toBe(true);
  });

  it('of two cpus at once comes to an end', async () => {
    const machine = await twoCpus();
    const one = machine.drive(0, synchronizeRcu);
    const two = machine.drive(1, synchronizeRcu);
    while (one.next !== undefined || two.next !== undefined) {
      const moved = [one, two].filter((driven) => driven.next !== undefined && driven.step());
      expect(moved, `${one.next} and ${two.next}`).not.toEqual([]);
    }
  });
});
