import { beforeAll, describe, expect, it } from 'vitest';
import { profileNames } from '../../src/engines/catalogue.js';
import type { Routine } from '../../src/hw/access.js';
import type { Cpu } from '../../src/kernel/cpu.js';
import { EINVAL, ENOSYS, EPERM } from '../../src/kernel/errno.js';
import { interruptFromKernel } from '../../src/kernel/interrupt.js';
import { KERNEL_PRESETS } from '../../src/kernel/kernelPresets.js';
import { membarrier } from '../../src/kernel/membarrier.js';
import {
  ALL_COMMANDS,
  CMD_FLAG_CPU,
  CMD_GET_REGISTRATIONS,
  CMD_GLOBAL,
  CMD_GLOBAL_EXPEDITED,
  CMD_PRIVATE_EXPEDITED,
  CMD_PRIVATE_EXPEDITED_RSEQ,
  CMD_PRIVATE_EXPEDITED_SYNC_CORE,
  CMD_QUERY,
  CMD_REGISTER_GLOBAL_EXPEDITED,
  CMD_REGISTER_PRIVATE_EXPEDITED,
  CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ,
  CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
} from '../../src/kernel/membarrierCommands.js';
import { STATE } from '../../src/kernel/membarrierMm.js';
import { rcuQuiescent } from '../../src/kernel/rcu.js';
import { schedule } from '../../src/kernel/schedule.js';
import { TASK_STATE } from '../../src/kernel/task.js';
import { HandMachine, type HandOptions } from './handMachine.js';

const REGISTERED_ALL =
  STATE.privateExpedited |
  STATE.privateExpeditedReady |
  STATE.syncCore |
  STATE.syncCoreReady |
  STATE.rseq |
  STATE.rseqReady;

const call =
  (command: number, flags = 0, cpuId = 0) =>
  (c: Cpu): Routine<number> =>
    membarrier(c, command, flags, cpuId);

/** Cpus that are called serve it at once. */
function serveCalls(machine: HandMachine): () => void {
  return () => {
    for (let cpu = 0; cpu < machine.spec.cpus; cpu++) {
      const pending = machine.words[machine.kernel.hw.cpu.doorbell(cpu)];
      if (pending !== 0) machine.run(cpu, interruptFromKernel);
    }
  };
}

const interrupted = (log: readonly string[]): readonly string[] =>
  log.filter((line) => line.startsWith('ipi')).map((line) => line.replace('ipi ', ''));

