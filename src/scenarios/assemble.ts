/** Turns a scenario into a machine: names become numbers, programs become instructions.
 *
 *  Limit: one `rounds` per program, and it is not nested. */
import { LabError } from '../base/errors.js';
import { LINE_BYTES } from '../base/layout.js';
import { nearest } from '../base/nearest.js';
import { ALL_PARTS, type Instruction, OP } from '../hw/instruction.js';
import type { ArchitectureProfile } from '../hw/profile.js';
import type { Placement } from '../jit/placement.js';
import {
  type ExecutorStep,
  LEARN_AND_JUMP,
  type PublicationProtocol,
  type WriterStep,
} from '../jit/protocol.js';
import type { ErrnoName, Reaction, SecondAttempt } from '../jit/reaction.js';
import { reaction as ignore } from '../jit/reactions/ignore.js';
import { EINVAL, ENOSYS, EPERM } from '../kernel/errno.js';
import { FLUSH_ICACHE_LOCAL } from '../kernel/flushIcacheMm.js';
import type { KernelConfig } from '../kernel/kernelConfig.js';
import type { MachineSpec, TaskImage } from '../kernel/machineSpec.js';
import {
  CMD_GLOBAL,
  CMD_GLOBAL_EXPEDITED,
  CMD_PRIVATE_EXPEDITED,
  CMD_PRIVATE_EXPEDITED_SYNC_CORE,
  CMD_REGISTER_GLOBAL_EXPEDITED,
  CMD_REGISTER_PRIVATE_EXPEDITED,
  CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
} from '../kernel/membarrierCommands.js';
import { PROT_EXEC, PROT_WRITE } from '../kernel/mprotect.js';
import type { KernelOverlay } from '../kernel/overlay.js';
import { SYSCALL } from '../kernel/syscall.js';
import { TEXT_POKE_ROUND } from '../kernel/textPoke.js';
import { Label } from './label.js';
import type { Amount, CpuName, MembarrierCommandName, Scenario, Step, TaskSpec, Value } from './scenario.js';

/** What a run chooses for a scenario. */
export interface RunParameters {
  readonly cpus: number;
  readonly rounds: number;
  readonly callsPerRound: number;
  readonly placement: Placement;
  readonly without: readonly string[];
  /** Of the scenario's own parameters, those that are not at their default. */
  readonly chosen?: Readonly<Record<string, number>>;
  /** What the JIT does when the kernel says no; nothing where left out. */
  readonly reaction?: Reaction;
  /** Does it register at start-up? As programmed where left out. */
  readonly registers?: KernelOverlay['registers'];
}

/** A unit as it will be mapped. */
export interface UnitImage {
  readonly bytes: Uint8Array;
  readonly siteOffset: number;
  readonly siteBytes: number;
  readonly breakpointAt?: number;
}

const MEMBARRIER_COMMANDS = {
  'register-sync-core': CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
  'sync-core': CMD_PRIVATE_EXPEDITED_SYNC_CORE,
  'register-private': CMD_REGISTER_PRIVATE_EXPEDITED,
  private: CMD_PRIVATE_EXPEDITED,
  'register-global-expedited': CMD_REGISTER_GLOBAL_EXPEDITED,
  'global-expedited': CMD_GLOBAL_EXPEDITED,
  global: CMD_GLOBAL,
} as const;

const TEXT_POKE_ROUNDS = {
  breakpoint: TEXT_POKE_ROUND.breakpoint,
  tail: TEXT_POKE_ROUND.tail,
  'first-byte': TEXT_POKE_ROUND.firstByte,
} as const;

const ERRNO: Readonly<Record<ErrnoName, number>> = { EPERM, EINVAL, ENOSYS };
const ANY_ERROR = 0;

const SECOND_ATTEMPTS: Readonly<Record<SecondAttempt, number>> = {
  'register-sync-core': CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
  'membarrier-sync-core': CMD_PRIVATE_EXPEDITED_SYNC_CORE,
  'membarrier-global': CMD_GLOBAL,
};

