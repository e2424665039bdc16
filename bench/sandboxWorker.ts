/** The worker thread of bench/sandbox.ts: measures, and sends every sample back. */
import { parentPort, workerData } from 'node:worker_threads';
import { LayoutBuilder } from '../src/base/layout.js';
import { Random } from '../src/base/random.js';
import { loadProfile } from '../src/engines/catalogue.js';
import { CodeMemory } from '../src/hw/codeMemory.js';
import { FetchPath } from '../src/hw/fetchPath.js';
import { declareHw } from '../src/hw/layout.js';
import { UNIT_EXPORT } from '../src/hw/unitCompiler.js';
import type { UnitPlacement } from '../src/hw/unitPlacement.js';
import { emitFetchUnits, type FetchUnit } from '../src/jit/fetchUnit.js';
import { readPackageText } from '../src/jit/packageFile.js';
import { assembleWat } from '../src/jit/wabt.js';
import { allocateMemory } from '../src/kernel/boot.js';
import { type Caller, nsPerCall, warmUp } from './harness/caller.js';
import { collectPairs, type Pair } from './harness/pairs.js';
import { median } from './harness/statistics.js';

export interface SandboxPlan {
  readonly pairs: number;
  readonly seed: number;
}

/** In each pair `a` is bare, `b` is sandboxed, in nanoseconds per call. */
export interface SandboxSamples {
  readonly empty: readonly Pair[];
  readonly work: readonly Pair[];
  /** Bare on both sides. */
  readonly sameTwice: readonly Pair[];
  readonly iterations: number;
  readonly enterNs: readonly number[];
}

type BareLoop = (slot: number, times: number) => number;

const WORK_NS = 20;
const WARMUP_PAIRS = 5;
const CPU = 0;

async function moduleOf(path: string): Promise<WebAssembly.Module> {
  return new WebAssembly.Module(await assembleWat(path, await readPackageText(path)));
}

async function unitWith(iterations: number): Promise<FetchUnit> {
  const [unit] = await emitFetchUnits([{ name: 'unit', placement: 'within-word', work: { iterations } }]);
  return unit!;
}

function bareCaller(loop: WebAssembly.Module, unit: FetchUnit): Caller {
  const table = new WebAssembly.Table({ element: 'anyfunc', initial: 1 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(unit.bytes));
  table.set(0, instance.exports[UNIT_EXPORT] as () => number);
  const run = new WebAssembly.Instance(loop, { cpu: { table } }).exports.run as BareLoop;
  return (calls) => run(0, calls);
}

/** A cpu with nothing but this unit in its code memory. */
async function sandboxedCaller(loop: WebAssembly.Module, unit: FetchUnit): Promise<Caller> {
  const placement: UnitPlacement = { ...unit, offset: 0, length: unit.bytes.length };
  const builder = new LayoutBuilder();
  const layout = declareHw(builder, await loadProfile('x86-64'), {
    cpus: 1,
    units: 1,
    codeBytes: unit.bytes.length,
  });
  const memory = allocateMemory(builder.byteLength);
  const code = new CodeMemory(layout, memory.buffer as unknown as SharedArrayBuffer);
  code.map(0, unit.bytes);
  const fetchPath = new FetchPath(CPU, layout, memory, code, [placement], loop);
  return (calls) => {
    for (let left = calls; left > 0; ) left -= fetchPath.execute(0, left);
  };
}

function steadyNs(caller: Caller): number {
  const calls = warmUp(caller);
  return median(Array.from({ length: 15 }, () => nsPerCall(caller, calls)));
}

/** How many iterations take WORK_NS more than none, called bare. */
async function calibrate(bareLoop: WebAssembly.Module): Promise<number> {
  const emptyNs = steadyNs(bareCaller(bareLoop, await unitWith(0)));
  let iterations = 1000;
  for (let round = 0; round < 4; round++) {
    const ns = steadyNs(bareCaller(bareLoop, await unitWith(iterations))) - emptyNs;
    iterations = Math.max(1, Math.round((iterations * WORK_NS) / ns));
  }
  return iterations;
}

async function measure({ pairs, seed }: SandboxPlan): Promise<SandboxSamples> {
  const random = new Random(seed);
  const bareLoop = await moduleOf('wasm/bare-loop.wat');
  const runLoop = await moduleOf('wasm/run-loop.wat');
  const plan = { pairs, warmupPairs: WARMUP_PAIRS, random };
  const compare = async (iterations: number): Promise<Pair[]> => {
    const unit = await unitWith(iterations);
    const bare = bareCaller(bareLoop, unit);
    const sandboxed = await sandboxedCaller(runLoop, unit);
    const calls = Math.max(warmUp(bare), warmUp(sandboxed));
    return collectPairs({ ...plan, a: () => nsPerCall(bare, calls), b: () => nsPerCall(sandboxed, calls) });
  };
  const iterations = await calibrate(bareLoop);
  const empty = await compare(0);
  const work = await compare(iterations);

  const bare = bareCaller(bareLoop, await unitWith(iterations));
  const calls = warmUp(bare);
  const once = (): number => nsPerCall(bare, calls);
  const sameTwice = collectPairs({ ...plan, a: once, b: once });

  const single = await sandboxedCaller(runLoop, await unitWith(0));
  const oneByOne: Caller = (times) => {
    for (let i = 0; i < times; i++) single(1);
  };
  const entries = warmUp(oneByOne);
  const enterNs = Array.from({ length: pairs }, () => nsPerCall(oneByOne, entries));
  return { empty, work, sameTwice, iterations, enterNs };
}

parentPort!.postMessage(await measure(workerData as SandboxPlan));
