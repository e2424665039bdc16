/** The two worker threads of bench/doorbell.ts: one rings, the other answers. */
import { parentPort, workerData } from 'node:worker_threads';
import { LayoutBuilder, type Words } from '../src/base/layout.js';
import { CodeMemory } from '../src/hw/codeMemory.js';
import { IRQ_CALL_FUNCTION, IRQ_MASK } from '../src/hw/doorbell.js';
import { FetchPath } from '../src/hw/fetchPath.js';
import { declareHw, type HwLayout } from '../src/hw/layout.js';
import type { ArchitectureProfile } from '../src/hw/profile.js';
import type { UnitPlacement } from '../src/hw/unitPlacement.js';
import { nowNs } from './harness/clock.js';

export type DoorbellRole = 'ring' | 'answer';

export interface DoorbellPlan {
  readonly memory: WebAssembly.Memory;
  readonly profile: ArchitectureProfile;
  readonly placement: UnitPlacement;
  readonly runLoop: WebAssembly.Module;
  readonly samples: number;
  readonly rings: number;
}

interface DoorbellLayout {
  readonly hw: HwLayout;
  /** Counts the answers. */
  readonly answers: Words;
}

const ANSWERING_CPU = 1;
const WARMUP_RINGS = 20_000;
/** The answer is bounded: a bench that hangs says nothing. */
const MAX_SPINS = 2 ** 32;
const MANY_CALLS = 0x3fffffff;

export function declareDoorbellBench(
  builder: LayoutBuilder,
  profile: ArchitectureProfile,
  codeBytes: number,
): DoorbellLayout {
  return {
    hw: declareHw(builder, profile, { cpus: 2, units: 1, codeBytes }),
    answers: builder.words('answers', 1),
  };
}

function answer({ memory, placement, runLoop }: DoorbellPlan, { hw, answers }: DoorbellLayout): never {
  const buffer = memory.buffer as unknown as SharedArrayBuffer;
  const words = new Int32Array(buffer);
  const code = new CodeMemory(hw, buffer);
  const fetchPath = new FetchPath(ANSWERING_CPU, hw, memory, code, [placement], runLoop);
  const doorbell = hw.cpu.doorbell(ANSWERING_CPU);
  for (;;) {
    fetchPath.execute(0, MANY_CALLS);
    if (Atomics.and(words, doorbell, ~IRQ_MASK) & IRQ_MASK) Atomics.add(words, answers.at(0), 1);
  }
}

function ring({ memory, samples, rings }: DoorbellPlan, { hw, answers }: DoorbellLayout): number[] {
  const words = new Int32Array(memory.buffer as unknown as SharedArrayBuffer);
  const doorbell = hw.cpu.doorbell(ANSWERING_CPU);
  const counter = answers.at(0);
  const roundTrip = (): void => {
    const before = Atomics.load(words, counter);
    Atomics.or(words, doorbell, IRQ_CALL_FUNCTION);
    Atomics.notify(words, doorbell);
    let spins = 0;
    while (Atomics.load(words, counter) === before) {
      if (++spins > MAX_SPINS) throw new Error('the doorbell was never answered');
    }
  };
  for (let i = 0; i < WARMUP_RINGS; i++) roundTrip();
  return Array.from({ length: samples }, () => {
    const begun = nowNs();
    for (let i = 0; i < rings; i++) roundTrip();
    return (nowNs() - begun) / rings;
  });
}

/* The module is also loaded by the main thread, for the layout. */
if (parentPort) {
  const { role, plan } = workerData as { readonly role: DoorbellRole; readonly plan: DoorbellPlan };
  const layout = declareDoorbellBench(new LayoutBuilder(), plan.profile, plan.placement.length);
  if (role === 'answer') answer(plan, layout);
  parentPort.postMessage(ring(plan, layout));
}
