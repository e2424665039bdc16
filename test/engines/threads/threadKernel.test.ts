import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPolicy, policyNames, profileNames } from '../../../src/engines/catalogue.js';
import { loadRunLoop } from '../../../src/engines/runLoop.js';
import { kernelTexts, textsForRun } from '../../../src/engines/threads/kernelTexts.js';
import { QUANTUM, Stopped, ThreadCpu, type ThreadCpuParts } from '../../../src/engines/threads/threadCpu.js';
import {
  plainKernel,
  suspendingKernel,
  type ThreadKernel,
} from '../../../src/engines/threads/threadKernel.js';
import { ACCESS, type Access, argumentOf, kindOf } from '../../../src/hw/access.js';
import { CodeMemory } from '../../../src/hw/codeMemory.js';
import {
  IRQ_CALL_FUNCTION,
  IRQ_MASK,
  IRQ_RESCHEDULE,
  IRQ_TIMER,
  NOTICE_PROMISE,
  NOTICE_STOP,
} from '../../../src/hw/doorbell.js';
import { FetchPath } from '../../../src/hw/fetchPath.js';
import { versionOf } from '../../../src/jit/version.js';
import { allocateMemory, boot, declareMachine, orderingPoints } from '../../../src/kernel/boot.js';
import { TASK_MODE, TIF_NEED_RESCHED } from '../../../src/kernel/task.js';
import type { EventSink } from '../../../src/trace/events.js';
import { type MixParts, partsOfMix } from '../../properties/mixMachine.js';
import { taskMixes } from '../../properties/taskMix.js';

const RUNS = 100;
/** A run of more accesses than this ends, as if it had been told to. */
const MOST_ACCESSES = 20_000;

/** What others do to the cpu just before its nth access. */
interface Disturbance {
  readonly at: number;
  readonly rings: number;
  /** Somebody else wants it to schedule. */
  readonly reschedules: boolean;
}

const DISTURBANCES = fc.array(
  fc.record({
    at: fc.nat({ max: 500 }),
    rings: fc.constantFrom(IRQ_CALL_FUNCTION, IRQ_RESCHEDULE, IRQ_TIMER, NOTICE_PROMISE),
    reschedules: fc.boolean(),
  }),
  { maxLength: 30, size: 'max' },
);
const STOPS_AT = fc.option(fc.nat({ max: 100 }), { freq: 2 });

/** Cpu 0 alone in its thread, disturbed at chosen accesses; the others never run, and what it waits for comes true when
 *  it looks again. */
class DisturbedCpu extends ThreadCpu {
  /** Each access, its operand and, behind what happened in between, its result. */
  readonly log: number[] = [];
  readonly interruptedIn = new Set<number>();
  waitsInterrupted = 0;
  readonly #disturbances: readonly Disturbance[];
  readonly #stopsAt: number;
  #accesses = 0;
  #waitsFor = -1;

  constructor(
    parts: ThreadCpuParts,
    kernel: ThreadKernel,
    disturbances: readonly Disturbance[],
    stopsAt: number,
  ) {
    super(parts, kernel, 'own');
    this.#disturbances = disturbances;
    this.#stopsAt = stopsAt;
  }

  override do(access: Access): number {
    const { operand } = this;
    this.log.push(access, operand);
    this.#disturb(this.#accesses++);
    if (kindOf(access) === ACCESS.waitAtLeast) this.#fulfil(argumentOf(access), operand);
    if (kindOf(access) === ACCESS.halt && !this.#isInterrupted) this.#ring(NOTICE_STOP);
    const wasInterrupted = this.#isInterrupted && this.interruptsEnabled;
    if (wasInterrupted) this.interruptedIn.add(kindOf(access));
    const result = super.do(access);
    if (wasInterrupted && kindOf(access) === ACCESS.waitAtLeast) this.waitsInterrupted++;
    this.log.push(result);
    return result;
  }

  #disturb(access: number): void {
    for (const { at, rings, reschedules } of this.#disturbances) {
      if (at !== access) continue;
      if (reschedules) this.words[this.kernel.task.flags(this.current)]! |= TIF_NEED_RESCHED;
      this.#ring(rings);
    }
    if (access === this.#stopsAt || access === MOST_ACCESSES) this.#ring(NOTICE_STOP);
  }

  #fulfil(address: number, value: number): void {
    if (this.words[address]! >= value) return;
    if (this.#waitsFor === address) this.words[address] = value;
    else this.#ring(IRQ_TIMER);
    this.#waitsFor = address;
  }

  #ring(bits: number): void {
    this.words[this.hw.cpu.doorbell(this.id)]! |= bits;
  }

