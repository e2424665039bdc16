/** Starts the host side, and says why where there is none. */
import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { vi } from 'vitest';
import { openHostKernel } from '../../src/engines/native/hostKernel.js';
import { CMD_QUERY } from '../../src/kernel/membarrierCommands.js';
import { builtFile } from '../builtFile.js';
import type { Done, Report } from './hostProcess.js';
import type { Results, Step } from './sequence.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

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

/** Forks a fresh process for each sequence, one sequence at a time. A program that failed is not used again. */
export class ForkingHost {
  #program: Program | undefined;

  async run(steps: readonly Step[]): Promise<Results> {
    this.#program ??= new Program();
    try {
      return await this.#program.run(steps);
    } catch (error) {
      this.#program.kill();
      this.#program = undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#program?.close();
    this.#program = undefined;
  }
}

class Program {
  // A process group of its own: what it leaves behind is ended with it.
  readonly #child = spawn(
    process.execPath,
    ['--single-threaded', '--v8-pool-size=0', builtFile('test/conformance/hostProcess.js')],
    { stdio: ['pipe', 'pipe', 'pipe'], detached: true },
  );
  readonly #lines = createInterface({ input: this.#child.stdout });
  readonly #closed = new Promise<void>((resolve) => this.#child.once('close', () => resolve()));
  #stderr = '';

  constructor() {
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    // Writing to a program that has died: that it died is what run() reports.
    this.#child.stdin.on('error', (error) => {
      this.#stderr += `${error.message}\n`;
    });
  }

  async run(steps: readonly Step[]): Promise<Results> {
    const { promise, resolve, reject } = withResolvers<Results>();
    const fail = (why: string): void => reject(new Error(`host side: ${why}\n${this.#stderr}`));
    const timer = setTimeout(() => fail(`no answer in ${ANSWER_MS} ms`), ANSWER_MS);
    const died = (status: number | null): void => fail(`it ended with status ${status}`);
    const reports: Report[] = [];
    const onLine = (text: string): void => {
      const line = JSON.parse(text) as Report | Done;
      if ('results' in line) reports.push(line);
      else if (line.error !== undefined) fail(line.error);
      else resolve(resultsOf(reports.filter((report) => report.attempt === line.attempt)));
    };
    this.#lines.on('line', onLine);
    this.#child.once('close', died);
    try {
      this.#child.stdin.write(`${JSON.stringify(steps)}\n`);
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#child.off('close', died);
      this.#lines.off('line', onLine);
    }
  }

  /** Lets it end. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    await this.#closed;
  }

  kill(): void {
    try {
      process.kill(-this.#child.pid!, 'SIGKILL');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

function withResolvers<Value>(): {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: Error) => void;
} {
  let resolve!: (value: Value) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<Value>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
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
