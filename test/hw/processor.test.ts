import { beforeEach, describe, expect, it } from 'vitest';
import { LINE_BYTES } from '../../src/base/layout.js';
import { ACCESS, type Access, pack } from '../../src/hw/access.js';
import { RETURN_KIND } from '../../src/hw/accessBuilder.js';
import { COUNTER, COUNTERS, type CounterName } from '../../src/hw/counters.js';
import { IRQ_CALL_FUNCTION, IRQ_RESCHEDULE, NOTICE_PROMISE } from '../../src/hw/doorbell.js';
import { EXECUTE_BREAKPOINT, EXECUTE_FAULT, EXECUTE_NOT_MADE, Processor } from '../../src/hw/processor.js';
import { BREAKPOINT } from '../../src/hw/unitPlacement.js';
import { emitFetchUnits, type UnitSpec } from '../../src/jit/fetchUnit.js';
import { immediateOf, versionOf } from '../../src/jit/version.js';
import { type EventSink, NO_VERSION } from '../../src/trace/events.js';
import { emptyUnits, machineWith, storeBytes, storeVersion, type TestMachine } from './machine.js';

const UNIT = 0;
const POINTS = ['first', 'second'];
const FIRST = 0;
const SECOND = 1;

const TRAPPED: UnitSpec = {
  name: 'trapped',
  placement: 'within-word',
  work: { iterations: 0 },
  breakpoint: true,
};

let machine: TestMachine;
let cpus: readonly Processor[];
let events: unknown[][];

/** Boots two cpus with one unit, mapped at version 0. @param without ids of points to remove. */
async function boot(
  arch: string,
  without: readonly string[] = [],
  room: 'breakpoint' | 'none' = 'none',
): Promise<void> {
  const images = room === 'none' ? await emptyUnits(1) : await emitFetchUnits([TRAPPED]);
  machine = await machineWith(arch, 2, images);
  events = [];
  const record =
    (kind: string) =>
    (...args: readonly unknown[]): void => {
      events.push([kind, ...args]);
    };
  const sink: EventSink = {
    promise: record('promise'),
    execute: record('execute'),
    serialize: record('serialize'),
    barrierEntered: record('barrierEntered'),
    barrierReturned: record('barrierReturned'),
    fault: record('fault'),
  };
  cpus = machine.fetchPaths.map(
    (fetchPath, id) =>
      new Processor({
        id,
        hw: machine.hw,
        profile: machine.profile,
        words: machine.words,
        code: machine.code,
        userCode: fetchPath,
        units: machine.units,
        points: {
          ids: POINTS,
          removed: Uint8Array.from(POINTS, (point) => (without.includes(point) ? 1 : 0)),
        },
        sink,
        callUnit: (userCode, unit, times) => userCode.execute(unit, times),
        versionOf,
      }),
  );
}

function counter(name: CounterName, cpu = 0): number {
  return machine.words[machine.hw.counter(cpu, COUNTER[name])]!;
}

/** Performs what `build` makes, on a cpu. */
function on(cpu: number, build: (c: Processor) => Access): number {
  return cpus[cpu]!.perform(build(cpus[cpu]!));
}

/** Issues and stores a version as a JIT does. */
function patch(version: number): void {
  machine.words[machine.hw.site.issued(UNIT)] = version;
  storeVersion(machine, UNIT, version);
}

function eventsOf(kind: string): unknown[][] {
  return events.filter(([first]) => first === kind).map(([, ...rest]) => rest);
}