  get #isInterrupted(): boolean {
    return (this.words[this.hw.cpu.doorbell(this.id)]! & IRQ_MASK) !== 0;
  }
}

/** Where two lists differ first; to compare them as they are takes long. */
function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number | undefined {
  for (let i = 0; i < Math.max(a.length, b.length); i++) if (a[i] !== b[i]) return i;
  return undefined;
}

const runLoop = await loadRunLoop();

const NO_SINK: EventSink = {
  promise: () => {},
  execute: () => {},
  serialize: () => {},
  barrierEntered: () => {},
  barrierReturned: () => {},
  fault: () => {},
};

function disturbed(
  { spec, images }: MixParts,
  kernel: ThreadKernel,
  disturbances: readonly Disturbance[],
  stopsAt: number,
): DisturbedCpu {
  const layout = declareMachine(spec);
  const { hw } = layout.kernel;
  const memory = allocateMemory(layout.byteLength);
  const buffer = memory.buffer as unknown as SharedArrayBuffer;
  boot(spec, layout, buffer, images);
  const code = new CodeMemory(hw, buffer);
  const parts: ThreadCpuParts = {
    id: 0,
    hw,
    kernel: layout.kernel,
    profile: spec.profile,
    words: new Int32Array(buffer),
    code,
    userCode: new FetchPath(0, hw, memory, code, spec.units, runLoop),
    units: spec.units,
    points: orderingPoints(spec.config, spec.without),
    sink: NO_SINK,
    callUnit: (userCode, unit, times) => userCode.execute(unit, Math.min(times, QUANTUM.own)),
    versionOf,
    config: spec.config,
  };
  const c = new DisturbedCpu(parts, kernel, disturbances, stopsAt);
  expect(() => {
    for (;;) c.turn();
  }).toThrow(Stopped);
  return c;
}

describe('the kernel as plain code on a thread', () => {
  it('makes the accesses of the generators, and is interrupted and stopped where they are', async () => {
    const plain = new Map<string, ThreadKernel>();
    for (const name of policyNames()) plain.set(name, plainKernel(await kernelTexts(name)));
    const interruptedIn = new Set<number>();
    let accesses = 0;
    let waitsInterrupted = 0;
    const stoppedIn = new Set<number>();
    const stoppedBefore = new Set<number>();
    const mixes = taskMixes({ arches: profileNames(), policies: policyNames() });
    await fc.assert(
      fc.asyncProperty(mixes, DISTURBANCES, STOPS_AT, async (mix, disturbances, stopsAt) => {
        const parts = await partsOfMix(mix);
        const run = (kernel: ThreadKernel): DisturbedCpu =>
          disturbed(parts, kernel, disturbances, stopsAt ?? -1);
        const suspending = run(suspendingKernel(await loadPolicy(mix.policy)));
        const called = run(plain.get(mix.policy)!);
        expect(firstDifference(called.log, suspending.log)).toBeUndefined();
        expect(firstDifference(called.words, suspending.words)).toBeUndefined();
        accesses += called.log.length;
        waitsInterrupted += called.waitsInterrupted;
        for (const kind of called.interruptedIn) interruptedIn.add(kind);
        if (stopsAt === null) return;
        stoppedIn.add(called.get(called.kernel.task.mode(called.current)));
        stoppedBefore.add(kindOf(called.log.at(-2)!));
      }),
      { numRuns: RUNS, seed: 1 },
    );
    expect(accesses).toBeGreaterThan(100 * RUNS);
    expect(waitsInterrupted).toBeGreaterThan(10);
    for (const mode of Object.values(TASK_MODE)) expect(stoppedIn).toContain(mode);
    // The last of them while a lock is held.
    for (const kind of [ACCESS.load, ACCESS.store, ACCESS.unlock]) expect(stoppedBefore).toContain(kind);
    for (const kind of [ACCESS.load, ACCESS.store, ACCESS.or, ACCESS.fence, ACCESS.waitAtLeast]) {
      expect(interruptedIn).toContain(kind);
    }
  });
});

describe('the texts of a run', () => {
  it('are made for a policy of a file, and once they are there, for short runs too', async () => {
    const policy = await loadPolicy('mainline');
    const texts = await textsForRun(policy, 1_000_000);
    expect(texts!.modules.map(({ path }) => path)).toContain(texts!.policy);
    expect(await textsForRun(policy, 1)).toBe(texts);
  });

  it('are none for a policy that was made elsewhere, whatever it is called', async () => {
    expect(await textsForRun({ ...(await loadPolicy('mainline')) }, 1_000_000)).toBeUndefined();
  });
});
