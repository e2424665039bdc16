/** A publication as instructions: the steps of the writer and of the executor, and what the JIT does where the kernel says
 *  no. Where in a program they go is the scenario's business (assemble.ts). */
import { LabError } from '../base/errors.js';
import { ALL_PARTS, type Instruction, OP } from '../hw/instruction.js';
import type { ArchitectureProfile } from '../hw/profile.js';
import {
  type ExecutorStep,
  LEARN_AND_JUMP,
  type PublicationProtocol,
  type WriterStep,
} from '../jit/protocol.js';
import type { ErrnoName, Reaction, SecondAttempt } from '../jit/reaction.js';
import { EINVAL, ENOSYS, EPERM } from '../kernel/errno.js';
import { FLUSH_ICACHE_LOCAL } from '../kernel/flushIcacheMm.js';
import {
  CMD_GLOBAL,
  CMD_GLOBAL_EXPEDITED,
  CMD_PRIVATE_EXPEDITED,
  CMD_PRIVATE_EXPEDITED_RSEQ,
  CMD_PRIVATE_EXPEDITED_SYNC_CORE,
  CMD_REGISTER_GLOBAL_EXPEDITED,
  CMD_REGISTER_PRIVATE_EXPEDITED,
  CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ,
  CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
} from '../kernel/membarrierCommands.js';
import { PROT_EXEC, PROT_WRITE } from '../kernel/mprotect.js';
import type { KernelOverlay } from '../kernel/overlay.js';
import { SYSCALL } from '../kernel/syscall.js';
import type { Label } from './label.js';
import type { MembarrierCommandName, Scenario, Step, Value } from './scenario.js';

const MEMBARRIER_COMMANDS = {
  'register-sync-core': CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
  'sync-core': CMD_PRIVATE_EXPEDITED_SYNC_CORE,
  'register-private': CMD_REGISTER_PRIVATE_EXPEDITED,
  private: CMD_PRIVATE_EXPEDITED,
  'register-rseq': CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ,
  rseq: CMD_PRIVATE_EXPEDITED_RSEQ,
  'register-global-expedited': CMD_REGISTER_GLOBAL_EXPEDITED,
  'global-expedited': CMD_GLOBAL_EXPEDITED,
  global: CMD_GLOBAL,
} as const;

const ERRNO: Readonly<Record<ErrnoName, number>> = { EPERM, EINVAL, ENOSYS };
const ANY_ERROR = 0;

const SECOND_ATTEMPTS: Readonly<Record<SecondAttempt, number>> = {
  'register-sync-core': CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
  'membarrier-sync-core': CMD_PRIVATE_EXPEDITED_SYNC_CORE,
  'membarrier-global': CMD_GLOBAL,
};

/** What the scenario sets once the code is published, by its round: the pointer to it. */
export const POINTER = 'pointer';

/* Variables of the protocol itself; with a slash, which no variable of a scenario file has. */
const REQUESTED = 'protocol/requested';
const ACKNOWLEDGED = 'protocol/acknowledged';
/** Of a JIT that never publishes: 1 from when it has found out. */
const NEVER_PUBLISH = 'protocol/never-publish';
/** Of a JIT that withholds: the last round whose code nobody was told of. */
export const WITHHELD = 'protocol/withheld';

/** Lines: a stride of 128 bytes on a core with lines of 64. */
const WIDE_STRIDE = 2;

/** Where in a scenario the steps of a protocol go. */
type ProtocolPlace = Extract<Step, { op: 'publish' }> | Extract<Step, { op: 'follow' }>;

/** The program that the instructions become part of. */
export interface Program {
  readonly emit: (instruction: Instruction) => void;
  readonly label: () => Label;
  readonly site: (name: string) => number;
  readonly variable: (name: string) => number;
  readonly value: (value: Value) => readonly [base: number, perRound: number];
}

export interface PublicationParts {
  readonly scenario: Scenario;
  readonly profile: ArchitectureProfile;
  readonly protocol: PublicationProtocol;
  readonly reaction: Reaction;
  readonly registers: KernelOverlay['registers'];
  readonly callsPerRound: number;
}

export class PublicationCode {
  readonly #program: Program;
  readonly #parts: PublicationParts;

  constructor(program: Program, parts: PublicationParts) {
    this.#program = program;
    this.#parts = parts;
  }

