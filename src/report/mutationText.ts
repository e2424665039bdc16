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
  const { mutations } = document;
  const lines = [
    ...wrap('Each ordering point taken away by itself, every schedule of every situation looked at.', ''),
    '',
    tableHead(COLUMNS),
    ...mutations.flatMap(mutationLines),
    '',
    'Replay',
    ...mutations.flatMap(replayLines),
    '',
    ...wrap(verdictLine(document), ''),
  ];
  return `${lines.join('\n')}\n`;
}

function mutationLines(mutation: Mutation): string[] {
  const { id, noticed, reason, covered, verdict, undecided } = mutation;
  if (noticed.length > 0) return [`  ${id}`, ...noticed.map((one) => tableRow(COLUMNS, one))];
  const why =
    verdict === 'undecided'
      ? `the bounds ended the exploration of ${undecided.join(', ')}`
      : (reason ?? 'NOBODY NOTICES, and no reason is known');
  return [`  ${id}`, ...wrap(why, '    '), ...(covered ? [tableRow(COLUMNS, covered)] : [])];
}

/** Of the first situation that notices. */
function replayLines({ noticed, covered }: Mutation): string[] {
  const first = noticed[0] ?? covered;
  if (!first) return [];
  return foldCommand(first.replay, '  ');
}

function verdictLine({ mutations, survivors, undecided, seconds }: MutationDocument): string {
  const noticed = mutations.filter((mutation) => mutation.verdict === 'noticed').length;
  const known = mutations.length - noticed - survivors - undecided;
  const word = survivors > 0 ? 'survivors' : undecided > 0 ? 'undecided' : 'every point accounted for';
  return (
    `verdict: ${word} — ${mutations.length} points, ${noticed} noticed, ${known} survive for a known reason, ` +
    `${survivors} survive without, ${undecided} undecided, ${seconds.toFixed(1)} s`
  );
}
