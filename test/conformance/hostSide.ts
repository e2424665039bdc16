/** Starts the host side, and says why where there is none. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { promisify } from 'node:util';
import { openHostKernel } from '../../src/engines/native/hostKernel.js';
import { CMD_QUERY } from '../../src/kernel/membarrierCommands.js';
import { builtFile } from '../builtFile.js';
import type { Done, Report } from './hostProcess.js';
import type { Results, Step } from './sequence.js';

/** A kernel that has membarrier(2). */
export interface Host {
  /** What QUERY gives: the commands it has. */
  readonly commands: number;
}

/** Makes a call that registers nothing, in this process. @returns the host, or why nothing can be compared. */
export async function findHost(): Promise<Host | string> {
  const kernel = await openHostKernel();
  if ('unavailable' in kernel) return kernel.unavailable;
  const commands = kernel.membarrier(CMD_QUERY, 0, 0);
  return commands < 0 ? `membarrier(QUERY) gives ${commands} on this host` : { commands };
}

const ANSWER_MS = 30_000;

/** One program that forks a fresh process for each sequence. */
export class ForkingHost {
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  #stderr = '';

  constructor() {
    // A process group of its own: what a run leaves behind is ended with it.
    this.#child = spawn(
      process.execPath,
      ['--single-threaded', '--v8-pool-size=0', builtFile('test/conformance/hostProcess.js')],
      { stdio: ['pipe', 'pipe', 'pipe'], detached: true },
    );
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.#lines = createInterface({ input: this.#child.stdout! });
  }

  /** @param steps one sequence at a time. */
  run(steps: readonly Step[]): Promise<Results> {
    const reports: Report[] = [];
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => {
        this.#end();
        reject(new Error(`host side: ${why}\n${this.#stderr}`));
      };
      const timer = setTimeout(() => fail(`no answer in ${ANSWER_MS} ms`), ANSWER_MS);
      const died = (): void => fail(`it ended (${this.#child.exitCode ?? this.#child.signalCode})`);
      this.#child.once('close', died);
      const settled = (): void => {
        clearTimeout(timer);
        this.#child.off('close', died);
        this.#lines.off('line', onLine);
      };
      const onLine = (text: string): void => {
        const line = JSON.parse(text) as Report | Done;
        if ('results' in line) {
          reports.push(line);
          return;
        }
        settled();
        if (line.error !== undefined) fail(line.error);
        else resolve(resultsOf(reports.filter((report) => report.attempt === line.attempt)));
      };
      this.#lines.on('line', onLine);
      this.#child.stdin!.write(`${JSON.stringify(steps)}\n`);
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) return resolve();
      this.#child.once('close', () => resolve());
      this.#child.stdin!.end();
    });
  }

  #end(): void {
    if (this.#child.pid === undefined || this.#child.exitCode !== null) return;
    process.kill(-this.#child.pid, 'SIGKILL');
  }
}

/** Runs steps in a fresh program with all the threads that Node has, so that the address space has several users.
 *  The steps may exec but not fork. */
export async function runInFreshProgram(steps: readonly Step[]): Promise<Results> {
  const job = JSON.stringify({ process: '', attempt: 1, steps });
  const script = builtFile('test/conformance/hostProcess.js');
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--job', job], {
    timeout: ANSWER_MS,
  });
  const lines = stdout.split('\n').filter((line) => line !== '');
  return resultsOf(lines.map((line) => JSON.parse(line) as Report));
}

function resultsOf(reports: readonly Report[]): Results {
  return Object.fromEntries(reports.map((report) => [report.process, report.results]));
}