  /** A membarrier call of the program itself. */
  membarrier(command: MembarrierCommandName): void {
    const isRegistration = command.startsWith('register-');
    if (isRegistration && this.#parts.registers === 'never') return;
    this.#program.emit([OP.syscall, SYSCALL.membarrier, MEMBARRIER_COMMANDS[command], 0, 0]);
    const { registration } = this.#parts.reaction;
    if (!isRegistration || registration === 'go-on') return;
    const [failed, done] = [this.#program.label(), this.#program.label()];
    failed.from((target) => [OP.onError, ANY_ERROR, target, 0, 0]);
    done.from((target) => [OP.goTo, target, 0, 0, 0]);
    failed.place();
    if (registration === 'abort') this.#program.emit([OP.syscall, SYSCALL.abort, 0, 0, 0]);
    else this.#program.emit([OP.set, this.#program.variable(NEVER_PUBLISH), 1, 0, 0]);
    done.place();
  }

  publish(where: ProtocolPlace): void {
    const [withheld, done] = [this.#program.label(), this.#program.label()];
    if (this.#parts.reaction.registration === 'never-publish') {
      const never = this.#program.variable(NEVER_PUBLISH);
      withheld.from((target) => [OP.skipIfAtLeast, never, 1, 0, target]);
    }
    for (const writer of this.#parts.protocol.writer) this.#writerStep(writer, where, withheld);
    if (!this.#canWithhold) return;
    done.from((target) => [OP.goTo, target, 0, 0, 0]);
    withheld.place();
    this.#program.emit([
      OP.set,
      this.#program.variable(WITHHELD),
      ...this.#program.value({ perRound: 1 }),
      0,
    ]);
    done.place();
  }

  /** @param cpu that the task is assembled for. */
  follow(where: ProtocolPlace, cpu: number): void {
    const { executor = LEARN_AND_JUMP } = this.#parts.protocol;
    const loaded = executor.includes('load-pointer') ? this.#program.variable(`loaded/${cpu}`) : undefined;
    for (const step of executor) this.#executorStep(step, where, loaded);
  }

  get #canWithhold(): boolean {
    const { otherwise, registration } = this.#parts.reaction;
    return otherwise === 'withhold' || registration === 'never-publish';
  }

  /** A barrier that may fail.
   *  @param withheld where to go on instead of publishing. */
  #barrier(command: number, withheld: Label): void {
    const call = (one: number): void => this.#program.emit([OP.syscall, SYSCALL.membarrier, one, 0, 0]);
    const { attempts, otherwise } = this.#parts.reaction;
    call(command);
    const [failed, done] = [this.#program.label(), this.#program.label()];
    const made = (): void => {
      failed.from((target) => [OP.onError, ANY_ERROR, target, 0, 0]);
      done.from((target) => [OP.goTo, target, 0, 0, 0]);
    };
    const second = Object.entries(attempts).map(([error, calls]) => ({
      error,
      calls,
      label: this.#program.label(),
    }));
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
    if (otherwise === 'abort') this.#program.emit([OP.syscall, SYSCALL.abort, 0, 0, 0]);
    if (otherwise === 'withhold') withheld.from((target) => [OP.goTo, target, 0, 0, 0]);
    done.place();
  }

  /** Goes there, unless nobody is told of what would be found, or the pointer that was loaded leads elsewhere.
   *  @param instruction a call, or a branch.
   *  @param loaded the variable that holds the pointer, where it was not waited for. */
  #goThere(instruction: Instruction, loaded?: number): void {
    const round = this.#program.value({ perRound: 1 });
    const [there, passed] = [this.#program.label(), this.#program.label()];
    if (this.#canWithhold) {
      const variable = this.#program.variable(WITHHELD);
      passed.from((target) => [OP.skipIfAtLeast, variable, ...round, target]);
    }
    if (loaded !== undefined) {
      there.from((target) => [OP.skipIfAtLeast, loaded, ...round, target]);
      passed.from((target) => [OP.goTo, target, 0, 0, 0]);
      there.place();
    }
    this.#program.emit(instruction);
    passed.place();
  }

  /** @throws {LabError} E_PROTOCOL where the scenario has no place for a step of the protocol. */
  #writerStep(step: WriterStep, where: ProtocolPlace, withheld: Label): void {
    const unit = this.#program.site(where.site);
    switch (step) {
      case 'store':
        return this.#program.emit([OP.storeCode, unit, ALL_PARTS, 0, 0]);
      case 'clean':
        return this.#program.emit([OP.clean, unit, 0, 0, 0]);
      case 'invalidate':
        return this.#program.emit([OP.invalidate, unit, 0, 0, 0]);
      case 'clear-cache':
        return this.#clearCache(unit, 0);
      case 'clear-cache-wide-stride':
        return this.#clearCache(unit, 0, WIDE_STRIDE);
      case 'clear-cache-local':
        return this.#clearCache(unit, FLUSH_ICACHE_LOCAL);
      case 'fence':
        return this.#program.emit([OP.fence, 0, 0, 0, 0]);
      case 'membarrier-sync-core':
        return this.#barrier(CMD_PRIVATE_EXPEDITED_SYNC_CORE, withheld);
      case 'membarrier-private':
        return this.#barrier(CMD_PRIVATE_EXPEDITED, withheld);
      case 'membarrier-global':
        return this.#barrier(CMD_GLOBAL, withheld);
      case 'mprotect-write':
        return this.#program.emit([OP.syscall, SYSCALL.mprotect, unit, PROT_WRITE, 0]);
      case 'mprotect-exec':
        return this.#program.emit([OP.syscall, SYSCALL.mprotect, unit, PROT_EXEC, 0]);
      case 'request':
        this.#needsFollowers(step);
        return this.#program.emit([
          OP.set,
          this.#program.variable(REQUESTED),
          ...this.#program.value({ perRound: 1 }),
          0,
        ]);
      case 'await-acknowledgements': {
        const all = { perRound: 1, timesPeers: true } as const;
        return this.#program.emit([
          OP.spin,
          this.#program.variable(ACKNOWLEDGED),
          ...this.#program.value(all),
          0,
        ]);
      }
      case 'store-branch':
        return this.#program.emit([OP.storeCode, this.#branch(where, step), ALL_PARTS, 0, 0]);
      case 'clear-cache-branch':
        return this.#clearCache(this.#branch(where, step), 0);
      case 'promise':
        return this.#program.emit([OP.promise, unit, 0, 0, 0]);
    }
  }

  #executorStep(step: ExecutorStep, where: ProtocolPlace, loaded: number | undefined): void {
    switch (step) {
      case 'load-pointer':
        return this.#program.emit([OP.load, this.#program.variable(POINTER), loaded!, 0, 0]);
      case 'await-pointer':
        return this.#program.emit([
          OP.spin,
          this.#program.variable(POINTER),
          ...this.#program.value({ perRound: 1 }),
          0,
        ]);
      case 'await-pointer-in-kernel': {
        const pointer = this.#program.variable(POINTER);
        return this.#program.emit([
          OP.syscall,
          SYSCALL.busyPoll,
          pointer,
          ...this.#program.value({ perRound: 1 }),
        ]);
      }
      case 'await-request':
        return this.#program.emit([
          OP.spin,
          this.#program.variable(REQUESTED),
          ...this.#program.value({ perRound: 1 }),
          0,
        ]);
      case 'acknowledge':
        return this.#program.emit([OP.add, this.#program.variable(ACKNOWLEDGED), 1, 0, 0]);
      case 'fence':
        return this.#program.emit([OP.fence, 0, 0, 0, 0]);
      case 'serialize':
        return this.#program.emit([OP.serialize, 0, 0, 0, 0]);
      case 'jump':
        return this.#goThere(
          [OP.call, this.#program.site(where.site), this.#parts.callsPerRound, 0, 0],
          loaded,
        );
      case 'branch':
        return this.#goThere([OP.branch, this.#branch(where, step), this.#program.site(where.site), 0, 0]);
    }
  }

  /** What __builtin___clear_cache() comes to on this architecture. */
  #clearCache(unit: number, flags: number, stride = 1): void {
    const { storesReachPou, icache } = this.#parts.profile;
    if (!storesReachPou) this.#program.emit([OP.clean, unit, stride, 0, 0]);
    if (icache === 'broadcast-invalidate') this.#program.emit([OP.invalidate, unit, stride, 0, 0]);
    if (icache === 'local-invalidate') this.#program.emit([OP.syscall, SYSCALL.flushIcache, flags, 0, 0]);
    this.#program.emit([OP.fence, 0, 0, 0, 0]);
  }

  #branch({ branch }: ProtocolPlace, step: string): number {
    if (branch !== undefined) return this.#program.site(branch);
    throw this.#noPlaceFor(step, 'it names no branch');
  }

  #needsFollowers(step: string): void {
    const follows = (steps: readonly Step[]): boolean =>
      steps.some((one) => one.op === 'follow' || ('body' in one && follows(one.body)));
    if (!this.#parts.scenario.tasks.some((task) => follows(task.program))) {
      throw this.#noPlaceFor(step, 'no task of it follows the protocol');
    }
  }

  #noPlaceFor(step: string, why: string): LabError {
    return new LabError(
      'E_PROTOCOL',
      `protocol '${this.#parts.protocol.name}' has a step '${step}' for which scenario '${this.#parts.scenario.name}' has no place: ${why}`,
      'Use the scenario publication, which has both sides of a protocol.',
    );
  }
}
