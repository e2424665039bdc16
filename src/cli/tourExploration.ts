/** The last stop of the tour: every schedule of a situation instead of some runs of it, and what follows from that. */
import type { ExplorationDocument } from '../report/explorationSchema.js';
import type { Column } from '../report/table.js';
import type { Claim } from './tour.js';

export interface ExploredRow {
  readonly scenario: string;
  readonly policy: string;
  readonly expected: ExplorationDocument['outcome'];
}

export interface ExploredStop {
  readonly title: string;
  readonly story: string;
  readonly columns: readonly Column<ExplorationDocument>[];
  readonly rows: readonly ExploredRow[];
  /** @param documents one per row, in order. */
  readonly claim: (documents: readonly ExplorationDocument[]) => Claim;
}

export const EVERY_SCHEDULE: ExploredStop = {
  title: 'Every schedule: what runs cannot prove',
  story:
    'The same kernel, and every order in which its accesses can happen: allowed if one of them goes wrong, forbidden ' +
    'if none does. The tables above are what some runs did. This one is about all of them, for one patch and ' +
    'memory without reordering.',
  columns: [
    { title: 'scenario', width: 16, align: 'left', cell: (document) => document.scenario },
    { title: 'policy', width: 24, align: 'left', cell: (document) => document.policy },
    { title: 'states', width: 6, align: 'right', cell: (document) => String(document.states) },
    { title: 'outcome', width: 26, align: 'left', cell: (document) => document.outcome },
  ],
  rows: [
    { scenario: 'kthread-return', policy: 'none', expected: 'allowed' },
    { scenario: 'kthread-return', policy: 'mainline', expected: 'forbidden' },
    { scenario: 'flag-left-behind', policy: 'deferred-task-registered', expected: 'allowed' },
    { scenario: 'flag-left-behind', policy: 'deferred-cpu', expected: 'forbidden' },
  ],
  claim: (documents) => {
    const [, mainline, perTask, perCpu] = documents;
    return {
      holds: mainline!.outcome === 'forbidden' && perTask!.outcome !== perCpu!.outcome,
      sentence:
        `Under mainline no schedule goes wrong, ${mainline!.states} states. The flag of 2017 per ` +
        `task is ${judged(perTask!)}, per cpu it is ${judged(perCpu!)}: a thread that sleeps again takes its flag ` +
        'along, the flag of a cpu stays for whoever goes to user mode there next.',
    };
  },
};

function judged({ outcome, witness, states }: ExplorationDocument): string {
  switch (outcome) {
    case 'allowed':
      return `wrong (${witness?.length ?? '?'} steps show it)`;
    case 'forbidden':
      return `right (in all ${states} states)`;
    case 'not-found-within-the-bound':
      return 'not decided within the bound';
  }
}