describe('membarrier: who is interrupted', () => {
  /** cpu 0: the caller; 1: its sibling; 2: a kernel thread lazy on their mm; 3: another process; 4: idle, lazy on
   *  their mm; 5: a second sibling. */
  async function sixCpus(options: Partial<HandOptions> = {}): Promise<HandMachine> {
    const machine = await HandMachine.boot({
      cpus: 6,
      mms: 2,
      tasks: [
        { name: 'caller', mm: 1, cpu: 0 },
        { name: 'sibling', mm: 1, cpu: 1 },
        { name: 'was here', mm: 1, cpu: 2 },
        { name: 'kthread', mm: 0, cpu: 2 },
        { name: 'stranger', mm: 2, cpu: 3 },
        { name: 'slept here', mm: 1, cpu: 4 },
        { name: 'sibling too', mm: 1, cpu: 5 },
      ],
      ...options,
    });
    machine.start(0, 1, 2, 3, 4, 5);
    machine.start(2);
    machine.words[machine.kernel.task.state(machine.task('slept here'))] = TASK_STATE.sleeping;
    machine.start(4);
    expect([0, 1, 2, 3, 4, 5].map((cpu) => machine.current(cpu))).toEqual([
      'caller',
      'sibling',
      'kthread',
      'stranger',
      'idle4',
      'sibling too',
    ]);
    const { task } = machine.kernel;
    expect(machine.words[task.activeMm(machine.task('kthread'))], 'lazy on the mm').toBe(1);
    expect(machine.words[task.activeMm(4)], 'lazy on the mm').toBe(1);
    machine.words[machine.kernel.mm.membarrierState(1)] = REGISTERED_ALL;
    return machine;
  }

  async function targets(options: Partial<HandOptions>, ...args: readonly [number, number?, number?]) {
    const machine = await sixCpus(options);
    expect(machine.run(0, call(...args), serveCalls(machine))).toBe(0);
    return machine.takeLog();
  }

  it('the plain command: the other cpus that run the mm; not the lazy ones, not another mm', async () => {
    const log = await targets({}, CMD_PRIVATE_EXPEDITED);
    expect(interrupted(log)).toEqual(['cpu1 call', 'cpu5 call']);
    expect(log.filter((line) => line.startsWith('sync_core'))).toEqual([]);
    expect(log.filter((line) => line === 'mb ipi-mb')).toHaveLength(2);
  });

  it('SYNC_CORE: the same, and the cpu of the caller without an interrupt', async () => {
    const log = await targets({}, CMD_PRIVATE_EXPEDITED_SYNC_CORE);
    expect(interrupted(log)).toEqual(['cpu1 call', 'cpu5 call']);
    expect(log.filter((line) => line === 'sync_core ipi-sync-core')).toHaveLength(3);
    const own = log.indexOf('sync_core ipi-sync-core');
    expect(own).toBeLessThan(log.indexOf('ipi cpu1 call'));
  });

  it('SYNC_CORE before the caller was included: the others only', async () => {
    const log = await targets({ config: { syncCoreCaller: 'skipped' } }, CMD_PRIVATE_EXPEDITED_SYNC_CORE);
    expect(interrupted(log)).toEqual(['cpu1 call', 'cpu5 call']);
    expect(log.filter((line) => line === 'sync_core ipi-sync-core')).toHaveLength(2);
  });

  it('SYNC_CORE where the handler counts on the interrupt return: a barrier and nothing else', async () => {
    const log = await targets({ config: { syncCoreIpi: 'implicit' } }, CMD_PRIVATE_EXPEDITED_SYNC_CORE);
    expect(interrupted(log)).toHaveLength(2);
    expect(log.filter((line) => line.startsWith('sync_core'))).toEqual([]);
    expect(log.filter((line) => line === 'mb ipi-mb')).toHaveLength(3);
  });

  it('RSEQ: the same as the plain command, with a handler of its own', async () => {
    const log = await targets({}, CMD_PRIVATE_EXPEDITED_RSEQ);
    expect(interrupted(log)).toEqual(['cpu1 call', 'cpu5 call']);
    expect(log.filter((line) => line === 'mb ipi-rseq-mb')).toHaveLength(2);
  });

  it.each([
    [5, ['cpu5 call']],
    [0, []],
    [2, []],
    [3, []],
    [99, []],
    [-1, ['cpu1 call', 'cpu5 call']],
  ])('RSEQ for cpu %i: that one, if it runs the mm', async (cpu, expected) => {
    expect(interrupted(await targets({}, CMD_PRIVATE_EXPEDITED_RSEQ, CMD_FLAG_CPU, cpu))).toEqual(expected);
  });

  it('a cpu that is offline is not', async () => {
    const log = await targets({ cpus: 7, offline: [6] }, CMD_PRIVATE_EXPEDITED);
    expect(interrupted(log)).toEqual(['cpu1 call', 'cpu5 call']);
    const machine = await sixCpus();
    machine.words[machine.kernel.runQueue.online(5)] = 0;
    machine.run(0, call(CMD_PRIVATE_EXPEDITED), serveCalls(machine));
    expect(interrupted(machine.takeLog())).toEqual(['cpu1 call']);
  });

  it('a policy may choose otherwise, for SYNC_CORE only', async () => {
    const all = { policy: 'ipi-all' };
    expect(interrupted(await targets(all, CMD_PRIVATE_EXPEDITED_SYNC_CORE))).toHaveLength(5);
    expect(interrupted(await targets(all, CMD_PRIVATE_EXPEDITED))).toHaveLength(2);
    const loaded = await targets({ policy: 'ipi-mm-cpumask' }, CMD_PRIVATE_EXPEDITED_SYNC_CORE);
    expect(interrupted(loaded), 'the lazy ones too').toEqual([
      'cpu1 call',
      'cpu2 call',
      'cpu4 call',
      'cpu5 call',
    ]);
  });

  it('GLOBAL_EXPEDITED: cpus whose word says so and that run user code, of any process', async () => {
    const machine = await sixCpus();
    for (const cpu of [0, 2, 3]) {
      machine.words[machine.kernel.runQueue.membarrierState(cpu)] = STATE.globalExpedited;
    }
    expect(machine.run(0, call(CMD_GLOBAL_EXPEDITED), serveCalls(machine))).toBe(0);
    expect(interrupted(machine.takeLog())).toEqual(['cpu3 call']);
  });

  it('has a full barrier before the first look at a run queue, and one after the last answer', async () => {
    for (const command of [CMD_PRIVATE_EXPEDITED, CMD_PRIVATE_EXPEDITED_SYNC_CORE, CMD_GLOBAL_EXPEDITED]) {
      const log = await targets({}, command);
      const look = log.findIndex((line) => /^load rq\d\.(curr|membarrierState)/.test(line));
      expect(log.indexOf('mb membarrier-entry')).toBeGreaterThanOrEqual(0);
      expect(log.indexOf('mb membarrier-entry')).toBeLessThan(look);
      expect(log.at(-1)).toBe('mb membarrier-exit');
    }
  });
});