/** A variable of a JIT that never publishes: 1 from when it has found out. */
const NEVER_PUBLISH = 'never-publish';
/** A variable of a JIT that withholds: the last round whose code nobody was told of. */
export const WITHHELD = 'withheld';

/** Lines: a stride of 128 bytes on a core with lines of 64. */
const WIDE_STRIDE = 2;

const KERNEL_THREAD = 'kernel';
/** Of one machine; 20 bytes each in its buffer. */
const MAX_INSTRUCTIONS = 1_000_000;

/** @param images one per site of the scenario, in order.
 *  @throws {LabError} E_SCENARIO where the scenario names something that is not there. */
export function assemble(
  scenario: Scenario,
  parameters: RunParameters,
  profile: ArchitectureProfile,
  config: KernelConfig,
  protocol: PublicationProtocol,
  images: readonly UnitImage[],
): MachineSpec {
  const peers = peerCpus(scenario, parameters.cpus);
  const assembler = new Assembler(scenario, parameters, profile, protocol, peers);
  const tasks = scenario.tasks.flatMap((task) =>
    cpusOf(task, parameters.cpus, peers).map((cpu) => assembler.task(task, cpu)),
  );
  let offset = 0;
  const units = images.map((image, index) => {
    const placed = {
      name: scenario.sites[index]!.name,
      offset,
      length: image.bytes.length,
      siteOffset: image.siteOffset,
      siteBytes: image.siteBytes,
      ...(image.breakpointAt !== undefined && { breakpointAt: image.breakpointAt }),
      ...branchOf(scenario, index),
    };
    offset += image.bytes.length;
    return placed;
  });
  return {
    profile,
    config,
    cpus: parameters.cpus,
    mms: scenario.processes,
    tasks,
    instructions: assembler.instructions,
    units,
    codeBytes: Math.ceil(offset / LINE_BYTES) * LINE_BYTES,
    events: assembler.events.length,
    forbidden: forbiddenOutcome(scenario, assembler.variables),
    variables: assembler.variables,
    offline: (scenario.offline ?? []).map((name) => cpuNamed(name, parameters.cpus)),
    without: parameters.without,
  };
}

/** @throws {LabError} E_SCENARIO */
function branchOf(scenario: Scenario, site: number): { readonly branchesTo?: number } {
  const target = scenario.sites[site]!.branchesTo;
  if (target === undefined) return {};
  const branchesTo = scenario.sites.findIndex(({ name }) => name === target);
  if (branchesTo >= 0) return { branchesTo };
  throw new LabError(
    'E_SCENARIO',
    `site '${scenario.sites[site]!.name}' of scenario '${scenario.name}' branches to '${target}', which is no site`,
    `Use one of: ${scenario.sites.map(({ name }) => name).join(', ')}.`,
  );
}

/** @throws {LabError} E_SCENARIO */
function forbiddenOutcome(scenario: Scenario, variables: readonly string[]): MachineSpec['forbidden'] {
  if (scenario.kind === 'workload') return [];
  return Object.entries(scenario.forbidden ?? {}).map(([name, value]) => {
    const variable = variables.indexOf(name);
    if (variable >= 0) return [variable, value];
    throw new LabError(
      'E_SCENARIO',
      `scenario '${scenario.name}' forbids a value of '${name}', which no task writes`,
      `Use one of: ${variables.join(', ')}.`,
    );
  });
}

/** Fewest cpus the scenario can run on. */
export function minimumCpus(scenario: Scenario): number {
  const places = new Set(scenario.tasks.map((task) => task.on));
  const peers = places.has('peers') ? 1 : 0;
  const fixed = places.has('third') ? 3 : places.has('second') ? 2 : 1;
  return Math.max(fixed, 1 + peers) + (places.has('last') ? 1 : 0);
}

/** What a run chose, or the scenario's default.
 *  @throws {LabError} E_SCENARIO where the scenario has no such parameter. */
export function amountOf(
  amount: Amount,
  scenario: Scenario,
  chosen: Readonly<Record<string, number>> = {},
): number {
  if (typeof amount === 'number') return amount;
  const declared = scenario.parameters?.[amount.parameter];
  if (declared) return chosen[amount.parameter] ?? declared.default;
  throw new LabError(
    'E_SCENARIO',
    `scenario '${scenario.name}' uses a parameter '${amount.parameter}' that it does not declare`,
    'Declare it in the scenario.',
  );
}

