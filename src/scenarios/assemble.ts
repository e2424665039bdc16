/** Turns a scenario into a machine: names become numbers, programs become instructions.
 *
 *  Limit: one `rounds` per program, and it is not nested. */
import { LabError } from '../base/errors.js';
import { LINE_BYTES } from '../base/layout.js';
import { nearest } from '../base/nearest.js';
import { ALL_PARTS, type Instruction, OP } from '../hw/instruction.js';
import type { ArchitectureProfile } from '../hw/profile.js';
import type { Placement } from '../jit/placement.js';
import type { PublicationProtocol } from '../jit/protocol.js';
import type { Reaction } from '../jit/reaction.js';
import { reaction as ignore } from '../jit/reactions/ignore.js';
import type { KernelConfig } from '../kernel/kernelConfig.js';
import type { MachineSpec, TaskImage } from '../kernel/machineSpec.js';
import type { KernelOverlay } from '../kernel/overlay.js';
import { SYSCALL } from '../kernel/syscall.js';
import { TEXT_POKE_ROUND } from '../kernel/textPoke.js';
import { Label } from './label.js';
import { PublicationCode } from './publicationCode.js';
import type { Amount, Scenario, Step, TaskSpec, Value } from './scenario.js';
import { cpuNamed, cpusOf, peerCpus } from './taskPlacement.js';

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

const TEXT_POKE_ROUNDS = {
  breakpoint: TEXT_POKE_ROUND.breakpoint,
  tail: TEXT_POKE_ROUND.tail,
  'first-byte': TEXT_POKE_ROUND.firstByte,
} as const;

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

class Assembler {
  readonly instructions: Instruction[] = [];
  readonly events: string[] = [];
  readonly variables: string[] = [];
  readonly #scenario: Scenario;
  readonly #parameters: RunParameters;
  readonly #peers: readonly number[];
  readonly #publication: PublicationCode;
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
    this.#peers = peers;
    this.#publication = new PublicationCode(
      {
        emit: (instruction) => this.#emit(instruction),
        label: () => new Label(this.instructions),
        site: (name) => this.#site(name),
        variable: (name) => this.#variable(name),
        value: (value) => this.#value(value),
      },
      {
        scenario,
        profile,
        protocol,
        reaction: parameters.reaction ?? ignore,
        registers: parameters.registers ?? 'as-programmed',
        callsPerRound: parameters.callsPerRound,
      },
    );
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
        return this.#publication.publish(step);
      case 'follow':
        return this.#publication.follow(step, cpu);
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
        return this.#publication.membarrier(step.command);
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