describe('membarrier: shortcuts', () => {
  async function alone(cpus: number): Promise<HandMachine> {
    const machine = await HandMachine.boot({ cpus, mms: 1, tasks: [{ name: 'caller', mm: 1, cpu: 0 }] });
    machine.start(0);
    machine.words[machine.kernel.mm.membarrierState(1)] = REGISTERED_ALL;
    return machine;
  }

  it('the plain and the RSEQ command look at nobody where the mm has a single user', async () => {
    for (const command of [CMD_PRIVATE_EXPEDITED, CMD_PRIVATE_EXPEDITED_RSEQ]) {
      const machine = await alone(2);
      expect(machine.run(0, call(command))).toBe(0);
      expect(machine.takeLog()).toEqual(['load mm1.membarrierState', 'load mm1.users']);
    }
  });

  it.each([1, 2])('SYNC_CORE always serializes at least its own cpu, on %i cpus', async (cpus) => {
    const machine = await alone(cpus);
    expect(machine.run(0, call(CMD_PRIVATE_EXPEDITED_SYNC_CORE))).toBe(0);
    expect(machine.takeLog()).toContain('sync_core ipi-sync-core');
  });

  it('GLOBAL waits for nobody on one cpu', async () => {
    const machine = await alone(1);
    expect(machine.run(0, call(CMD_GLOBAL))).toBe(0);
    expect(machine.takeLog()).toEqual([]);
  });
});

