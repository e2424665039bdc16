#!/usr/bin/env node
/** coresync: the program. Builds the commands, prints what went wrong, and ends with the exit status.
 *
 *  Nothing heavy is imported before a command runs: `--help` has to be quick. */
import { styleText } from 'node:util';
import { type Argument, Command, CommanderError } from 'commander';
import { EXIT, type ExitStatus, LabError } from '../base/errors.js';
import { plain } from '../report/paint.js';
import { wrap } from '../report/textLayout.js';
import { addBaseline } from './baseline.js';
import { addBench } from './bench.js';
import { addCalibrate } from './calibrate.js';
import { addCompare } from './compare.js';
import { addDemo } from './demo.js';
import { addDoctor } from './doctor.js';
import { packageVersion } from './environment.js';
import { addExplore } from './explore.js';
import { addGate } from './gate.js';
import { addHelp } from './help.js';
import { addHistory } from './history.js';
import { addInit } from './init.js';
import { stopSignal } from './interruption.js';
import { addList } from './list.js';
import { addMatrix } from './matrix.js';
import { addMerge } from './merge.js';
import { addMutate } from './mutate.js';
import { addReplay } from './replay.js';
import { addReport } from './report.js';
import { addRun } from './run.js';
import { addSchema } from './schema.js';
import type { Session } from './session.js';
import { addShrink } from './shrink.js';
import { greedyOption, rethrow } from './usageError.js';

const ISSUE_HINT = 'This is a fault of coresync. Please report it with the command line and the lines above.';

function isColourWanted(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}

/** `<file>`, or `[file]` where it may be left out. */
function argumentTerm(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function programFor(session: Session): Command {
  const program = new Command('coresync');
  program
    .description('A laboratory for cross-modifying code.')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    // Without '[options]', which every command has: what is left has room in 80 columns.
    .configureHelp({
      subcommandTerm: (command) =>
        [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
    })
    .configureOutput({ outputError: () => {} }) // complain() prints it
    .exitOverride((error) => rethrow(error, 'coresync --help'))
    .addHelpText(
      'after',
      `
Exit status:
  0 good   1 judged and bad   2 usage or invalid input   3 could not judge
  4 broke  130 interrupted

Start with: coresync demo`,
    );
  addDemo(program, session);
  addList(program, session);
  addRun(program, session);
  addInit(program, session);
  addSchema(program, session);
  addMatrix(program, session);
  addExplore(program, session);
  addMerge(program, session);
  addReplay(program, session);
  addShrink(program, session);
  addMutate(program, session);
  addBench(program, session);
  addCompare(program, session);
  addGate(program, session);
  addBaseline(program, session);
  addHistory(program, session);
  addReport(program, session);
  addDoctor(program, session);
  addCalibrate(program, session);
  for (const parent of [program, ...program.commands]) {
    if (parent.commands.length > 0) addHelp(parent);
  }
  pointToHelp(program, 'coresync');
  return program;
}

/** What is wrong with the use of a command names the help of that command. */
function pointToHelp(parent: Command, path: string): void {
  for (const command of parent.commands) {
    const name = `${path} ${command.name()}`;
    command.exitOverride((error) => rethrow(error, `${name} --help`, greedyOption(command)));
    pointToHelp(command, name);
  }
}

/** Prints what went wrong. @returns the exit status for it. */
function complain(error: unknown): ExitStatus {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.good : EXIT.usage; // it printed the help
  if (error instanceof LabError) {
    process.stderr.write(`error: ${error.message}\n${wrap(error.next, '  ').join('\n')}\n`);
    return error.exit;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`error: ${text}\n  ${ISSUE_HINT}\n`);
  return EXIT.broke;
}

async function main(): Promise<void> {
  /* Node would end with 1, which is a verdict here. */
  process.on('uncaughtException', (error) => process.exit(complain(error)));
  const session: Session = {
    print: (text) => process.stdout.write(text),
    paint: isColourWanted() ? styleText : plain,
    stopSignal: stopSignal(process),
    endWith: (status) => {
      process.exitCode = status;
    },
  };
  try {
    await programFor(session).parseAsync();
  } catch (error) {
    process.exitCode = complain(error);
  }
}

await main();
