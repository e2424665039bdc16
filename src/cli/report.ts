/** `coresync report`: documents as one page to read, to print, or to keep as an artifact. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { EXIT, type ExitStatus, LabError } from '../base/errors.js';
import { checkWritable, writeOutput } from './outputFile.js';
import type { Session } from './session.js';

interface ReportOptions {
  readonly save: string;
  readonly title: string;
}

export function addReport(program: Command, session: Session): void {
  program
    .command('report')
    .summary('one HTML page from saved documents')
    .description(
      'Makes one HTML page, which needs nothing else, from what --json or --save has written: bench, compare, explore, ' +
        'gate, history show, matrix, merge, mutate, run.',
    )
    .argument('<documents...>', 'the files, in the order of the page')
    .option('--save <file>', 'where', 'coresync-report.html')
    .option('--title <text>', 'of the page', 'coresync report')
    .action(async (paths: readonly string[], options: ReportOptions) => {
      session.endWith(await report(paths, options, session));
    });
}

async function report(
  paths: readonly string[],
  { save, title }: ReportOptions,
  session: Session,
): Promise<ExitStatus> {
  const { shownSchema } = await import('../report/html/sections.js');
  const { reportPage } = await import('./reportPage.js');
  const { readJsonFileWhole } = await import('./jsonFile.js');
  const replaced = paths.find((path) => resolve(path) === resolve(save));
  if (replaced !== undefined) {
    throw new LabError(
      'E_USAGE',
      `--save ${save} would replace a document that the page is made from`,
      'Give the page another name.',
    );
  }
  checkWritable(save);
  const read = paths.map((path) =>
    readJsonFileWhole(path, shownSchema, { next: 'Give what a command has written with --json or --save.' }),
  );
  const { text, sections } = await reportPage(
    title,
    read.map(({ document }) => document),
    read.map(({ asRead }) => asRead),
  );
  writeOutput(save, text);
  session.print(`${save} is written: ${sections.map((section) => section.title).join('; ')}.\n`);
  return EXIT.good;
}