describe('membarrier: registration', () => {
  async function pair(options: Partial<HandOptions> = {}): Promise<HandMachine> {
    const machine = await HandMachine.boot({
      cpus: 2,
      mms: 1,
      tasks: [
        { name: 'caller', mm: 1, cpu: 0 },
        { name: 'sibling', mm: 1, cpu: 1 },
      ],
      ...options,
    });
    machine.start(0, 1);
    return machine;
  }

  /** The other cpu answers calls, and lets a grace period that waits for it end. */
  function serveAll(machine: HandMachine): (next: string) => void {
    const serve = serveCalls(machine);
    return (next) => {
      serve();
      if (next.includes('rcuCount')) machine.run(1, rcuQuiescent);
    };
  }

  const STEPS = /^or mm1\.membarrierState|^wait rq1\.rcuCount|^ipi cpu1 call|^store rq\d\.membarrierState/;
  const { syncCore, syncCoreReady, privateExpedited } = STATE;

  it('sets the intent, waits for a grace period, tells the run queues, and only then is READY', async () => {
    const machine = await pair();
    machine.run(0, call(CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE), serveAll(machine));
    const log = machine.takeLog().filter((line) => STEPS.test(line));
    expect(log[0]).toBe(`or mm1.membarrierState | ${privateExpedited | syncCore}`);
    expect(log[1]).toMatch(/^wait rq1\.rcuCount/);
    expect(log.at(-1)).toBe(`or mm1.membarrierState | ${syncCoreReady}`);
    expect([...log.slice(2, -1)].sort()).toEqual([
      'ipi cpu1 call',
      `store rq0.membarrierState = ${privateExpedited | syncCore}`,
      `store rq1.membarrierState = ${privateExpedited | syncCore}`,
    ]);
  });

  it('in one phase does not wait', async () => {
    const machine = await pair({ config: { registration: 'one-phase' } });
    machine.run(0, call(CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE));
    expect(machine.takeLog().filter((line) => STEPS.test(line))).toEqual([
      `or mm1.membarrierState | ${privateExpedited | syncCore}`,
      `or mm1.membarrierState | ${syncCoreReady}`,
    ]);
  });

  it('ready first, as no kernel had it, sets READY before the intent', async () => {
    const machine = await pair({ config: { registration: 'ready-first' } });
    machine.run(0, call(CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE));
    expect(machine.takeLog().filter((line) => STEPS.test(line))).toEqual([
      `or mm1.membarrierState | ${syncCoreReady}`,
      `or mm1.membarrierState | ${privateExpedited | syncCore}`,
      `or mm1.membarrierState | ${syncCoreReady}`,
    ]);
  });

  it.each([
    ['own-ready-bit', 0],
    ['any-ready-bit', -EPERM],
  ] as const)('is superfluous by %s: a second variant gives %i', async (registrationTests, result) => {
    const machine = await pair({ config: { registrationTests } });
    machine.run(0, call(CMD_REGISTER_PRIVATE_EXPEDITED), serveAll(machine));
    machine.run(0, call(CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE), serveAll(machine));
    expect(machine.run(0, call(CMD_PRIVATE_EXPEDITED_SYNC_CORE), serveAll(machine))).toBe(result);
  });

  it('does not allow the command while it waits', async () => {
    const machine = await pair({ config: { ipiMutex: false } });
    const registering = machine.drive(0, call(CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE));
    while (!registering.next!.startsWith('wait')) registering.step();
    expect(machine.run(1, call(CMD_PRIVATE_EXPEDITED_SYNC_CORE))).toBe(-EPERM);
    expect(machine.run(1, call(CMD_GET_REGISTRATIONS))).toBe(80);
  });

  it('of a process with a single user waits for nobody', async () => {
    const machine = await HandMachine.boot({ cpus: 2, mms: 1, tasks: [{ name: 'caller', mm: 1, cpu: 0 }] });
    machine.start(0);
    machine.run(0, call(CMD_REGISTER_GLOBAL_EXPEDITED));
    expect(machine.takeLog().filter((line) => STEPS.test(line))).toEqual([
      `or mm1.membarrierState | ${STATE.globalExpedited}`,
      `store rq0.membarrierState = ${STATE.globalExpedited}`,
      `or mm1.membarrierState | ${STATE.globalExpeditedReady}`,
    ]);
  });

  it('a second time returns at once', async () => {
    const machine = await pair();
    machine.run(0, call(CMD_REGISTER_PRIVATE_EXPEDITED), serveAll(machine));
    machine.takeLog();
    expect(machine.run(0, call(CMD_REGISTER_PRIVATE_EXPEDITED))).toBe(0);
    expect(machine.takeLog()).toEqual(['load mm1.membarrierState']);
  });

  it('a cpu that left the mm meanwhile keeps its word', async () => {
    const machine = await pair({
      mms: 2,
      tasks: [
        { name: 'caller', mm: 1, cpu: 0 },
        { name: 'sibling', mm: 1, cpu: 1 },
        { name: 'stranger', mm: 2, cpu: 1 },
      ],
    });
    const serve = serveAll(machine);
    machine.run(0, call(CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE), (next) => {
      if (next.includes('callAcked')) machine.run(1, schedule); // after it was chosen, before it is interrupted
      serve(next);
    });
    expect(machine.takeLog()).toContain('ipi cpu1 call');
    expect(machine.current(1)).toBe('stranger');
    expect(machine.words[machine.kernel.runQueue.membarrierState(1)]).toBe(0);
  });
});

