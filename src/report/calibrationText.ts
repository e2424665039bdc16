/** A calibration as text: each cost beside the one of the profile that it would otherwise be, and why it was not used. */
import type { CalibratedCost, Calibration } from '../engines/native/calibration.js';
import type { Paint } from './paint.js';
import { type Column, tableHead, tableRow } from './table.js';
import { wrap } from './textLayout.js';

const ns = (value: number): string => (value < 100 ? value.toFixed(2) : value.toFixed(0));

const COLUMNS: readonly Column<CalibratedCost>[] = [
  { title: 'cost', width: 16, align: 'left', cell: ({ name }) => name },
  {
    title: 'here, ns',
    width: 9,
    align: 'right',
    cell: ({ summary }) => (summary ? ns(summary.median) : '-'),
  },
  {
    title: 'q10..q90',
    width: 16,
    align: 'right',
    cell: ({ summary }) => (summary ? `${ns(summary.q10)}..${ns(summary.q90)}` : '-'),
  },
  { title: 'n', width: 4, align: 'right', cell: ({ summary }) => String(summary?.n ?? '-') },
  { title: 'base, ns', width: 9, align: 'right', cell: ({ baseNs }) => ns(baseNs) },
  { title: '', width: 9, align: 'left', cell: originOf },
];

function originOf({ summary, splitAmong }: CalibratedCost): string {
  if (splitAmong) return 'split';
  return summary ? 'measured' : 'assumed';
}

/** @param file where the profile was written to, if it was. */
export function calibrationText(
  { profile, base, costs, observations, clockNotUsed }: Calibration,
  file: string | undefined,
  paint: Paint,
): string {
  const measured = costs.filter(({ summary }) => summary !== undefined).length;
  return `${[
    ...wrap(profile.title),
    `${profile.cyclesPerNs} cycles per ns${clockNotUsed === undefined ? ', by additions that wait for each other' : `, of ${base}`}`,
    '',
    paint('bold', tableHead(COLUMNS)),
    ...costs.map((cost) => tableRow(COLUMNS, cost)),
    '',
    ...wrap(
      `${measured} of ${costs.length} are measured; of those marked as split only the sum is, and the proportions are those of ${base}. What user space cannot see by itself stays an assumption of ${base}; compiling and instantiating a unit is not decoding it.`,
    ),
    ...notUsedLines(costs, clockNotUsed),
    ...(observations.length === 0 ? [] : ['', 'Seen on the way, ns (in no cost by itself):']),
    ...observations.map(
      ({ what, summary }) =>
        `  ${what.padEnd(46)}  ${ns(summary.median)} (${ns(summary.q10)}..${ns(summary.q90)}, n ${summary.n})`,
    ),
    '',
    `Next: ${nextCommand(file)}`,
  ].join('\n')}\n`;
}

/** By reason, as several costs may have the same. */
function notUsedLines(costs: readonly CalibratedCost[], clockNotUsed: string | undefined): string[] {
  const namesByReason = new Map<string, string[]>();
  const add = (name: string, reason: string | undefined): void => {
    if (reason !== undefined) namesByReason.set(reason, [...(namesByReason.get(reason) ?? []), name]);
  };
  for (const { name, notUsed } of costs) add(name, notUsed);
  add('cycles per ns', clockNotUsed);
  if (namesByReason.size === 0) return [];
  return [
    '',
    'Tried, and not used:',
    ...[...namesByReason].flatMap(([reason, names]) => wrap(`${names.join(', ')}: ${reason}`, '  ')),
    'What is only too noisy here can be had on a quieter host: see coresync doctor.',
  ];
}

function nextCommand(file: string | undefined): string {
  if (file === undefined) return 'coresync calibrate --save host.json';
  return `coresync bench kthread-bounce-load --costs ${file}`;
}
