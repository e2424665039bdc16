/** Runs the built command line as its users do: as a process, judged by its exit status and its two streams. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { type RunDocument, runSchema } from '../../src/report/runSchema.js';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

export interface Outcome {
  /** Null where a signal ended the process. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Loaded into the command before it starts: says on stderr, one line each, when a worker is up. */
const REPORT_WORKERS = `data:text/javascript,${encodeURIComponent(`
  import threads from 'node:worker_threads';
  threads.Worker = class extends threads.Worker {
    constructor(...args) {
      super(...args);
      this.once('online', () => process.stderr.write('a worker is up\\n'));
    }
  };
`)}`;

/** The same, where no worker can be started. */
const REFUSE_WORKERS = `data:text/javascript,${encodeURIComponent(`
  import threads from 'node:worker_threads';
  threads.Worker = class extends threads.Worker {
    constructor() {
      super('throw new Error("no thread to be had")', { eval: true });
    }
  };
`)}`;

/** The same, where koffi is not installed. */
const HIDE_KOFFI = `data:text/javascript,${encodeURIComponent(`
  import { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(\`
    export async function resolve(specifier, context, next) {
      if (specifier === 'koffi') throw new Error('no such module');
      return next(specifier, context);
    }
  \`));
`)}`;

export const WORKER_LINE = 'a worker is up\n';

export function start(
  args: readonly string[],
  options: {
    readonly reportsWorkers?: true;
    readonly refusesWorkers?: true;
    readonly hidesKoffi?: true;
  } = {},
): ChildProcess {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is not there; run: npm run build`);
  const preload = [
    ...(options.reportsWorkers ? ['--import', REPORT_WORKERS] : []),
    ...(options.refusesWorkers ? ['--import', REFUSE_WORKERS] : []),
    ...(options.hidesKoffi ? ['--import', HIDE_KOFFI] : []),
  ];
  /* A process group of its own: whatever it leaves behind is found there. */
  return spawn(process.execPath, [...preload, MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
}

export function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}

/** Resolves when the stream has given `text`. */
export function printed(stream: Readable, text: string): Promise<void> {
  let seen = '';
  return new Promise((resolve) => {
    stream.on('data', (part: string) => {
      seen += part;
      if (seen.includes(text)) resolve();
    });
  });
}

export function coresync(...args: string[]): Promise<Outcome> {
  return outcomeOf(start(args));
}

/** As `coresync`, with a line on stderr for each worker that comes up. */
export function coresyncReportingWorkers(...args: string[]): Promise<Outcome> {
  return outcomeOf(start(args, { reportsWorkers: true }));
}

/** What was printed as a command, pasted into a shell in which `coresync` is the built command line. */
export function pasted(command: string): Promise<Outcome> {
  const shell = `coresync() { "${process.execPath}" "${MAIN}" "$@"; }\n${command}`;
  return outcomeOf(spawn('sh', ['-c', shell], { stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** A run with --json: its document, checked against the schema, was all it printed. */
export async function runJson(
  ...args: string[]
): Promise<{ readonly status: number | null; readonly document: RunDocument }> {
  const { status, stdout, stderr } = await coresync('run', ...args, '--json');
  if (stderr !== '') throw new Error(stderr);
  return { status, document: runSchema.parse(JSON.parse(stdout)) };
}

export function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}

export const COLUMNS = 80;
