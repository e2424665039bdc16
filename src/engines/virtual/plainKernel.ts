/** The kernel as plain functions, derived from its only source: each `yield` becomes a call that performs the access at
 *  once, each `yield*` an ordinary call. For stretches in which nobody else can run, this is the same kernel without the
 *  price of suspending at every access; tests compare the two, word for word.
 *
 *  There are two of them. One is for any machine; a machine that runs for long gets one of its own, in which addresses,
 *  configuration and costs are numbers.
 *  It reads the built JavaScript: see plainText.ts.
 *  Limit: a routine that has to wait in the middle cannot be run this way; the engine knows which. */
import { readFileSync } from 'node:fs';
import type { Routine } from '../../hw/access.js';
import type { ArchitectureProfile } from '../../hw/profile.js';
import { packageFile } from '../../jit/packageFile.js';
import { userMode } from '../../jit/userMode.js';
import type { Cpu, CpuParts } from '../../kernel/cpu.js';
import { interruptFromKernel } from '../../kernel/interrupt.js';
import type { KernelConfig } from '../../kernel/kernelConfig.js';
import type { KernelDimensions, KernelLayout } from '../../kernel/layout.js';
import type { SerializationPolicy } from '../../kernel/serializationPolicy.js';
import { accessTexts, lumpText } from './plainAccess.js';
import { type KnownMachine, type PlainModule, plainModule } from './plainText.js';
import { turnWithoutWaiting } from './turns.js';
import { VirtualCpu } from './virtualCpu.js';

export interface PlainKernel {
  /** See `turnWithoutWaiting`. */
  readonly turn: (c: VirtualCpu) => boolean;
  readonly interruptFromKernel: (c: VirtualCpu) => void;
  /** For the `Cpu` that plain code runs on, in the types of the original. */
  readonly policy: SerializationPolicy;
  readonly userMode: CpuParts['userMode'];
}

/** The same from the generators themselves, which the plain kernel is held to. */
export function suspendingKernel(policy: SerializationPolicy): PlainKernel {
  const toTheEnd = <Result>(c: VirtualCpu, routine: Routine<Result>): Result => {
    let step = routine.next(0);
    while (!step.done) step = routine.next(c.do(step.value));
    return step.value;
  };
  return {
    turn: (c) => toTheEnd(c, turnWithoutWaiting(c)),
    interruptFromKernel: (c) => toTheEnd(c, interruptFromKernel(c)),
    policy,
    userMode,
  };
}

const BUILT = 'dist/src/';

/** What the text of a specialized kernel depends on. */
export interface MachineKind {
  readonly layout: KernelLayout;
  /** The rest is data, and decides about the layout as well. */
  readonly dimensions: KernelDimensions;
  readonly config: KernelConfig;
  readonly profile: ArchitectureProfile;
  /** Of accesses, by kind. */
  readonly costs: readonly number[];
}

type Exports = Readonly<Record<string, unknown>>;

/* The kernel keeps nothing outside the machine's buffer, so the machines of a process share it. */
const modules = new Map<string, Exports>();
const specialized = new Map<string, Map<string, Exports>>();

/** For any machine. */
export function plainKernel(policy: string): PlainKernel {
  return load(policy, ANY_MACHINE, modules);
}

/** For machines of one kind: about twice as fast, but it takes a tenth of a second until it is, so that a short run has
 *  nothing from it. Kept for the machines of that kind to come. */
export function specializedKernel(policy: string, { layout, ...kind }: MachineKind): PlainKernel {
  const key = JSON.stringify(kind);
  const own = specialized.get(key) ?? new Map<string, Exports>();
  specialized.set(key, own);
  const { config, profile, costs } = kind;
  const { access, call } = accessTexts({ costs, counter: layout.hw.counter });
  const cpu = { kernel: layout, hw: layout.hw, config, profile };
  return load(policy, { cpu, prototype: VirtualCpu.prototype, access, call }, own);
}

const ANY_MACHINE: KnownMachine = {
  cpu: {},
  prototype: VirtualCpu.prototype,
  access: (method, args) =>
    `${method}Now` in VirtualCpu.prototype ? { expression: `c.${method}Now(${args.join(', ')})` } : undefined,
  call: (method, [counter]) => (method === 'count' ? lumpText(counter!) : undefined),
};

function load(policy: string, machine: KnownMachine, loaded: Map<string, Exports>): PlainKernel {
  const exportsOf = (path: string): Exports => {
    let exported = loaded.get(path);
    if (!exported) {
      const text = readFileSync(packageFile(BUILT + path), 'utf8');
      const imported = (specifier: string): Exports => exportsOf(resolve(path, specifier));
      exported = evaluate(plainModule(text, machine, imported), imported);
      loaded.set(path, exported);
    }
    return exported;
  };
  const handle = exportsOf('kernel/interrupt.js').interruptFromKernel as PlainKernel['interruptFromKernel'];
  return {
    turn: exportsOf('engines/virtual/turns.js').turnWithoutWaiting as PlainKernel['turn'],
    interruptFromKernel: (c) => {
      handle(c);
      c.settle();
    },
    policy: exportsOf(`policies/${policy}.js`).policy as SerializationPolicy,
    userMode: exportsOf('jit/userMode.js').userMode as (c: Cpu) => Routine<never>,
  };
}

function resolve(from: string, specifier: string): string {
  if (!specifier.startsWith('.'))
    throw new Error(`the kernel imports ${specifier}, which is no file of its own`);
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

/** Runs the text of a module. @returns its exports. */
function evaluate({ body, exported }: PlainModule, imported: (specifier: string) => Exports): Exports {
  return new Function('imported', `'use strict';\n${body}\nreturn { ${exported.join(', ')} };`)(imported);
}
