/** Executions of fetch units in a trace: which version ran, which one was promised, and what went wrong.
 *
 *  Limit: an execution stands for a run of equal ones. A call of a function of the user's own is one access; what its
 *  patch points executed are marks at its beginning. */
import type { CpuId, UnitId } from '../../base/ids.js';
import { EXECUTE_BREAKPOINT, EXECUTE_FAULT } from '../../hw/processor.js';
import { judgementOf } from '../../oracle/judge.js';
import type { Details, Label, Timeline } from '../../trace/timeline.js';
import type { EventTap, Execution } from './eventTap.js';
import { type TraceNames, versionName } from './traceNames.js';

/** Of calls that came to no execution, by what they returned. */
const WITHOUT_EXECUTION: Readonly<Record<number, string>> = {
  [EXECUTE_FAULT]: 'a fault',
  [EXECUTE_BREAKPOINT]: 'the breakpoint',
};

export interface ExecutedAccess {
  /** What was called. */
  readonly unit: UnitId;
  readonly from: number;
  readonly until: number;
  readonly result: number;
  /** Units that were fetched and decoded for it. */
  readonly decodes: number;
  /** Calls that broke P-SYNC. */
  readonly unserialized: number;
}

export class TracedExecutions {
  readonly #cpu: CpuId;
  readonly #timeline: Timeline;
  readonly #names: TraceNames;
  readonly #tap: EventTap;

  constructor(cpu: CpuId, timeline: Timeline, names: TraceNames, tap: EventTap) {
    this.#cpu = cpu;
    this.#timeline = timeline;
    this.#names = names;
    this.#tap = tap;
  }

  add(executed: ExecutedAccess): void {
    const { unit: called, from, until, unserialized } = executed;
    const { executions } = this.#tap;
    const [first] = executions;
    const isCallOfUnit = executions.length === 1 && first!.unit === called;
    this.#timeline.add(
      this.#cpu,
      from,
      until,
      isCallOfUnit ? this.#labelOf(first!, executed.decodes) : this.#labelOfCall(executed),
    );
    for (const execution of executions) {
      if (!isCallOfUnit) this.#timeline.mark(this.#cpu, from, this.#labelOf(execution, 0));
      this.#judge(execution, from);
    }
    this.addFaults(from);
    if (unserialized > 0) {
      this.#finding(from, `P-SYNC broken: ${this.#names.unit(called)}`, {
        calls: unserialized,
      });
    }
  }

  addFaults(at: number): void {
    for (const { unit, message } of this.#tap.faults) {
      this.#finding(at, `FAULT ${this.#names.unit(unit)}: ${message}`, {});
    }
  }

  #labelOf(execution: Execution, decodes: number): Label {
    return {
      category: 'execution',
      name: `${this.#names.unit(execution.unit)} ${versionName(execution.version)}`,
      details: { ...this.#detailsOf(execution), decodes },
    };
  }

  #labelOfCall({ unit, result, decodes }: ExecutedAccess): Label {
    const instead = WITHOUT_EXECUTION[result];
    const name = this.#names.unit(unit);
    return {
      category: 'execution',
      name: instead === undefined ? `call ${name}` : `call ${name}: ${instead}`,
      details: { decodes },
    };
  }

  #detailsOf({ unit, version, promised, count, value }: Execution): Details {
    return {
      site: this.#names.unit(unit),
      executed: versionName(version),
      promised: versionName(promised),
      calls: count,
      value,
    };
  }

  #judge(execution: Execution, at: number): void {
    const { unit, version, promised } = execution;
    const judgement = judgementOf(version, promised);
    if (judgement === 'good') return;
    this.#finding(
      at,
      `${judgement.toUpperCase()} ${this.#names.unit(unit)}: ` +
        `${versionName(version)} executed, ${versionName(promised)} promised`,
      this.#detailsOf(execution),
    );
  }

  #finding(at: number, name: string, details: Details): void {
    this.#timeline.markFinding(this.#cpu, at, { category: 'finding', name, details });
  }
}
