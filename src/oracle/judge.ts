/** The oracle: was anything executed that a promise had already replaced?
 *
 *  And P-SYNC, the same without bytes: after a SYNC_CORE call has returned, each user-mode fetch in that address space
 *  must be preceded on its cpu by a serialization later than the first barrier of the call.
 *
 *  It sees events only and knows nothing of the kernel, the policy or the engine, so it cannot share their
 *  mistakes. It folds the events of one cpu into a tally; tallies of several cpus add up.
 *
 *  Limit: an execution is judged against the newest promise that the executing cpu could have known before it.
 *  Executing a version *newer* than promised is good: a store may be seen early. */
import type { CpuId, MmId, TaskId, UnitId, Version } from '../base/ids.js';
import { type FaultEvent, NO_VERSION } from '../trace/events.js';
import type { EventOrder } from './eventOrder.js';

export type Judgement = 'good' | 'stale' | 'torn';

export function judgementOf(executed: Version, promised: Version): Judgement {
  if (executed === NO_VERSION) return 'torn';
  return executed < promised ? 'stale' : 'good';
}

/** The first execution that went wrong. */
export interface Finding {
  readonly judgement: 'stale' | 'torn';
  readonly cpu: CpuId;
  readonly unit: UnitId;
  /** NO_VERSION where the bytes belong to none. */
  readonly executed: Version;
  readonly promised: Version;
  readonly value: number;
}

export interface Tally {
  readonly calls: number;
  readonly stale: number;
  readonly torn: number;
  readonly publications: number;
  /** Executions that broke P-SYNC. */
  readonly unserialized: number;
  /** Core serializations by point. */
  readonly serializations: Readonly<Record<string, number>>;
  readonly finding: Finding | undefined;
  readonly faults: readonly FaultEvent[];
}

export class Judge {
  readonly #order: EventOrder;
  /* Positions in the order of events. */
  readonly #serializedAt = new Map<CpuId, number>();
  #unserialized = 0;
  #calls = 0;
  #stale = 0;
  #torn = 0;
  #publications = 0;
  readonly #serializations = new Map<string, number>();
  readonly #faults: FaultEvent[] = [];
  #finding: Finding | undefined;

  constructor(order: EventOrder) {
    this.#order = order;
  }

  execute(
    cpu: CpuId,
    space: MmId,
    unit: UnitId,
    executed: Version,
    promised: Version,
    count: number,
    value: number,
  ): Judgement {
    this.#calls += count;
    if ((this.#serializedAt.get(cpu) ?? 0) < this.#order.owedSince(space)) this.#unserialized += count;
    const judgement = judgementOf(executed, promised);
    if (judgement === 'good') return judgement;
    if (judgement === 'torn') this.#torn += count;
    else this.#stale += count;
    this.#finding ??= { judgement, cpu, unit, executed, promised, value };
    return judgement;
  }

  promise(): void {
    this.#publications++;
  }

  barrierEntered(task: TaskId): void {
    this.#order.entered(task);
  }

  barrierReturned(task: TaskId, space: MmId): void {
    this.#order.returned(task, space);
  }

  serialize(cpu: CpuId, point: string): void {
    this.#serializedAt.set(cpu, this.#order.next());
    this.#serializations.set(point, (this.#serializations.get(point) ?? 0) + 1);
  }

  fault(fault: FaultEvent): void {
    this.#faults.push(fault);
  }

  /** Executions that broke P-SYNC, up to now. */
  get unserialized(): number {
    return this.#unserialized;
  }

  get tally(): Tally {
    return {
      calls: this.#calls,
      stale: this.#stale,
      torn: this.#torn,
      publications: this.#publications,
      unserialized: this.#unserialized,
      serializations: Object.fromEntries(this.#serializations),
      finding: this.#finding,
      faults: [...this.#faults],
    };
  }
}

/** Adds up what the cpus saw; the finding is that of the first tally that has one. */
export function addTallies(tallies: readonly Tally[]): Tally {
  const serializations: Record<string, number> = {};
  for (const tally of tallies) {
    for (const [point, count] of Object.entries(tally.serializations)) {
      serializations[point] = (serializations[point] ?? 0) + count;
    }
  }
  const sum = (of: (tally: Tally) => number): number =>
    tallies.reduce((total, tally) => total + of(tally), 0);
  return {
    calls: sum((tally) => tally.calls),
    stale: sum((tally) => tally.stale),
    torn: sum((tally) => tally.torn),
    publications: sum((tally) => tally.publications),
    unserialized: sum((tally) => tally.unserialized),
    serializations,
    finding: tallies.find((tally) => tally.finding)?.finding,
    faults: tallies.flatMap((tally) => tally.faults),
  };
}
