/** What the things of a machine are called in a trace: tasks, address spaces, system calls, what a cpu waits for.
 *
 *  Source: the names are those of the scenario and of the shim; `swapper/N` and `init_mm` are Linux's. */
import type { CpuId, MmId, TaskId, UnitId, Version, WordAddress } from '../../base/ids.js';
import { IRQ_CALL_FUNCTION, IRQ_RESCHEDULE, IRQ_TIMER } from '../../hw/doorbell.js';
import { OP } from '../../hw/instruction.js';
import type { KernelLayout } from '../../kernel/layout.js';
import type { MachineSpec } from '../../kernel/machineSpec.js';
import * as membarrier from '../../kernel/membarrierCommands.js';
import { CALL } from '../../kernel/smpCall.js';
import { SYSCALL } from '../../kernel/syscall.js';
import { NO_VERSION } from '../../trace/events.js';

const SYSCALL_NAMES = new Map<number, string>(Object.entries(SYSCALL).map(([name, nr]) => [nr, name]));

const BREAKPOINT_STORES = new Map<number, string>([
  [OP.setBreakpoint, 'set'],
  [OP.clearBreakpoint, 'clear'],
]);

const CALL_NAMES = new Map<number, string>(Object.entries(CALL).map(([name, call]) => [call, name]));

/** Without what is common to all of them. */
const COMMAND_NAMES = new Map<number, string>(
  Object.entries(membarrier)
    .filter(([name]) => name.startsWith('CMD_') && !name.startsWith('CMD_FLAG_'))
    .map(([name, command]) => [command, name.slice('CMD_'.length)]),
);

const IRQ_NAMES: readonly (readonly [irq: number, name: string])[] = [
  [IRQ_CALL_FUNCTION, 'call function'],
  [IRQ_RESCHEDULE, 'reschedule'],
  [IRQ_TIMER, 'timer'],
];

export const irqNames = (irqs: number): string =>
  IRQ_NAMES.filter(([irq]) => irqs & irq)
    .map(([, name]) => name)
    .join(' + ');

export const versionName = (version: Version): string =>
  version === NO_VERSION ? 'no version' : `v${version}`;

export class TraceNames {
  readonly #spec: MachineSpec;
  readonly #kernel: KernelLayout;
  readonly #words: Int32Array;
  /* By word. */
  readonly #waits = new Map<WordAddress, string>();
  readonly #senders = new Map<WordAddress, CpuId>();

  constructor(spec: MachineSpec, kernel: KernelLayout, words: Int32Array) {
    this.#spec = spec;
    this.#kernel = kernel;
    this.#words = words;
    for (const [index, name] of spec.variables.entries()) {
      this.#waits.set(kernel.variable(index), `wait for '${name}'`);
    }
    for (let cpu = 0; cpu < spec.cpus; cpu++) {
      this.#senders.set(kernel.smpCall.callFunction(cpu), cpu);
      this.#waits.set(kernel.smpCall.callAcked(cpu), 'wait for acknowledgements');
      this.#waits.set(kernel.runQueue.rcuCount(cpu), `wait for a grace period: cpu ${cpu}`);
      this.#waits.set(kernel.runQueue.lock(cpu), `wait for the run queue lock of cpu ${cpu}`);
    }
  }

  task(task: TaskId): string {
    const { cpus, tasks } = this.#spec;
    return task < cpus ? `swapper/${task}` : tasks[task - cpus]!.name;
  }

  mm(mm: MmId): string {
    return mm === 0 ? 'init_mm' : this.#spec.mms[mm - 1]!;
  }

  unit(unit: UnitId): string {
    return this.#spec.units[unit]!.name;
  }

  /** The version that was issued last. */
  newest(unit: UnitId): string {
    return `${this.unit(unit)} ${versionName(this.#words[this.#kernel.hw.site.issued(unit)]!)}`;
  }

  /** What a task stores over the code of a unit. */
  codeStore(task: TaskId, unit: UnitId): string {
    const operation = this.#words[this.#kernel.instruction(this.#words[this.#kernel.task.pc(task)]!)]!;
    const breakpoint = BREAKPOINT_STORES.get(operation);
    return breakpoint === undefined
      ? `store ${this.newest(unit)}`
      : `${breakpoint} the breakpoint of ${this.unit(unit)}`;
  }

  /** The system call at which a task stands; undefined where it stands at something else. */
  syscall(task: TaskId): string | undefined {
    const at = this.#kernel.instruction(this.#words[this.#kernel.task.pc(task)]!);
    if (this.#words[at] !== OP.syscall) return undefined;
    const nr = this.#words[at + 1]!;
    const argument = this.#words[at + 2]!;
    const name = SYSCALL_NAMES.get(nr) ?? `system call ${nr}`;
    return nr === SYSCALL.membarrier ? `${name} ${COMMAND_NAMES.get(argument) ?? argument}` : name;
  }

  /** A function that was found in the queue, by the word that it was loaded from; undefined for another word. */
  functionCall(address: WordAddress, call: number): string | undefined {
    const sender = this.#senders.get(address);
    return sender === undefined ? undefined : `call ${CALL_NAMES.get(call) ?? call} for cpu ${sender}`;
  }

  /** What a cpu does that waits for a word. */
  wait(address: WordAddress): string {
    return this.#waits.get(address) ?? 'wait';
  }
}
