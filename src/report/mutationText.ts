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
    cell: ({ scenario, arch, memory, kernel }) =>
      `  ${scenario}, ${arch}, ${memory}${kernel === LATEST_KERNEL.name ? '' : `, ${kernel}`}`,
  },
  {
    title: 'steps',
    width: 5,
    align: 'right',
    cell: ({ isShortest, length }) => `${isShortest ? '' : '<='}${length}`,
  },
  { title: 'violation', width: 17, align: 'left', cell: ({ violation }) => violation },
];

export function mutationText(document: MutationDocument): string {
  const isAside = ({ verdict, passedBy }: Mutation): boolean =>
    verdict === 'not-judged' && passedBy.length === 0;
  const aside = document.mutations.filter(isAside);
  const mutations = document.mutations.filter((mutation) => !isAside(mutation));
  // The table comes last: whoever looks at a terminal sees its end.
  const lines = [
    ...wrap('Each ordering point taken away by itself, every schedule of every situation looked at.', ''),
    '',
    'Replay',
    ...mutations.flatMap(replayLines),
    '',
    tableHead(COLUMNS),
    ...mutations.flatMap(mutationLines),
    '',
    ...(aside.length > 0
      ? [...wrap(`Not passed here: ${aside.map(({ id }) => id).join(', ')}.`, ''), '']
      : []),
    ...wrap(verdictLine(document), ''),
  ];
  return `${lines.join('\n')}\n`;
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

function verdictLine({ mutations, survivors, undecided, seconds }: MutationDocument): string {
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
  return `verdict: ${verdictWord(survivors, undecided, notJudged)} — ${counts.join(', ')}, ${seconds.toFixed(1)} s`;
}

function verdictWord(survivors: number, undecided: number, notJudged: number): string {
  if (survivors > 0) return 'survivors';
  if (undecided > 0) return 'undecided';
  return notJudged > 0 ? 'a part of the points' : 'every point accounted for';
}
