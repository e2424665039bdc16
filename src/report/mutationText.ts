/** Mutations in 80 columns: each ordering point, who notices that it is gone, and the shortest way to notice. */
import { LATEST_KERNEL } from '../kernel/kernelPresets.js';
import type { MutationDocument } from './mutationSchema.js';
import { type Column, tableHead, tableRow } from './table.js';
import { foldCommand, wrap } from './textLayout.js';

type Mutation = MutationDocument['mutations'][number];
type Noticed = Mutation['noticed'][number];

const COLUMNS: readonly Column<Noticed>[] = [
  {
    title: 'without: noticed by',
    width: 46,
    align: 'left',
    cell: (noticed) => `  ${whereNoticed(noticed)}`,
  },
  {
    title: 'steps',
    width: 5,
    align: 'right',
    cell: stepsOf,
  },
  { title: 'violation', width: 17, align: 'left', cell: ({ violation }) => violation },
];

export function mutationText(document: MutationDocument): string {
  const mutations = toldMutations(document);
  const aside = notPassedHere(document);
  // The table comes last: whoever looks at a terminal sees its end.
  const lines = [
    ...wrap(WHAT_WAS_DONE, ''),
    '',
    'Replay',
    ...mutations.flatMap(replayLines),
    '',
    tableHead(COLUMNS),
    ...mutations.flatMap(mutationLines),
    '',
    ...(aside === undefined ? [] : [...wrap(aside, ''), '']),
    ...wrap(`verdict: ${mutationVerdict(document)}`, ''),
  ];
  return `${lines.join('\n')}\n`;
}

export const WHAT_WAS_DONE =
  'Each ordering point taken away by itself, every schedule of every situation looked at.';

/** Those with something to tell. */
export function toldMutations({ mutations }: MutationDocument): readonly Mutation[] {
  return mutations.filter((mutation) => !isAside(mutation));
}

/** Which points no scenario that was chosen passes; undefined where each is passed. */
export function notPassedHere({ mutations }: MutationDocument): string | undefined {
  const aside = mutations.filter(isAside);
  return aside.length > 0 ? `Not passed here: ${aside.map(({ id }) => id).join(', ')}.` : undefined;
}

function isAside({ verdict, passedBy }: Mutation): boolean {
  return verdict === 'not-judged' && passedBy.length === 0;
}

export function whereNoticed({ scenario, arch, memory, kernel }: Noticed): string {
  return `${scenario}, ${arch}, ${memory}${kernel === LATEST_KERNEL.name ? '' : `, ${kernel}`}`;
}

/** Of the witness; behind `<=` where there may be a shorter one. */
export function stepsOf({ isShortest, length }: Noticed): string {
  return `${isShortest ? '' : '<='}${length}`;
}

function mutationLines(mutation: Mutation): string[] {
  const { id, noticed, covered } = mutation;
  if (noticed.length > 0) return [`  ${id}`, ...noticed.map((one) => tableRow(COLUMNS, one))];
  return [`  ${id}`, ...wrap(whyNot(mutation), '    '), ...(covered ? [tableRow(COLUMNS, covered)] : [])];
}

/** Why nobody notices, as far as that is known. */
export function whyNot({ verdict, undecided, passedBy, reason }: Mutation): string {
  switch (verdict) {
    case 'undecided':
      return `the bounds ended the exploration of ${undecided.join(', ')}`;
    case 'not-judged':
      return `not missed by ${passedBy.join(', ')}; other scenarios were not asked`;
    default:
      return reason ?? 'NOBODY NOTICES, and no reason is known';
  }
}

/** Of the first situation that notices. */
function replayLines({ noticed, covered }: Mutation): string[] {
  const first = noticed[0] ?? covered;
  if (!first) return [];
  return foldCommand(first.replay, '  ');
}

export function mutationVerdict(document: MutationDocument): string {
  const { mutations, survivors, undecided, stoppedBy, seconds } = document;
  const count = (verdict: Mutation['verdict']): number =>
    mutations.filter((mutation) => mutation.verdict === verdict).length;
  const notJudged = count('not-judged');
  const counts = [
    `${mutations.length} points`,
    `${count('noticed')} noticed`,
    `${count('survivor-with-a-reason')} survive for a known reason`,
    `${survivors} survive without`,
    `${undecided} undecided`,
    // Only of a part of the scenarios.
    ...(notJudged > 0 ? [`${notJudged} not judged: run it without --scenario`] : []),
  ];
  const word =
    stoppedBy === 'interrupted'
      ? 'interrupted, points are missing'
      : verdictWord(survivors, undecided, notJudged);
  return `${word} — ${counts.join(', ')}, ${seconds.toFixed(1)} s`;
}

function verdictWord(survivors: number, undecided: number, notJudged: number): string {
  if (survivors > 0) return 'survivors';
  if (undecided > 0) return 'undecided';
  return notJudged > 0 ? 'a part of the points' : 'every point accounted for';
}
