/** The host side, as a program of its own: registrations cannot be taken back, so each sequence gets a fresh process.
 *
 *      hostProcess.js                forks a child for each line of standard input, which is a list of steps
 *      hostProcess.js --job JSON     runs a job in this process
 *
 *  Prints a line of JSON for each process of a sequence (a Report), and one after each sequence read (Done).
 *
 *  Node is not made to be forked. A child has only the thread that called fork(): so the program has to be started
 *  with `--single-threaded`, and a child makes system calls through FFI and ends, without an event loop. V8 marks its
 *  heap MADV_DONTFORK: the marks are taken off before each fork. Where V8 maps more between that and the fork, the
 *  child dies of it (SIGSEGV), and the whole sequence is run again. An alarm ends a child that hangs. */
import { readFileSync, readSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type HostKernel, openHostKernel } from '../../src/engines/native/hostKernel.js';
import { childName, type Step } from './sequence.js';

interface Job {
  readonly process: string;
  readonly attempt: number;
  readonly steps: readonly Step[];
}

/** What one process got. */
export interface Report {
  readonly process: string;
  readonly attempt: number;
  readonly results: readonly number[];
}

/** The sequence has been run; reports of earlier attempts are void. */
export interface Done {
  readonly done: true;
  readonly attempt: number;
  readonly error?: string;
}

const ATTEMPTS = 10;
const CHILD_SECONDS = 20;
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const F_SETFD = 2;
const READ_BYTES = 65536;
const MADV_DOFORK = 11;
const SIGSEGV = 11;
/** Exit status of a process with a child that died of a page which was not forked. EX_TEMPFAIL. */
const INCOMPLETE = 75;
const FAILED = 1;

class IncompleteFork extends Error {}

class HostProcesses {
  readonly #host: HostKernel;
  readonly #fork;
  readonly #waitpid;
  readonly #write;
  readonly #read;
  readonly #close;
  readonly #pipe;
  readonly #alarm;
  readonly #fcntl;
  readonly #execv;
  readonly #madvise;
  readonly #exit;

  constructor(host: HostKernel) {
    this.#host = host;
    this.#fork = host.libraryFunction('int fork()');
    this.#waitpid = host.libraryFunction('int waitpid(int pid, _Out_ int *status, int options)');
    this.#write = host.libraryFunction('long write(int file, const void *bytes, size_t count)');
    this.#read = host.libraryFunction('long read(int file, void *into, size_t count)');
    this.#close = host.libraryFunction('int close(int file)');
    this.#pipe = host.libraryFunction('int pipe(_Out_ int *ends)');
    this.#alarm = host.libraryFunction('unsigned int alarm(unsigned int seconds)');
    this.#fcntl = host.libraryFunction('int fcntl(int file, int command, int flags)');
    this.#execv = host.libraryFunction('int execv(const char *path, const char **arguments)');
    this.#madvise = host.libraryFunction('int madvise(uintptr_t start, size_t bytes, int advice)');
    this.#exit = host.libraryFunction('void _exit(int status)');
  }

  /** Runs a sequence in a child of its own. */
  runForked(steps: readonly Step[]): void {
    for (let attempt = 1; ; attempt++) {
      try {
        this.#forkChild({ process: '', attempt, steps }, 'now')();
        return this.#print({ done: true, attempt } satisfies Done);
      } catch (error) {
        if (error instanceof IncompleteFork && attempt < ATTEMPTS) continue;
        return this.#print({ done: true, attempt, error: String(error) } satisfies Done);
      }
    }
  }

  /** Runs the steps in this process, and in children of it. */
  run({ process, attempt, steps }: Job): void {
    const results: number[] = [];
    const joins: (() => void)[] = [];
    let next: Job | undefined;
    for (const [index, step] of steps.entries()) {
      if ('call' in step) {
        results.push(this.#host.membarrier(...step.call));
        continue;
      }
      const name = childName(process, index);
      if ('exec' in step) {
        next = { process: name, attempt, steps: step.exec };
        break;
      }
      const join = this.#forkChild({ process: name, attempt, steps: step.fork }, step.when);
      if (step.when === 'now') join();
      else joins.push(join);
    }
    for (const join of joins) join();
    this.#print({ process, attempt, results } satisfies Report);
    if (next) this.#exec(next);
  }

  /** @returns waits for the child; where its parent is to be done first, the child does not begin before that. */
  #forkChild(job: Job, when: 'now' | 'parent-is-done'): () => void {
    const ends = [0, 0];
    if (this.#pipe(ends) !== 0) throw new Error('pipe failed');
    const [readEnd, writeEnd] = ends as [number, number];
    this.#allowHeapToBeForked();
    const pid = this.#fork();
    if (pid < 0) throw new Error('fork failed');
    if (pid === 0) {
      this.#endWith(() => {
        this.#close(writeEnd);
        if (when === 'parent-is-done' && this.#read(readEnd, Buffer.alloc(1), 1) !== 1) return;
        this.#close(readEnd);
        this.run(job);
      });
    }
    this.#close(readEnd);
    return () => {
      if (when === 'parent-is-done') this.#write(writeEnd, Buffer.alloc(1), 1);
      this.#close(writeEnd);
      const status = [0];
      if (this.#waitpid(pid, status, 0) !== pid) throw new Error('waitpid failed');
      if (status[0] === SIGSEGV || status[0] === INCOMPLETE << 8) throw new IncompleteFork();
      if (status[0] !== 0) throw new Error(`process '${job.process}' ended with wait status ${status[0]}`);
    };
  }

  #endWith(work: () => void): void {
    this.#alarm(CHILD_SECONDS);
    try {
      work();
      this.#exit(0);
    } catch (error) {
      if (error instanceof IncompleteFork) this.#exit(INCOMPLETE);
      console.error(error);
      this.#exit(FAILED);
    }
  }

  #allowHeapToBeForked(): void {
    const maps = readFileSync('/proc/self/maps', 'latin1');
    for (const [, start, end] of maps.matchAll(/^([0-9a-f]+)-([0-9a-f]+) /gm)) {
      const from = Number.parseInt(start!, 16);
      // Fails for pages of the kernel, which are not ours to mark.
      if (Number.isSafeInteger(from)) this.#madvise(from, Number.parseInt(end!, 16) - from, MADV_DOFORK);
    }
  }

  #exec(job: Job): void {
    // Node marks its standard streams close-on-exec.
    for (const file of [STDOUT, STDERR]) this.#fcntl(file, F_SETFD, 0);
    const node = globalThis.process.execPath;
    const script = fileURLToPath(import.meta.url);
    this.#execv(node, [node, '--single-threaded', script, '--job', JSON.stringify(job), null]);
    throw new Error('execv failed');
  }

  /** Not through a stream: a child has no event loop. */
  #print(line: Report | Done): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    for (let from = 0; from < bytes.length; ) {
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
    const count = readSync(STDIN, chunk);
    if (count === 0) return;
    text += chunk.toString('latin1', 0, count);
  }
}

const { values } = parseArgs({ options: { job: { type: 'string' } } });
const host = await openHostKernel();
if ('unavailable' in host) throw new Error(host.unavailable);
const processes = new HostProcesses(host);
if (values.job !== undefined) processes.run(JSON.parse(values.job) as Job);
else for (const line of linesOfStdin()) processes.runForked(JSON.parse(line) as Step[]);
