/** Mutations in 80 columns: each ordering point, who notices that it is gone, and the shortest way to notice. */
import type { MutationDocument } from './mutationSchema.js';
import { type Column, tableHead, tableRow } from './table.js';
import { wrap } from './textLayout.js';

type Mutation = MutationDocument['mutations'][number];
type Noticed = Mutation['noticed'][number];

interface Row {
  readonly id: string;
  readonly noticed: Noticed;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'without', width: 25, align: 'left', cell: ({ id }) => id },
  {
    title: 'noticed by',
    width: 32,
    align: 'left',
    cell: ({ noticed }) => `${noticed.scenario}, ${noticed.arch}`,
  },
  {
    title: 'steps',
    width: 5,
    align: 'right',
    cell: ({ noticed }) => `${noticed.isShortest ? '' : '<='}${noticed.length}`,
  },
  { title: 'violation', width: 12, align: 'left', cell: ({ noticed }) => noticed.violation },
];

export function mutationText(document: MutationDocument): string {
  const { mutations } = document;
  const lines = [
    ...wrap('Each ordering point taken away by itself, every schedule of every situation looked at.', ''),
    '',
    tableHead(COLUMNS),
    ...mutations.flatMap(mutationLines),
    '',
    'Schedules',
    ...mutations.flatMap(scheduleLines),
    '',
    ...wrap(verdictLine(document), ''),
  ];
  return `${lines.join('\n')}\n`;
}

function mutationLines(mutation: Mutation): string[] {
  const { id, noticed, reason, verdict, undecided } = mutation;
  if (noticed.length > 0) {
    return noticed.map((one, index) => tableRow(COLUMNS, { id: index === 0 ? id : '', noticed: one }));
  }
  const why =
    verdict === 'undecided'
      ? `the bounds ended the exploration of ${undecided.join(', ')}`
      : (reason ?? 'NOBODY NOTICES, and no reason is known');
  const [first = '', ...rest] = wrap(why, ' '.repeat(29));
  return [`  ${id.padEnd(25)}  ${first.trimStart()}`, ...rest];
}

/** Of the first situation that notices: it is replayed with `--without`. */
function scheduleLines({ id, noticed }: Mutation): string[] {
  const [first] = noticed;
  if (!first) return [];
  const { scenario, arch, policy, schedule } = first;
  return wrap(`${scenario} --arch ${arch} --policy ${policy} --without ${id} "${schedule}"`, '  ');
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