export function peerCount(scenario: Scenario, cpus: number): number {
  return peerCpus(scenario, cpus).length;
}

function peerCpus(scenario: Scenario, cpus: number): readonly number[] {
  const end = scenario.tasks.some((task) => task.on === 'last') ? cpus - 1 : cpus;
  return Array.from({ length: end - 1 }, (_, index) => index + 1);
}

function cpuNamed(name: CpuName, cpus: number): number {
  switch (name) {
    case 'first':
      return 0;
    case 'second':
      return 1;
    case 'third':
      return 2;
    case 'last':
      return cpus - 1;
  }
}

function cpusOf(task: TaskSpec, cpus: number, peers: readonly number[]): readonly number[] {
  return task.on === 'peers' ? peers : [cpuNamed(task.on, cpus)];
}

/** Where in a scenario the steps of a protocol go. */
type ProtocolPlace = Extract<Step, { op: 'publish' }> | Extract<Step, { op: 'follow' }>;

class Assembler {
  readonly instructions: Instruction[] = [];
  readonly events: string[] = [];
  readonly variables: string[] = [];
  readonly #scenario: Scenario;
  readonly #parameters: RunParameters;
  readonly #profile: ArchitectureProfile;
  readonly #protocol: PublicationProtocol;
  readonly #peers: readonly number[];
  readonly #reaction: Reaction;
  /** Events that belong to a peer: one copy each. */
  readonly #peerEvents: ReadonlySet<string>;
  /* Inside `repeat`: which repetition this is, from 1, and of how many in a round. */
  #repetition = 1;
  #repetitions = 1;