describe('membarrier: QUERY and what is refused', () => {
  const REGISTER_OF: Readonly<Record<number, number>> = {
    [CMD_PRIVATE_EXPEDITED]: CMD_REGISTER_PRIVATE_EXPEDITED,
    [CMD_PRIVATE_EXPEDITED_SYNC_CORE]: CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
    [CMD_PRIVATE_EXPEDITED_RSEQ]: CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ,
  };

  async function process(options: Partial<HandOptions>): Promise<HandMachine> {
    const machine = await HandMachine.boot({
      cpus: 2,
      mms: 1,
      tasks: [{ name: 'caller', mm: 1, cpu: 0 }],
      ...options,
    });
    machine.start(0);
    return machine;
  }

  /** Every command that QUERY lacks is EINVAL, every other one is not. */
  async function expectCommands(options: Partial<HandOptions>, commands: number): Promise<void> {
    const asked = await process(options);
    expect(asked.run(0, call(CMD_QUERY))).toBe(commands);
    for (let command = 1; command <= ALL_COMMANDS; command <<= 1) {
      const machine = await process(options);
      const result = machine.run(0, call(command), () => machine.run(1, schedule));
      const expected = (commands & command) === 0 ? -EINVAL : REGISTER_OF[command] ? -EPERM : 0;
      expect(result, `command ${command} where QUERY gives ${commands}`).toBe(expected);
    }
  }

  it('everything: 1023', () => expectCommands({}, 1023));

  it('without CONFIG_RSEQ: 639', () => expectCommands({ config: { rseq: false } }, 639));

  it('on an architecture without SYNC_CORE: 927', async () => {
    await expectCommands({ arch: 'loongarch64' }, 927);
    expect(profileNames()).toContain('loongarch64');
  });

  it('with nohz_full: no GLOBAL', () => expectCommands({ config: { nohzFull: true } }, 1022));

  it('switches add up', () =>
    expectCommands({ arch: 'loongarch64', config: { rseq: false, nohzFull: true } }, 542));

  it('without CONFIG_MEMBARRIER: ENOSYS, whatever is asked', async () => {
    const machine = await process({ config: { membarrier: false } });
    for (const command of [CMD_QUERY, CMD_GLOBAL, -1, 12345]) {
      expect(machine.run(0, call(command, 7, -1))).toBe(-ENOSYS);
    }
  });

  it.each(KERNEL_PRESETS.map((preset) => [preset.name, preset] as const))(
    'kernel %s has the commands it had',
    async (name, preset) => {
      const since: Readonly<Record<string, number>> = {
        'rfc-2017': 127,
        '4.16': 127,
        '5.4': 127,
        '5.10': 511,
        '6.1': 511,
        '6.x': 1023,
      };
      await expectCommands({ config: preset }, since[name]!);
    },
  );

  it('before registration was required the plain command works without', async () => {
    const machine = await process({ config: { privateNeedsRegistration: false } });
    expect(machine.run(0, call(CMD_PRIVATE_EXPEDITED))).toBe(0);
    expect(machine.run(0, call(CMD_PRIVATE_EXPEDITED_SYNC_CORE))).toBe(-EPERM);
  });
});

describe('membarrier: the mutex', () => {
  let machine: HandMachine;
  beforeAll(async () => {
    machine = await HandMachine.boot({
      cpus: 2,
      mms: 1,
      tasks: [
        { name: 'one', mm: 1, cpu: 0 },
        { name: 'two', mm: 1, cpu: 1 },
      ],
    });
    machine.start(0, 1);
    machine.words[machine.kernel.mm.membarrierState(1)] = REGISTERED_ALL;
  });

  it('a second caller sleeps until the first is done, and is woken', () => {
    const first = machine.drive(0, call(CMD_PRIVATE_EXPEDITED));
    while (!first.next!.startsWith('wait call0.callAcked')) first.step();
    machine.run(1, interruptFromKernel);
    machine.run(1, call(CMD_PRIVATE_EXPEDITED));
    expect(machine.current(1)).toBe('idle1');
    while (first.next !== undefined) first.step();
    expect(first.result).toBe(0);
    expect(machine.queue(1)).toEqual(['two']);
    machine.run(1, schedule);
    expect(machine.run(1, call(CMD_PRIVATE_EXPEDITED), serveCalls(machine))).toBe(0);
  });
});
