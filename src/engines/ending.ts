/** How the processes of a run ended, where not by themselves. */

import type { Ending } from '../jit/reaction.js';
import { SIGABRT, SIGSYS } from '../kernel/groupExit.js';
import type { KernelLayout } from '../kernel/layout.js';
import type { MachineSpec } from '../kernel/machineSpec.js';
import type { Judged } from '../oracle/verdict.js';
import { WITHHELD } from '../scenarios/publicationCode.js';

const NOTHING_PUBLISHED: Readonly<Record<Ending, string>> = {
  killed: 'SIGSYS killed it: nothing was published',
  aborted: 'it aborted: nothing was published',
  withheld: 'the barrier failed: nothing was published',
};

export interface JudgedRun extends Judged {
  /** Why nothing was published, where that is known. */
  readonly ending?: Ending;
}

/** Says why there is nothing to judge. */
export function withEnding(judged: Judged, ending: Ending | undefined): JudgedRun {
  if (judged.verdict !== 'inconclusive' || ending === undefined) return judged;
  return { ...judged, reason: NOTHING_PUBLISHED[ending], ending };
}

const BY_SIGNAL: Readonly<Record<number, Ending>> = { [SIGSYS]: 'killed', [SIGABRT]: 'aborted' };

export function endingOf(
  words: Int32Array,
  { task, variable }: KernelLayout,
  spec: MachineSpec,
): Ending | undefined {
  for (let id = spec.cpus; id < spec.cpus + spec.tasks.length; id++) {
    const ending = BY_SIGNAL[words[task.exitSignal(id)]!];
    if (ending !== undefined) return ending;
  }
  const withheld = spec.variables.indexOf(WITHHELD);
  return withheld >= 0 && words[variable(withheld)]! > 0 ? 'withheld' : undefined;
}