describe('memory', () => {
  beforeEach(() => boot('x86-64'));

  it('loads, stores, and read-modify-writes give the old value', () => {
    const address = machine.hw.cpu.progress(0);
    expect(on(0, (c) => c.load(address))).toBe(0);
    on(0, (c) => c.store(address, 5));
    expect(on(1, (c) => c.load(address))).toBe(5);
    expect(on(0, (c) => c.exchange(address, 6))).toBe(5);
    expect(on(0, (c) => c.add(address, -2))).toBe(6);
    expect(on(0, (c) => c.or(address, 3))).toBe(4);
    expect(on(0, (c) => c.and(address, 5))).toBe(7);
    expect(on(0, (c) => c.load(address))).toBe(5);
  });

  it('a lock has one holder', () => {
    const address = machine.hw.cpu.progress(0);
    const [a, b] = cpus as [Processor, Processor];
    expect(a.attempt(a.lock(address))).toBe(true);
    expect(b.attempt(b.lock(address))).toBe(false);
    expect(a.attempt(a.unlock(address))).toBe(true);
    expect(b.attempt(b.lock(address))).toBe(true);
  });

  it('waitAtLeast: waits below, goes on at and above', () => {
    const address = machine.hw.cpu.progress(0);
    const [c] = cpus as [Processor];
    const wait = (value: number): boolean => {
      machine.words[address] = value;
      return c.attempt(c.waitAtLeast(address, 3));
    };
    expect([2, 3, 4].map(wait)).toEqual([false, true, true]);
  });

  it('what can wait is attempted, the rest is performed', () => {
    const [c] = cpus as [Processor];
    for (const kind of [ACCESS.lock, ACCESS.unlock, ACCESS.waitAtLeast, ACCESS.halt]) {
      expect(() => c.perform(pack(kind, 16))).toThrow('attempt');
    }
    expect(() => c.attempt(c.load(16))).toThrow('not a blocking access');
  });

  it('an access built in between does not lose the operand of the one before', () => {
    const [c] = cpus as [Processor];
    const address = machine.hw.cpu.progress(0);
    const store = c.store(address, 7);
    const { operand } = c;
    c.perform(c.store(machine.hw.cpu.progress(1), 9));
    c.restoreOperand(operand);
    c.perform(store);
    expect(machine.words[address]).toBe(7);
  });
});

describe('interrupts', () => {
  beforeEach(() => boot('x86-64'));

  it('ring the doorbell of the other cpu, add up, and are counted where they are sent', () => {
    on(0, (c) => c.sendIpi(1, IRQ_CALL_FUNCTION));
    on(0, (c) => c.sendIpi(1, IRQ_RESCHEDULE));
    expect(machine.words[machine.hw.cpu.doorbell(1)]).toBe(IRQ_CALL_FUNCTION | IRQ_RESCHEDULE);
    expect(machine.words[machine.hw.cpu.doorbell(0)]).toBe(0);
    expect([counter('ipiSent', 0), counter('ipiSent', 1)]).toEqual([2, 0]);
  });

  it('a halted cpu wakes for an interrupt, and for nothing else', () => {
    const [c] = cpus as [Processor];
    const doorbell = machine.hw.cpu.doorbell(0);
    const woken = [0, NOTICE_PROMISE, IRQ_RESCHEDULE].map((bell) => {
      machine.words[doorbell] = bell;
      return c.attempt(c.halt());
    });
    expect(woken).toEqual([false, false, true]);
  });

  it('are enabled and disabled by the cpu itself', () => {
    const [c, other] = cpus as [Processor, Processor];
    c.enableInterrupts();
    expect([c.interruptsEnabled, other.interruptsEnabled]).toEqual([true, false]);
    c.disableInterrupts();
    expect(c.interruptsEnabled).toBe(false);
  });
});

describe('a promise', () => {
  beforeEach(() => boot('x86-64'));

  it('is of the version issued last, and everybody is told', () => {
    patch(3);
    on(0, (c) => c.promise(UNIT));
    expect(machine.words[machine.hw.site.promised(UNIT)]).toBe(3);
    expect(eventsOf('promise')).toEqual([[0, UNIT, 3]]);
    for (const cpu of [0, 1]) {
      expect(machine.words[machine.hw.cpu.doorbell(cpu)]! & NOTICE_PROMISE).not.toBe(0);
    }
  });

  it('is visible to the next execution on the other cpu, which acknowledges it', () => {
    on(1, (c) => c.execute(UNIT, 1));
    patch(1);
    on(0, (c) => c.promise(UNIT));
    expect(on(1, (c) => c.execute(UNIT, 10))).toBe(10);
    expect(machine.words[machine.hw.cpu.doorbell(1)]! & NOTICE_PROMISE).toBe(0);
    const [cpu, , unit, version, promised, count, value] = eventsOf('execute').at(-1)!;
    expect({ cpu, unit, version, promised, count, value }).toEqual({
      cpu: 1,
      unit: UNIT,
      version: 0,
      promised: 1,
      count: 10,
      value: immediateOf(0),
    });
  });

  it('does not swallow an interrupt that waits beside it', () => {
    on(0, (c) => c.promise(UNIT));
    on(0, (c) => c.sendIpi(1, IRQ_RESCHEDULE));
    expect(on(1, (c) => c.execute(UNIT, 10))).toBe(0);
    expect(machine.words[machine.hw.cpu.doorbell(1)]).toBe(IRQ_RESCHEDULE);
    expect(eventsOf('execute')).toEqual([]);
  });
});

