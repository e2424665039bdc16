/** The host side, as a program of its own: registrations cannot be taken back, so each sequence gets a fresh process.
 *
 *      hostProcess.js                    forks a child for each line of standard input: { steps }
 *      hostProcess.js --steps JSON [--process NAME]   runs them in this process
 *
 *  Prints a line of JSON per process, { process, results }, and { done } after each sequence read.
 *
 *  A fork of Node takes only the calling thread along. So the forking program has to be started with
 *  `--single-threaded`, and what a child does is system calls through FFI: no event loop, no streams, no return. An
 *  alarm ends a child that hangs all the same. */
import { readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type HostKernel, openHostKernel } from '../../src/engines/native/hostKernel.js';
import { childName, type Step } from './sequence.js';

const CHILD_SECONDS = 20;
const STDIN = 0;
const STDOUT = 1;
const READ_BYTES = 65536;
const END_OF_RELEASE = 0;

class HostProcesses {
  readonly #host: HostKernel;
  readonly #fork;
  readonly #waitpid;
  readonly #write;
  readonly #read;
  readonly #close;
  readonly #pipe;
  readonly #alarm;
  readonly #execv;
  readonly #exit;

  constructor(host: HostKernel) {
    this.#host = host;
    this.#fork = host.libraryFunction('int fork()');
    this.#waitpid = host.libraryFunction('int waitpid(int pid, _Out_ int *status, int options)');
    this.#write = host.libraryFunction('long write(int file, const char *text, size_t bytes)');
    this.#read = host.libraryFunction('long read(int file, _Out_ char *into, size_t bytes)');
    this.#close = host.libraryFunction('int close(int file)');
    this.#pipe = host.libraryFunction('int pipe(_Out_ int *ends)');
    this.#alarm = host.libraryFunction('unsigned int alarm(unsigned int seconds)');
    this.#execv = host.libraryFunction('int execv(const char *path, const char **arguments)');
    this.#exit = host.libraryFunction('void _exit(int status)');
  }

  /** Runs the steps in this process, and children of it. */
  run(process: string, steps: readonly Step[]): void {
    const results: number[] = [];
    const waiting: (() => void)[] = [];
    let next: { readonly process: string; readonly steps: readonly Step[] } | undefined;
    for (const [index, step] of steps.entries()) {
      if ('call' in step) results.push(this.#host.membarrier(...step.call));
      else if ('exec' in step) {
        next = { process: childName(process, index), steps: step.exec };
        break;
      } else {
        const join = this.#forkChild(childName(process, index), step.fork, step.when);
        if (step.when === 'now') join();
        else waiting.push(join);
      }
    }
    for (const join of waiting) join();
    this.#print({ process, results });
    if (next) this.#exec(next.process, next.steps);
  }

  /** @returns waits for the child, which does not begin earlier where it is to wait for its parent. */
  #forkChild(process: string, steps: readonly Step[], when: 'now' | 'parent-is-done'): () => void {
    const ends = [0, 0];
    if (this.#pipe(ends) !== 0) throw new Error('pipe failed');
    const [readEnd, writeEnd] = ends as [number, number];
    const release = (): void => {
      this.#close(readEnd);
      this.#close(writeEnd);
    };
    if (when === 'now') release();
    const pid = this.#fork();
    if (pid < 0) throw new Error('fork failed');
    if (pid === 0) {
      this.#inChild(() => {
        if (when === 'parent-is-done') {
          this.#close(writeEnd);
          if (this.#read(readEnd, Buffer.alloc(1), 1) !== END_OF_RELEASE) throw new Error('not released');
        }
        this.run(process, steps);
      });
    }
    return () => {
      if (when === 'parent-is-done') release();
      const status = [0];
      if (this.#waitpid(pid, status, 0) !== pid || status[0] !== 0) {
        throw new Error(`child ${process} ended with status ${status[0]}`);
      }
    };
  }

  /** Runs a sequence in a child of its own. */
  runForked(steps: readonly Step[]): void {
    this.#forkChild('', steps, 'now')();
    this.#print({ done: true });
  }

  #inChild(work: () => void): never {
    this.#alarm(CHILD_SECONDS);
    try {
      work();
      this.#exit(0);
    } catch (error) {
      this.#print({ error: String(error) });
    }
    this.#exit(1);
    throw new Error('unreachable');
  }

  #exec(process: string, steps: readonly Step[]): never {
    const node = globalThis.process.execPath;
    const script = fileURLToPath(import.meta.url);
    const options = ['--steps', JSON.stringify(steps), '--process', process];
    this.#execv(node, [node, '--single-threaded', script, ...options, null]);
    throw new Error('execv failed');
  }

  #print(line: object): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    let from = 0;
    while (from < bytes.length) {
      const written = this.#write(STDOUT, bytes.subarray(from), bytes.length - from);
      if (written < 0) throw new Error('write failed');
      from += written;
    }
  }
}

/** Reads without an event loop: nothing may be under way when a child is forked. */
function* linesOfStdin(): Generator<string> {
  const chunk = Buffer.alloc(READ_BYTES);
  let text = '';
  for (;;) {
    const end = text.indexOf('\n');
    if (end >= 0) {
      yield text.slice(0, end);
      text = text.slice(end + 1);
      continue;
    }
    const bytes = readSync(STDIN, chunk);
    if (bytes === 0) return;
    text += chunk.toString('latin1', 0, bytes);
  }
}

const { values } = parseArgs({ options: { steps: { type: 'string' }, process: { type: 'string' } } });
const host = await openHostKernel();
if ('unavailable' in host) throw new Error(host.unavailable);
const processes = new HostProcesses(host);
if (values.steps !== undefined) processes.run(values.process ?? '', JSON.parse(values.steps) as Step[]);
else for (const line of linesOfStdin()) processes.runForked(JSON.parse(line) as Step[]);
