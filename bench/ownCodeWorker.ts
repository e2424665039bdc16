/** The worker thread of bench/ownCode.ts: measures, and sends every sample back. */
import { parentPort, workerData } from 'node:worker_threads';
import { LayoutBuilder } from '../src/base/layout.js';
import { Random } from '../src/base/random.js';
import { loadRunLoop } from '../src/engines/runLoop.js';
import { prepareSituation } from '../src/engines/situation.js';
import { CodeMemory } from '../src/hw/codeMemory.js';
import { FetchPath } from '../src/hw/fetchPath.js';
import { declareHw } from '../src/hw/layout.js';
import { OutlinedCode } from '../src/hw/outlinedCode.js';
import { packageFile, readPackageText } from '../src/jit/packageFile.js';
import { versionAt } from '../src/jit/version.js';
import { assembleOwn } from '../src/jit/wabt.js';
import { allocateMemory } from '../src/kernel/boot.js';
import { type Caller, nsPerCall, warmUp } from './harness/caller.js';
import { collectPairs, type Pair } from './harness/pairs.js';

export interface OwnCodePlan {
  readonly pairs: number;
  readonly seed: number;
  readonly samples: readonly string[];
}

/** By sample; in each pair `a` is bare, `b` is sandboxed, in nanoseconds per call. */
export type OwnCodeSamples = Readonly<Record<string, readonly Pair[]>>;

const CPU = 0;
const WARMUP_PAIRS = 5;

/** The same file without the sandbox: annotations are comments, the constants stay. */
async function bareCaller(path: string): Promise<Caller> {
  const bytes = await assembleOwn(path, await readPackageText(path));
  const run = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.run as () => unknown;
  return (calls) => {
    for (let left = calls; left > 0; left--) run();
  };
}

/** A cpu of the threads engine without a kernel: its fetch path, and the function over it. */
async function sandboxedCaller(path: string): Promise<Caller> {
  const { program, images, spec, profile } = await prepareSituation({ scenario: packageFile(path).pathname });
  const { units, codeBytes } = spec;
  const builder = new LayoutBuilder();
  const layout = declareHw(builder, profile, { cpus: 1, units: units.length, codeBytes });
  const memory = allocateMemory(builder.byteLength);
  const code = new CodeMemory(layout, memory.buffer as unknown as SharedArrayBuffer);
  for (const [index, { offset }] of units.entries()) code.map(offset, images[index]!.bytes);
  const fetchPath = new FetchPath(CPU, layout, memory, code, units, await loadRunLoop());
  const outlined = new OutlinedCode({
    cpu: CPU,
    layout,
    memory,
    path: fetchPath,
    program: program!,
    versionAt,
  });
  const observer = { executed: () => {}, attend: () => {} };
  return (calls) => {
    for (let left = calls; left > 0; left--) outlined.call(0, observer);
  };
}

async function measure({ pairs, seed, samples }: OwnCodePlan): Promise<OwnCodeSamples> {
  const random = new Random(seed);
  const measured: Record<string, readonly Pair[]> = {};
  for (const sample of samples) {
    const path = `wasm/${sample}.wat`;
    const bare = await bareCaller(path);
    const sandboxed = await sandboxedCaller(path);
    const calls = Math.max(warmUp(bare), warmUp(sandboxed));
    const once = (caller: Caller) => (): number => nsPerCall(caller, calls);
    measured[sample] = collectPairs({
      pairs,
      warmupPairs: WARMUP_PAIRS,
      random,
      a: once(bare),
      b: once(sandboxed),
    });
  }
  return measured;
}

parentPort!.postMessage(await measure(workerData as OwnCodePlan));
