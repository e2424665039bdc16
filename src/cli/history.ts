/** `coresync history`: appends a bench to a file of lines, and shows how series went and where they changed. */
import { type ExecFileSyncOptions, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { EXIT, type ExitStatus, LabError } from '../base/errors.js';
import { fileTrouble } from '../base/fileTrouble.js';
import type { HistoryDocument, HistoryLine } from '../report/historySchema.js';
import { readDocumentFile } from './documentFile.js';
import { appendOutput, checkAppendable } from './outputFile.js';
import type { Session } from './session.js';

interface HistoryOptions {
  readonly file: string;
  readonly series?: string;
  readonly json?: true;
}

const HISTORY_FILE = '.coresync-history.jsonl';

export function addHistory(program: Command, session: Session): void {
  const history = program
    .command('history')
    .summary('how costs went from run to run')
    .description('A file of lines, one per series and run; nothing in it is ever rewritten.');
  history
    .command('add')
    .description('appends what `bench --save` or `gate --save` wrote')
    .argument('<bench>', 'the file')
    .option('--file <file>', 'the history', HISTORY_FILE)
    .action(async (bench: string, options: HistoryOptions) =>
      session.endWith(await add(bench, options, session)),
    );
  history
    .command('show')
    .description('prints each series, its last values and where it changed')
    .option('--file <file>', 'the history', HISTORY_FILE)
    .option('--series <text>', 'only series whose id contains this')
    .option('--json', 'print points and changes')
    .action(async (options: HistoryOptions) => session.endWith(await show(options, session)));
}

async function add(bench: string, { file }: HistoryOptions, session: Session): Promise<ExitStatus> {
  const { benchSchema } = await import('../report/benchSchema.js');
  const { historyLines } = await import('../report/historySchema.js');
  const { readJsonFile } = await import('./jsonFile.js');
  const document = readJsonFile(bench, benchSchema, {
    next: 'Give what `coresync bench --save` has written.',
  });
  const lines = historyLines(document, new Date().toISOString(), commit());
  checkAppendable(file);
  appendOutput(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  session.print(`${file}: ${lines.length} lines more\n`);
  return EXIT.good;
}

async function show({ file, series, json }: HistoryOptions, session: Session): Promise<ExitStatus> {
  const { changePoints } = await import('../report/changePoints.js');
  const byId = new Map<string, HistoryLine[]>();
  for (const line of await read(file)) {
    if (series !== undefined && !line.id.includes(series)) continue;
    const key = `${line.id} ${line.machine}`;
    const points = byId.get(key);
    if (points) points.push(line);
    else byId.set(key, [line]);
  }
  const all: HistoryDocument['series'] = [...byId.values()].map((points) => ({
    id: points[0]!.id,
    machine: points[0]!.machine,
    points: points.map(({ at, commit: of, value }) => ({ at, commit: of, value })),
    changes: changePoints(points),
  }));
  if (all.length === 0) {
    throw new LabError(
      'E_NO_SERIES',
      `${file} has no series${series === undefined ? '' : ` whose id contains '${series}'`}`,
      'Leave out --series to see all of them.',
      EXIT.couldNotJudge,
    );
  }
  const document: HistoryDocument = { schema: 'coresync.history/1', series: all };
  if (json) session.print(`${JSON.stringify(document, null, 2)}\n`);
  else for (const one of all) session.print(textOf(one));
  return EXIT.good;
}

function textOf(one: HistoryDocument['series'][number]): string {
  const last = one.points.at(-1)!;
  const changes = one.changes.map(
    ({ index, before, after }) => `\n    ${one.points[index]!.commit}: ${before} -> ${after}`,
  );
  return `${one.id}: ${last.value} (${one.points.length} points)${changes.join('')}\n`;
}

/** @throws {LabError} E_FILE naming the line that is not understood. */
async function read(file: string): Promise<HistoryLine[]> {
  const { historyLineSchema } = await import('../report/historySchema.js');
  if (!existsSync(file)) {
    throw new LabError(
      'E_FILE',
      `there is no ${file}`,
      'Add to it with `coresync history add <bench>`.',
      EXIT.couldNotJudge,
    );
  }
  return textOfHistory(file)
    .split('\n')
    .flatMap((text, index) => {
      if (text === '') return [];
      try {
        return [historyLineSchema.parse(JSON.parse(text))];
      } catch {
        throw new LabError(
          'E_FILE',
          `${file}:${index + 1} is not a line of a history`,
          'Take it out.',
          EXIT.couldNotJudge,
        );
      }
    });
}

function textOfHistory(file: string): string {
  try {
    return readDocumentFile(file);
  } catch (error) {
    throw new LabError(
      'E_FILE',
      `cannot read ${file}: ${fileTrouble(error)}`,
      'Give another with --file.',
      EXIT.couldNotJudge,
    );
  }
}

/** Of the working directory; 'unknown' outside a repository. */
function commit(): string {
  try {
    const options: ExecFileSyncOptions = { stdio: ['ignore', 'pipe', 'ignore'] };
    return String(execFileSync('git', ['rev-parse', '--short', 'HEAD'], options)).trim();
  } catch {
    return 'unknown';
  }
}