describe('an execution', () => {
  beforeEach(() => boot('x86-64'));

  it('is counted, and reported with the version that really ran', () => {
    patch(2);
    on(0, (c) => c.execute(UNIT, 1));
    expect(on(0, (c) => c.execute(UNIT, 40))).toBe(40);
    expect(counter('calls')).toBe(41);
    expect(eventsOf('execute').map((event) => [event[3], event[5]])).toEqual([
      [2, 1],
      [2, 40],
    ]);
  });

  it('of bytes that were never a version says so', () => {
    storeVersion(machine, UNIT, 9); // stored, and not issued
    on(0, (c) => c.execute(UNIT, 1));
    expect(eventsOf('execute')[0]![3]).toBe(NO_VERSION);
  });

  it('of bytes that are no code is a fault of this cpu, and no call', () => {
    storeBytes(machine, UNIT, machine.units[UNIT]!.siteOffset - 1, [0xff]);
    expect(on(1, (c) => c.execute(UNIT, 5))).toBe(EXECUTE_FAULT);
    expect(eventsOf('fault')).toMatchObject([[{ cpu: 1, unit: UNIT }]]);
    expect([counter('calls', 1), eventsOf('execute').length]).toEqual([0, 0]);
  });
});

describe('an execution of which the version is wanted', () => {
  const BREAKPOINT_AT = (): number => machine.units[UNIT]!.breakpointAt!;

  beforeEach(() => boot('x86-64', [], 'breakpoint'));

  it('gives the version, NO_VERSION for bytes of none', () => {
    expect(on(0, (c) => c.executeOnce(UNIT))).toBe(0);
    patch(2);
    expect(on(0, (c) => c.executeOnce(UNIT))).toBe(0);
    expect(on(1, (c) => c.executeOnce(UNIT))).toBe(2);
    storeVersion(machine, UNIT, 9); // stored, and not issued
    machine.fetchPaths[0]!.serialize();
    expect(on(0, (c) => c.executeOnce(UNIT))).toBe(NO_VERSION);
    expect([counter('calls', 0), counter('calls', 1)]).toEqual([3, 1]);
  });

  it('is not made where an interrupt comes first', () => {
    on(0, (c) => c.executeOnce(UNIT));
    on(0, (c) => c.sendIpi(0, IRQ_RESCHEDULE));
    expect(on(0, (c) => c.executeOnce(UNIT))).toBe(EXECUTE_NOT_MADE);
    expect(counter('calls')).toBe(1);
  });

  it('of a breakpoint is a trap and no fault, whatever stands behind it; of one decoded before it was set, none', () => {
    on(0, (c) => c.executeOnce(UNIT));
    storeBytes(machine, UNIT, BREAKPOINT_AT(), [BREAKPOINT]);
    expect(on(0, (c) => c.executeOnce(UNIT))).toBe(0);
    expect(on(1, (c) => c.executeOnce(UNIT))).toBe(EXECUTE_BREAKPOINT);
    storeBytes(machine, UNIT, BREAKPOINT_AT() + 1, [0xff]);
    machine.fetchPaths[0]!.serialize();
    expect(on(0, (c) => c.execute(UNIT, 3))).toBe(EXECUTE_BREAKPOINT);
    expect(eventsOf('fault')).toEqual([]);
    on(0, (c) => c.unexpectedBreakpoint(UNIT));
    expect(eventsOf('fault')).toMatchObject([[{ cpu: 0, unit: UNIT }]]);
  });
});

