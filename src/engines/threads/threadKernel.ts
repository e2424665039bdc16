/** The kernel as the cpus of threads run it: each routine is called, and has come to its end when the call returns.
 *
 *  It is the generators of the kernel, driven; or the same as plain code that was derived from them (kernelTexts.ts), where an
 *  access is a call and does not suspend every routine that is under way. */
import { userMode } from '../../jit/userMode.js';
import type { CpuParts } from '../../kernel/cpu.js';
import { cpuTurn } from '../../kernel/cpuLoop.js';
import { interruptFromKernel, interruptInFrame } from '../../kernel/interrupt.js';
import type { SerializationPolicy } from '../../kernel/serializationPolicy.js';
import { evaluateModules, type ModuleText } from '../plain/moduleText.js';
import { toTheEnd } from '../plain/toTheEnd.js';
import type { ThreadCpu } from './threadCpu.js';

export interface ThreadKernel {
  /** See cpuLoop.ts. */
  readonly turn: (c: ThreadCpu) => void;
  readonly interruptFromKernel: (c: ThreadCpu) => void;
  readonly interruptInFrame: (c: ThreadCpu) => void;
  /** For the cpu that runs it, in the types of the original. */
  readonly policy: SerializationPolicy;
  readonly userMode: CpuParts['userMode'];
}

/** The generators, each driven to its end. */
export function suspendingKernel(policy: SerializationPolicy): ThreadKernel {
  return {
    turn: (c) => toTheEnd(c, cpuTurn(c)),
    interruptFromKernel: (c) => toTheEnd(c, interruptFromKernel(c)),
    interruptInFrame: (c) => toTheEnd(c, interruptInFrame(c)),
    policy,
    userMode,
  };
}

/** What a plain kernel is made of; plain data, so that one thread makes it and every cpu of the run gets it. */
export interface KernelTexts {
  readonly modules: readonly ModuleText[];
  /** Path of the policy among them. */
  readonly policy: string;
}

/** Where what a cpu calls stands in the built kernel, below src. */
export const KERNEL_PATHS = {
  cpuLoop: 'kernel/cpuLoop.js',
  interrupt: 'kernel/interrupt.js',
  userMode: 'jit/userMode.js',
} as const;

/* By policy. The kernel keeps nothing outside the machine's buffer, so the runs of a thread share it. */
const evaluated = new Map<string, ThreadKernel>();

export function plainKernel(texts: KernelTexts): ThreadKernel {
  let kernel = evaluated.get(texts.policy);
  if (!kernel) {
    kernel = kernelOf(texts);
    evaluated.set(texts.policy, kernel);
  }
  return kernel;
}

function kernelOf({ modules, policy }: KernelTexts): ThreadKernel {
  const exportsOf = evaluateModules(modules);
  const interrupt = exportsOf(KERNEL_PATHS.interrupt);
  return {
    turn: exportsOf(KERNEL_PATHS.cpuLoop).cpuTurn,
    interruptFromKernel: interrupt.interruptFromKernel,
    interruptInFrame: interrupt.interruptInFrame,
    policy: exportsOf(policy).policy,
    userMode: exportsOf(KERNEL_PATHS.userMode).userMode,
  } as ThreadKernel;
}
