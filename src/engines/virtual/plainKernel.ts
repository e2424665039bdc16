/** The kernel as plain functions, derived from its only source: each `yield` becomes a call that performs the access at
 *  once, each `yield*` an ordinary call. For stretches in which nobody else can run, this is the same kernel without the
 *  price of suspending at every access; tests compare the two, word for word.
 *
 *  There are two of them. One is for any machine; a machine that runs for long gets one of its own, in which addresses,
 *  configuration and costs are numbers.
 *  It reads the built JavaScript: see plainText.ts.
 *  Limit: a routine that has to wait in the middle cannot be run this way; the engine knows which. */
import type { CycleCosts } from '../../hw/costProfile.js';
import type { ArchitectureProfile } from '../../hw/profile.js';
import { userMode } from '../../jit/userMode.js';
import type { CpuParts } from '../../kernel/cpu.js';
import { interruptFromKernel } from '../../kernel/interrupt.js';
import type { KernelConfig } from '../../kernel/kernelConfig.js';
import type { KernelDimensions, KernelLayout } from '../../kernel/layout.js';
import type { SerializationPolicy } from '../../kernel/serializationPolicy.js';
import { evaluate, resolveModule } from '../plain/moduleText.js';
import { plainProgram } from '../plain/plainModule.js';
import { PlainModules } from '../plain/plainModules.js';
import { toTheEnd } from '../plain/toTheEnd.js';
import { accessTexts, lumpText } from './plainAccess.js';
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
  return {
    turn: (c) => toTheEnd(c, turnWithoutWaiting(c)),
    interruptFromKernel: (c) => toTheEnd(c, interruptFromKernel(c)),
    policy,
    userMode,
  };
}

/** What the text of a specialized kernel depends on. */
export interface MachineKind {
  readonly layout: KernelLayout;
  /** The rest is data, and decides about the layout as well. */
  readonly dimensions: KernelDimensions;
  readonly config: KernelConfig;
  readonly profile: ArchitectureProfile;
  readonly costs: CycleCosts;
}

/* The kernel keeps nothing outside the machine's buffer, so the machines of a process share it. */
const modules = new PlainModules({
  cpu: {},
  prototype: VirtualCpu.prototype,
  access: (method, args) =>
    `${method}Now` in VirtualCpu.prototype ? { expression: `c.${method}Now(${args.join(', ')})` } : undefined,
  call: (method, [counter]) => (method === 'count' ? lumpText(counter!) : undefined),
});
const specialized = new Map<string, PlainKernel>();

/** Longest text of a routine that is written out in the place of a call. Of 4,000 to 60,000 characters this was the fastest
 *  on today's kernel: context_switch() is part of schedule() then, and schedule() is part of nothing. */
const LONGEST_WRITTEN_OUT = 8000;

/** What an engine asks for, each with the path of its module. */
const entriesOf = (policy: string) =>
  [
    ['engines/virtual/turns.js', 'turnWithoutWaiting'],
    ['kernel/interrupt.js', 'interruptFromKernel'],
    ['jit/userMode.js', 'userMode'],
    [`policies/${policy}.js`, 'policy'],
  ] as const;

/** For any machine.
 *  @param policy the file that it stands in, without its ending; so below. */
export function plainKernel(policy: string): PlainKernel {
  return kernelOf(entriesOf(policy).map(([path, name]) => modules.module(path).exports[name]));
}

/** For machines of one kind: faster once V8 has compiled it, which takes so long that a short run has nothing from it. Kept for the machines of that kind to come. */
export function specializedKernel(policy: string, kind: MachineKind): PlainKernel {
  const key = keyOf(policy, kind);
  let kernel = specialized.get(key);
  if (!kernel) {
    kernel = kernelFor(policy, kind);
    specialized.set(key, kernel);
  }
  return kernel;
}

/** Was it made for another machine of this kind? */
export function isSpecializedFor(policy: string, kind: MachineKind): boolean {
  return specialized.has(keyOf(policy, kind));
}

function keyOf(policy: string, { layout: _, ...kind }: MachineKind): string {
  return JSON.stringify([policy, kind]);
}

function kernelFor(policy: string, { layout, ...kind }: MachineKind): PlainKernel {
  const { config, profile, costs } = kind;
  const { access, call } = accessTexts({ costs, profile, counter: layout.hw.counter });
  const any = plainKernel(policy);
  const cpu = {
    kernel: layout,
    hw: layout.hw,
    config,
    profile,
    policy: any.policy,
    userMode: any.userMode,
  };
  const { body, names } = plainProgram(
    entriesOf(policy),
    { cpu, prototype: VirtualCpu.prototype, access, call },
    { module: (path) => modules.module(path), resolve: resolveModule },
    LONGEST_WRITTEN_OUT,
  );
  const text = `${body}\nreturn [${names.join(', ')}];`;
  return kernelOf(evaluate(text, (path) => modules.module(path).exports) as readonly unknown[]);
}

/** @param entries see `entriesOf`. */
function kernelOf(entries: readonly unknown[]): PlainKernel {
  const [turn, handle, userMode, policy] = entries as [
    PlainKernel['turn'],
    PlainKernel['interruptFromKernel'],
    PlainKernel['userMode'],
    SerializationPolicy,
  ];
  const interruptFromKernel = (c: VirtualCpu): void => {
    handle(c);
    c.settle();
  };
  return { turn, interruptFromKernel, policy, userMode };
}