describe('core serialization', () => {
  /** What the cpu runs after a patch and `build`. */
  async function runsAfter(
    arch: string,
    build: (c: Processor) => Access,
    without: readonly string[] = [],
  ): Promise<number> {
    await boot(arch, without);
    on(0, (c) => c.execute(UNIT, 1));
    patch(1);
    machine.code.clean(Math.floor(machine.units[UNIT]!.siteOffset / LINE_BYTES));
    for (const cpu of [0, 1]) {
      machine.code.invalidate(cpu, Math.floor(machine.units[UNIT]!.siteOffset / LINE_BYTES));
    }
    on(0, build);
    on(0, (c) => c.execute(UNIT, 1));
    return versionOf(cpus[0]!.userCode.lastValue(UNIT), 1);
  }
  const OLD = 0;
  const NEW = 1;
  const syscallReturn = (c: Processor): Access => c.returnToUser(RETURN_KIND.syscall, FIRST);
  const interruptReturn = (c: Processor): Access => c.returnToUser(RETURN_KIND.interrupt, FIRST);
  const otherSpace = (c: Processor): Access => c.writeCr(1, FIRST);

  it.each([
    ['x86-64', 'SYSRET', syscallReturn, OLD],
    ['x86-64', 'IRET', interruptReturn, NEW],
    ['x86-64', 'a CR3 write', otherSpace, NEW],
    ['arm64-a00', 'ERET from a system call', syscallReturn, NEW],
    ['arm64-a00', 'ERET from an interrupt', interruptReturn, NEW],
    ['arm64-a00', 'another TTBR', otherSpace, OLD],
    ['arm64-a11', 'another TTBR', otherSpace, OLD],
    ['x86-64', 'sync_core()', (c: Processor): Access => c.syncCore(FIRST), NEW],
    ['x86-64', 'CPUID', (c: Processor): Access => c.serialize(FIRST), NEW],
    ['x86-64', 'a memory barrier', (c: Processor): Access => c.fence(FIRST), OLD],
    ['x86-64', 'a locked instruction', (c: Processor): Access => c.or(c.hw.cpu.progress(0), 0), OLD],
  ] as const)('%s: after %s', async (arch, _what, build, expected) => {
    expect(await runsAfter(arch, build)).toBe(expected);
  });

  it('is reported with the id of its point', async () => {
    await runsAfter('x86-64', (c) => c.syncCore(SECOND));
    expect(eventsOf('serialize')).toEqual([[0, 'second']]);
    expect(counter('syncCore')).toBe(1);
  });

  it('--without removes the point: nothing happens, nothing is reported, nothing is counted', async () => {
    expect(await runsAfter('x86-64', (c) => c.syncCore(SECOND), ['second'])).toBe(OLD);
    expect(eventsOf('serialize')).toEqual([]);
    expect(counter('syncCore')).toBe(0);
  });

  it('--without leaves the other points alone', async () => {
    expect(await runsAfter('x86-64', (c) => c.syncCore(FIRST), ['second'])).toBe(NEW);
  });

  it('--without of a return: the task returns, without the serialization', async () => {
    expect(await runsAfter('x86-64', interruptReturn, ['first'])).toBe(OLD);
    expect(counter('interruptReturns')).toBe(1);
  });
});

describe('cache maintenance', () => {
  it('a broadcast invalidate reaches every cpu', async () => {
    await boot('arm64-a00');
    for (const cpu of [0, 1]) on(cpu, (c) => c.execute(UNIT, 1));
    patch(1);
    const line = Math.floor(machine.units[UNIT]!.siteOffset / LINE_BYTES);
    on(0, (c) => c.cleanLine(line));
    on(0, (c) => c.invalidateLine(line));
    for (const cpu of [0, 1]) {
      on(cpu, (c) => c.syncCore(FIRST));
      on(cpu, (c) => c.execute(UNIT, 1));
    }
    expect(cpus.map((c) => versionOf(c.userCode.lastValue(UNIT), 1))).toEqual([1, 1]);
    expect([counter('lineCleans'), counter('lineInvalidates')]).toEqual([1, 1]);
  });

  it('evidence: the four stations as this cpu has them, each with its own bytes', async () => {
    await boot('arm64-a00');
    const [c] = cpus as [Processor];
    on(0, (cpu) => cpu.execute(UNIT, 1));
    const line = Math.floor(machine.units[UNIT]!.siteOffset / LINE_BYTES);
    const old = c.evidence(UNIT).memory;
    patch(1);
    on(0, (cpu) => cpu.cleanLine(line));
    patch(2);
    const { memory, pou, icache, decoded } = c.evidence(UNIT);
    expect([icache, decoded]).toEqual([old, old]);
    expect(pou).not.toEqual(old);
    expect(memory).not.toEqual(old);
    expect(memory).not.toEqual(pou);
  });
});

describe('counters', () => {
  it('each has a word of its own in every cpu', async () => {
    await boot('x86-64');
    const addresses = [0, 1].flatMap((cpu) => COUNTERS.map((_, i) => machine.hw.counter(cpu, i)));
    expect(new Set(addresses).size).toBe(2 * COUNTERS.length);
    cpus[1]!.countBy('patches', 3);
    cpus[1]!.count('patches');
    expect([counter('patches', 0), counter('patches', 1)]).toEqual([0, 4]);
  });
});
