/** A schedule as one column per cpu, with the version of the site that each station holds after the step.
 *
 *      step  cpu 0                     cpu 1                     mem  dec  owed
 *         6  stores the new code                                   1   -/0     0
 */
import type { ExplorationDocument } from './explorationSchema.js';

type Lane = NonNullable<ExplorationDocument['witness']>['lanes'][number];

const WIDTH = 80;
const STEP_WIDTH = 5;

export function lanesText(lanes: readonly Lane[], cpus: number): string[] {
  const stationsWidth = 8 + 2 * cpus;
  const column = Math.floor((WIDTH - STEP_WIDTH - stationsWidth - 8) / cpus);
  const heads = Array.from({ length: cpus }, (_, cpu) => `cpu ${cpu}`.padEnd(column)).join(' ');
  const head = `${'step'.padStart(STEP_WIDTH - 1)} ${heads} ${'mem'.padStart(3)} ${'decoded'.padStart(2 * cpus + 3)} owed`;
  let previous = '';
  const rows = lanes.flatMap((lane, index) => {
    const who = `${lane.cpu}/${lane.task}`;
    const title = who === previous ? [] : [cell(cpus, column, lane.cpu, `[${lane.task}]`, '', '')];
    previous = who;
    const stations = stationsCell(lane, cpus);
    const parts = fold(lane.what, column);
    return [
      ...title,
      ...parts.map((part, line) =>
        cell(cpus, column, lane.cpu, part, line === 0 ? `${index + 1}` : '', line === 0 ? stations : ''),
      ),
    ];
  });
  return [head.trimEnd(), ...rows];
}

function cell(
  cpus: number,
  column: number,
  cpu: number,
  text: string,
  step: string,
  stations: string,
): string {
  const columns = Array.from({ length: cpus }, (_, index) => (index === cpu ? text : '').padEnd(column)).join(
    ' ',
  );
  return `${step.padStart(STEP_WIDTH - 1)} ${columns} ${stations}`.trimEnd();
}

function stationsCell({ memory, decoded, promised }: Lane, cpus: number): string {
  const shown = (version: number | null): string => (version === null ? '-' : `${version}`);
  return `${shown(memory).padStart(3)} ${decoded
    .map(shown)
    .join('/')
    .padStart(2 * cpus + 3)} ${`${promised}`.padStart(4)}`;
}

function fold(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = ` ${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((part) => part.slice(0, width));
}