  constructor(
    scenario: Scenario,
    parameters: RunParameters,
    profile: ArchitectureProfile,
    protocol: PublicationProtocol,
    peers: readonly number[],
  ) {
    this.#scenario = scenario;
    this.#parameters = parameters;
    this.#profile = profile;
    this.#protocol = protocol;
    this.#peers = peers;
    this.#reaction = parameters.reaction ?? ignore;
    this.#peerEvents = new Set(
      scenario.tasks.filter((task) => task.on === 'peers').flatMap((task) => eventsOf(task.program)),
    );
  }

  task(spec: TaskSpec, cpu: number): TaskImage {
    const entry = this.instructions.length;
    for (const step of spec.program) this.#step(step, spec, cpu);
    this.#emit([OP.syscall, SYSCALL.exit, 0, 0, 0]);
    return {
      name: spec.on === 'peers' ? `${spec.name}/${cpu}` : spec.name,
      mm: spec.process === KERNEL_THREAD ? 0 : this.#process(spec.process),
      cpu,
      entry,
      priority: spec.priority ?? 0,
      start: spec.start ?? 'boot',
    };
  }

  #emit(instruction: Instruction): void {
    if (this.instructions.length >= MAX_INSTRUCTIONS) {
      throw new LabError(
        'E_SCENARIO',
        `scenario '${this.#scenario.name}' has more than ${MAX_INSTRUCTIONS} instructions on ${this.#parameters.cpus} cpus`,
        'Choose fewer --cpus, or repeat less.',
      );
    }
    this.instructions.push(instruction);
  }

  #step(step: Step, spec: TaskSpec, cpu: number): void {
    switch (step.op) {
      case 'call': {
        const times =
          step.times === 'callsPerRound' ? this.#parameters.callsPerRound : this.#amount(step.times);
        return this.#emit([OP.call, this.#site(step.site), times, 0, 0]);
      }
      case 'call-into':
        return this.#emit([OP.callInto, this.#site(step.site), this.#variable(step.into), 0, 0]);
      case 'publish':
        return this.#publish(step);
      case 'follow':
        for (const executor of this.#protocol.executor ?? LEARN_AND_JUMP) this.#executorStep(executor, step);
        return;
      case 'store-part':
        return this.#emit([OP.storeCode, this.#site(step.site), step.part, 0, 0]);
      case 'store':
        return this.#emit([OP.storeCode, this.#site(step.site), ALL_PARTS, 0, 0]);
      case 'set-breakpoint':
        return this.#emit([OP.setBreakpoint, this.#breakpointSite(step.site), 0, 0, 0]);
      case 'clear-breakpoint':
        return this.#emit([OP.clearBreakpoint, this.#breakpointSite(step.site), 0, 0, 0]);
      case 'text-poke-begin':
        return this.#emit([OP.syscall, SYSCALL.textPokeBegin, this.#breakpointSite(step.site), 0, 0]);
      case 'text-poke-sync':
        return this.#emit([OP.syscall, SYSCALL.textPokeSync, TEXT_POKE_ROUNDS[step.after], 0, 0]);
      case 'text-poke-end':
        return this.#emit([OP.syscall, SYSCALL.textPokeEnd, 0, 0, 0]);
      case 'kick-all-cpus':
        return this.#emit([OP.syscall, SYSCALL.kickAllCpus, 0, 0, 0]);
      case 'clean':
        return this.#emit([OP.clean, this.#site(step.site), 0, 0, 0]);
      case 'invalidate':
        return this.#emit([OP.invalidate, this.#site(step.site), 0, 0, 0]);
      case 'promise':
        return this.#emit([OP.promise, this.#site(step.site), 0, 0, 0]);
      case 'serialize':
        return this.#emit([OP.serialize, 0, 0, 0, 0]);
      case 'set':
        return this.#emit([OP.set, this.#variable(step.variable), ...this.#value(step.to), 0]);
      case 'load':
        return this.#emit([OP.load, this.#variable(step.variable), this.#variable(step.into), 0, 0]);
      case 'add':
        return this.#emit([OP.add, this.#variable(step.variable), step.amount, 0, 0]);
      case 'spin':
        return this.#emit([OP.spin, this.#variable(step.until), ...this.#value(step.atLeast), 0]);
      case 'wait':
        return this.#emit([
          OP.syscall,
          SYSCALL.waitEvent,
          this.#event(step.event, cpu),
          ...this.#value(step.signals),
        ]);
      case 'wake': {
        const copies = this.#peerEvents.has(step.event) && spec.on !== 'peers' ? this.#peers : [cpu];
        for (const copy of copies) {
          this.#emit([OP.syscall, SYSCALL.wakeUp, this.#event(step.event, copy), 0, 0]);
        }
        return;
      }
      case 'yield':
        return this.#emit([OP.syscall, SYSCALL.schedYield, 0, 0, 0]);
      case 'getpid':
        return this.#emit([OP.syscall, SYSCALL.getpid, 0, 0, 0]);
      case 'fork':
        return this.#emit([OP.syscall, SYSCALL.fork, this.#task(step.child), 0, 0]);
      case 'exec':
        return this.#emit([OP.syscall, SYSCALL.exec, this.#process(step.process), 0, 0]);
      case 'migrate':
        return this.#emit([OP.syscall, SYSCALL.migrate, cpuNamed(step.to, this.#parameters.cpus), 0, 0]);
      case 'migrate-inside-membarrier':
        return this.#emit([
          OP.syscall,
          SYSCALL.migrateInsideMembarrier,
          cpuNamed(step.to, this.#parameters.cpus),
          0,
          0,
        ]);
      case 'busy-poll':
        return this.#emit([
          OP.syscall,
          SYSCALL.busyPoll,
          this.#variable(step.until),
          ...this.#value(step.atLeast),
        ]);
      case 'flush-tlb':
        return this.#emit([OP.syscall, SYSCALL.flushTlb, 0, 0, 0]);
      case 'use-mm':
        return this.#emit([OP.syscall, SYSCALL.kthreadUseMm, this.#process(step.process), 0, 0]);
      case 'unuse-mm':
        return this.#emit([OP.syscall, SYSCALL.kthreadUnuseMm, 0, 0, 0]);
      case 'cpu-up':
        return this.#emit([OP.syscall, SYSCALL.cpuUp, cpuNamed(step.cpu, this.#parameters.cpus), 0, 0]);
      case 'membarrier':
        return this.#membarrier(step.command);
      case 'rounds': {
        if (this.#parameters.rounds === 0) return;
        const start = this.instructions.length;
        for (const inner of step.body) this.#step(inner, spec, cpu);
        return this.#emit([OP.nextRound, start, this.#parameters.rounds, 0, 0]);
      }
      case 'repeat':
        return this.#repeat(this.#amount(step.times), step.body, spec, cpu);
    }
  }

  #repeat(times: number, body: readonly Step[], spec: TaskSpec, cpu: number): void {
    const [repetition, repetitions] = [this.#repetition, this.#repetitions];
    this.#repetitions = repetitions * times;
    for (let i = 1; i <= times; i++) {
      this.#repetition = (repetition - 1) * times + i;
      for (const inner of body) this.#step(inner, spec, cpu);
    }
    this.#repetition = repetition;
    this.#repetitions = repetitions;
  }

  #amount(amount: Amount): number {
    return amountOf(amount, this.#scenario, this.#parameters.chosen);
  }

  #label(): Label {
    return new Label(this.instructions);
  }

  /* ---- the two sides of a publication, and what is done about errors ---- */

  #membarrier(command: MembarrierCommandName): void {
    const isRegistration = command.startsWith('register-');
    if (isRegistration && this.#parameters.registers === 'never') return;
    this.#emit([OP.syscall, SYSCALL.membarrier, MEMBARRIER_COMMANDS[command], 0, 0]);
    const { registration } = this.#reaction;
    if (!isRegistration || registration === 'go-on') return;
    const [failed, done] = [this.#label(), this.#label()];
    failed.from((target) => [OP.onError, ANY_ERROR, target, 0, 0]);
    done.from((target) => [OP.goTo, target, 0, 0, 0]);
    failed.place();
    if (registration === 'abort') this.#emit([OP.syscall, SYSCALL.abort, 0, 0, 0]);
    else this.#emit([OP.set, this.#variable(NEVER_PUBLISH), 1, 0, 0]);
    done.place();
  }

  #publish(step: Extract<Step, { op: 'publish' }>): void {
    const [withheld, done] = [this.#label(), this.#label()];
    if (this.#reaction.registration === 'never-publish') {
      const never = this.#variable(NEVER_PUBLISH);
      withheld.from((target) => [OP.skipIfAtLeast, never, 1, 0, target]);
    }
    for (const writer of this.#protocol.writer) this.#writerStep(writer, step, withheld);
    if (!this.#canWithhold) return;
    done.from((target) => [OP.goTo, target, 0, 0, 0]);
    withheld.place();
    this.#emit([OP.set, this.#variable(WITHHELD), ...this.#value({ perRound: 1 }), 0]);
    done.place();
  }

  get #canWithhold(): boolean {
    const { otherwise, registration } = this.#reaction;
    return otherwise === 'withhold' || registration === 'never-publish';
  }

  /** A barrier that may fail.
   *  @param withheld where to go on instead of publishing. */
  #barrier(command: number, withheld: Label): void {
    const call = (one: number): void => this.#emit([OP.syscall, SYSCALL.membarrier, one, 0, 0]);
    const { attempts, otherwise } = this.#reaction;
    call(command);
    const [failed, done] = [this.#label(), this.#label()];
    const made = (): void => {
      failed.from((target) => [OP.onError, ANY_ERROR, target, 0, 0]);
      done.from((target) => [OP.goTo, target, 0, 0, 0]);
    };
    const second = Object.entries(attempts).map(([error, calls]) => ({ error, calls, label: this.#label() }));
    if (second.length === 0 && otherwise === 'go-on') return;
    for (const { error, label } of second) {
      label.from((target) => [OP.onError, ERRNO[error as ErrnoName], target, 0, 0]);
    }
    made();
    for (const { calls, label } of second) {
      label.place();
      for (const [index, attempt] of calls.entries()) {
        call(SECOND_ATTEMPTS[attempt]);
        if (index < calls.length - 1) failed.from((target) => [OP.onError, ANY_ERROR, target, 0, 0]);
      }
      made();
    }
    failed.place();
    if (otherwise === 'abort') this.#emit([OP.syscall, SYSCALL.abort, 0, 0, 0]);
    if (otherwise === 'withhold') withheld.from((target) => [OP.goTo, target, 0, 0, 0]);
    done.place();
  }

  /** Goes there, unless nobody is told of what would be found.
   *  @param instruction a call, or a branch. */
  #goThere(instruction: Instruction): void {
    if (!this.#canWithhold) return this.#emit(instruction);
    const passed = this.#label();
    const round = this.#value({ perRound: 1 });
    const variable = this.#variable(WITHHELD);
    passed.from((target) => [OP.skipIfAtLeast, variable, ...round, target]);
    this.#emit(instruction);
    passed.place();
  }

  /** @throws {LabError} E_PROTOCOL where the scenario has no place for a step of the protocol. */
  #writerStep(step: WriterStep, where: ProtocolPlace, withheld: Label): void {
    const unit = this.#site(where.site);
    switch (step) {
      case 'store':
        return this.#emit([OP.storeCode, unit, ALL_PARTS, 0, 0]);
      case 'clean':
        return this.#emit([OP.clean, unit, 0, 0, 0]);
      case 'invalidate':
        return this.#emit([OP.invalidate, unit, 0, 0, 0]);
      case 'clear-cache':
        return this.#clearCache(unit, 0);
      case 'clear-cache-wide-stride':
        return this.#clearCache(unit, 0, WIDE_STRIDE);
      case 'clear-cache-local':
        return this.#clearCache(unit, FLUSH_ICACHE_LOCAL);
      case 'fence':
        return this.#emit([OP.fence, 0, 0, 0, 0]);
      case 'membarrier-sync-core':
        return this.#barrier(CMD_PRIVATE_EXPEDITED_SYNC_CORE, withheld);
      case 'membarrier-private':
        return this.#barrier(CMD_PRIVATE_EXPEDITED, withheld);
      case 'membarrier-global':
        return this.#barrier(CMD_GLOBAL, withheld);
      case 'mprotect-write':
        return this.#emit([OP.syscall, SYSCALL.mprotect, unit, PROT_WRITE, 0]);
      case 'mprotect-exec':
        return this.#emit([OP.syscall, SYSCALL.mprotect, unit, PROT_EXEC, 0]);
      case 'request':
        this.#needsFollowers(step);
        return this.#emit([OP.set, this.#variable('requested'), ...this.#value({ perRound: 1 }), 0]);
      case 'await-acknowledgements': {
        const all = { perRound: 1, timesPeers: true } as const;
        return this.#emit([OP.spin, this.#variable('acknowledged'), ...this.#value(all), 0]);
      }
      case 'store-branch':
        return this.#emit([OP.storeCode, this.#branch(where, step), ALL_PARTS, 0, 0]);
      case 'clear-cache-branch':
        return this.#clearCache(this.#branch(where, step), 0);
      case 'promise':
        return this.#emit([OP.promise, unit, 0, 0, 0]);
    }
  }

  #executorStep(step: ExecutorStep, where: ProtocolPlace): void {
    switch (step) {
      case 'await-pointer':
        return this.#emit([OP.spin, this.#variable('pointer'), ...this.#value({ perRound: 1 }), 0]);
      case 'await-pointer-in-kernel': {
        const pointer = this.#variable('pointer');
        return this.#emit([OP.syscall, SYSCALL.busyPoll, pointer, ...this.#value({ perRound: 1 })]);
      }
      case 'await-request':
        return this.#emit([OP.spin, this.#variable('requested'), ...this.#value({ perRound: 1 }), 0]);
      case 'acknowledge':
        return this.#emit([OP.add, this.#variable('acknowledged'), 1, 0, 0]);
      case 'fence':
        return this.#emit([OP.fence, 0, 0, 0, 0]);
      case 'serialize':
        return this.#emit([OP.serialize, 0, 0, 0, 0]);
      case 'jump':
        return this.#goThere([OP.call, this.#site(where.site), this.#parameters.callsPerRound, 0, 0]);
      case 'branch':
        return this.#goThere([OP.branch, this.#branch(where, step), this.#site(where.site), 0, 0]);
    }
  }

  /** What __builtin___clear_cache() comes to on this architecture. */
  #clearCache(unit: number, flags: number, stride = 1): void {
    const { storesReachPou, icache } = this.#profile;
    if (!storesReachPou) this.#emit([OP.clean, unit, stride, 0, 0]);
    if (icache === 'broadcast-invalidate') this.#emit([OP.invalidate, unit, stride, 0, 0]);
    if (icache === 'local-invalidate') this.#emit([OP.syscall, SYSCALL.flushIcache, flags, 0, 0]);
    this.#emit([OP.fence, 0, 0, 0, 0]);
  }

  #branch({ branch }: ProtocolPlace, step: string): number {
    if (branch !== undefined) return this.#site(branch);
    throw this.#noPlaceFor(step, 'it names no branch');
  }

  #needsFollowers(step: string): void {
    const follows = (steps: readonly Step[]): boolean =>
      steps.some((one) => one.op === 'follow' || ('body' in one && follows(one.body)));
    if (!this.#scenario.tasks.some((task) => follows(task.program))) {
      throw this.#noPlaceFor(step, 'no task of it follows the protocol');
    }
  }

  #noPlaceFor(step: string, why: string): LabError {
    return new LabError(
      'E_PROTOCOL',
      `protocol '${this.#protocol.name}' has a step '${step}' for which scenario '${this.#scenario.name}' has no place: ${why}`,
      'Use the scenario publication, which has both sides of a protocol.',
    );
  }

  #value(value: Value): readonly [base: number, perRound: number] {
    if (typeof value === 'number') return [value, 0];
    const each = this.#amount(value.perRound) * (value.timesPeers ? this.#peers.length : 1);
    return [each * (this.#repetition - this.#repetitions), each * this.#repetitions];
  }

  #site(name: string): number {
    return this.#index(
      'site',
      this.#scenario.sites.map((site) => site.name),
      name,
    );
  }

  #breakpointSite(name: string): number {
    const site = this.#site(name);
    if (this.#scenario.sites[site]!.breakpoint) return site;
    throw new LabError(
      'E_SCENARIO',
      `scenario '${this.#scenario.name}' puts a breakpoint on site '${name}', which has no room for one`,
      'Declare the site with "breakpoint": true.',
    );
  }

  #process(name: string): number {
    return this.#index('process', this.#scenario.processes, name) + 1;
  }

  /** Task ids follow the idle tasks, in the order of the scenario. */
  #task(name: string): number {
    let id = this.#parameters.cpus;
    for (const task of this.#scenario.tasks) {
      if (task.name === name) return id;
      id += cpusOf(task, this.#parameters.cpus, this.#peers).length;
    }
    return this.#index('task', [], name);
  }

  #variable(name: string): number {
    return intern(this.variables, name);
  }

  #event(name: string, cpu: number): number {
    return intern(this.events, this.#peerEvents.has(name) ? `${name}/${cpu}` : name);
  }

  #index(kind: string, known: readonly string[], name: string): number {
    const index = known.indexOf(name);
    if (index >= 0) return index;
    const guess = nearest(name, known);
    throw new LabError(
      'E_SCENARIO',
      `scenario '${this.#scenario.name}' names an unknown ${kind} '${name}'${guess ? `; did you mean '${guess}'?` : ''}`,
      known.length > 0 ? `Use one of: ${known.join(', ')}.` : 'Declare it in the scenario.',
    );
  }
}

function intern(names: string[], name: string): number {
  const index = names.indexOf(name);
  return index >= 0 ? index : names.push(name) - 1;
}

/** Events that belong to whoever names them. */
function eventsOf(steps: readonly Step[]): string[] {
  return steps.flatMap((step) => {
    if (step.op === 'wait') return [step.event];
    if (step.op === 'wake') return step.shared ? [] : [step.event];
    return 'body' in step ? eventsOf(step.body) : [];
  });
}
