/** A thread on which the host is measured: the jobs it does, by name, and what each gives back. */
import { pinnedTo } from './hostCpus.js';
import { type HostKernel, openHostKernel } from './hostKernel.js';
import { measureInstructions } from './instructionLoops.js';
import { type MembarrierPlan, measureMembarrier, spinUntilSet } from './membarrierBlocks.js';
import { echoThroughPipes, type Pipes, sendThroughPipes } from './pipePingPong.js';
import { measureSystemCall } from './systemCall.js';
import { answer, type Ringing, ring } from './wordPingPong.js';

/** Throws where there is none. */
type Kernel = () => HostKernel;

const JOBS = {
  ring: ({ words, ringing }: { readonly words: Int32Array; readonly ringing: Ringing }) =>
    ring(words, ringing),
  answer: ({ words }: { readonly words: Int32Array }) => answer(words),
  instructions: ({ module, blocks }: { readonly module: WebAssembly.Module; readonly blocks: number }) =>
    measureInstructions(module, blocks),
  systemCall: ({ blocks }: { readonly blocks: number }, kernel: Kernel) =>
    measureSystemCall(kernel(), blocks),
  send: ({ pipes, blocks }: { readonly pipes: Pipes; readonly blocks: number }, kernel: Kernel) =>
    sendThroughPipes(kernel(), pipes, blocks),
  echo: ({ pipes }: { readonly pipes: Pipes }, kernel: Kernel) => echoThroughPipes(kernel(), pipes),
  membarrier: ({ plan }: { readonly plan: MembarrierPlan }, kernel: Kernel) =>
    measureMembarrier(kernel(), plan),
  spin: ({ word }: { readonly word: Int32Array }) => spinUntilSet(word),
} as const;

type Jobs = typeof JOBS;
export type JobName = keyof Jobs;
export type JobInput<Name extends JobName> = Parameters<Jobs[Name]>[0];
export type JobOutcome<Name extends JobName> = ReturnType<Jobs[Name]>;

export interface HostJob {
  readonly does: JobName;
  readonly input: JobInput<JobName>;
  /** The cpu to do it on, for which FFI is needed; any where left out. */
  readonly cpu: number | undefined;
}

export async function runOnHost({ does, input, cpu }: HostJob): Promise<JobOutcome<JobName>> {
  const found = await openHostKernel();
  const kernel: Kernel = () => {
    if ('unavailable' in found) throw new Error(found.unavailable);
    return found;
  };
  const job = JOBS[does] as (input: unknown, kernel: Kernel) => JobOutcome<JobName>;
  return cpu === undefined ? job(input, kernel) : pinnedTo(kernel(), cpu, () => job(input, kernel));
}
