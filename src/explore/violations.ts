/** What goes wrong while a machine is explored, as it happens: what the oracle says of each execution, faults, and an outcome
 *  that must not come about. Only the first counts, until somebody has looked. */
import type { CpuId, MmId } from '../base/ids.js';
import type { DebtLedger } from '../trace/debtLedger.js';
import { type EventSink, NO_VERSION } from '../trace/events.js';

/** What went wrong at a transition. */
export interface Violation {
  readonly kind: 'stale' | 'torn' | 'unserialized' | 'fault' | 'forbidden-outcome' | 'deadlock';
  readonly cpu: CpuId;
  readonly executed: number;
  readonly promised: number;
}

/** Nobody can go on, and not everybody has exited. */
export const DEADLOCK: Violation = { kind: 'deadlock', cpu: 0, executed: 0, promised: 0 };

export class Violations {
  first: Violation | undefined;
  /** Hears of everything that a cpu does. */
  readonly sink: EventSink;
  readonly #ledger: DebtLedger;

  constructor(ledger: DebtLedger) {
    this.#ledger = ledger;
    this.sink = {
      promise: () => {},
      execute: (cpu, space, _unit, executed, promised) => this.#judge(cpu, space, executed, promised),
      serialize: (cpu) => ledger.serialized(cpu),
      barrierEntered: (_cpu, task) => ledger.barrierEntered(task),
      barrierReturned: (_cpu, task, space) => ledger.barrierReturned(task, space),
      fault: ({ cpu }) => this.#note('fault', cpu),
    };
  }

  /** @param cpu that went last. */
  noteForbiddenOutcome(cpu: CpuId): void {
    this.first ??= { kind: 'forbidden-outcome', cpu, executed: 0, promised: 0 };
  }

  #judge(cpu: CpuId, space: MmId, executed: number, promised: number): void {
    if (executed === NO_VERSION) this.#note('torn', cpu, executed, promised);
    else if (executed < promised) this.#note('stale', cpu, executed, promised);
    else if (this.#ledger.owes(cpu, space)) this.#note('unserialized', cpu, executed, promised);
  }

  #note(kind: Violation['kind'], cpu: CpuId, executed = NO_VERSION, promised = 0): void {
    this.first ??= { kind, cpu, executed, promised };
  }
}
