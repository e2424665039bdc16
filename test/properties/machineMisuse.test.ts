import { describe, expect, it } from 'vitest';
import { LabError, Machine } from '../../src/index.js';

interface Misuse {
  readonly title: string;
  readonly does: () => unknown;
  readonly code: string;
  /** What is wrong, and where. */
  readonly says: RegExp;
  /** What to do next. */
  readonly next: RegExp;
}

const boot = (): Promise<Machine> => Machine.boot({ cpus: 2, processes: 1, threads: 2 });

async function exited(): Promise<unknown> {
  const machine = await boot();
  const thread = machine.createProcess('p').createThread({ cpu: 1 });
  thread.exit();
  return thread.getpid();
}

const MISUSES: readonly Misuse[] = [
  {
    title: 'an unknown policy',
    does: () => Machine.boot({ policy: 'mainlien' }),
    code: 'E_UNKNOWN_NAME',
    says: /unknown policy 'mainlien'; did you mean 'mainline'\?/,
    next: /^Known: .*deferred-task/,
  },
  {
    title: 'an unknown profile',
    does: () => Machine.boot({ arch: 'x86_64' }),
    code: 'E_UNKNOWN_NAME',
    says: /unknown profile 'x86_64'; did you mean 'x86-64'\?/,
    next: /^Known: .*riscv64/,
  },
  {
    title: 'an unknown kernel',
    does: () => Machine.boot({ kernel: '5.11' }),
    code: 'E_UNKNOWN_NAME',
    says: /unknown kernel '5\.11'/,
    next: /^Known: .*5\.10/,
  },
  {
    title: 'an unknown barrier id',
    does: () => Machine.boot({ without: ['exit-mm', 'exit-mn'] }),
    code: 'E_UNKNOWN_POINT',
    says: /unknown barrier id 'exit-mn'/,
    next: /^Known: .*exit-mm/,
  },
  ...[0, 257, 1.5, Number.NaN, -1].map((cpus) => ({
    title: `${cpus} cpus`,
    does: () => Machine.boot({ cpus }),
    code: 'E_RANGE',
    says: new RegExp(`cpus is ${cpus}; expected a whole number from 1 to 256`),
    next: /cpus/,
  })),
  ...[-1, 2, 0.5, Number.NaN].map((cpu) => ({
    title: `a thread on cpu ${cpu} of two`,
    does: async () => (await boot()).createProcess('p').createThread({ cpu }),
    code: 'E_RANGE',
    says: new RegExp(`cpu is ${cpu}; the machine has cpus 0 to 1`),
    next: /^Choose one of them/,
  })),
  {
    title: 'a kernel thread on a cpu that is not there',
    does: async () => (await boot()).createKthread({ cpu: 9 }),
    code: 'E_RANGE',
    says: /cpu is 9; the machine has cpus 0 to 1/,
    next: /^Choose one of them/,
  },
  {
    title: 'a thread that has exited',
    does: exited,
    code: 'E_THREAD_EXITED',
    says: /thread \d+ has exited/,
    next: /^Create another one/,
  },
  {
    title: 'too many processes',
    does: async () => {
      const machine = await boot();
      machine.createProcess('one');
      machine.createProcess('two');
    },
    code: 'E_CAPACITY',
    says: /all 1 processes that were reserved at boot are in use/,
    next: /Machine\.boot\(\{ processes: 2 \}\)/,
  },
  {
    title: 'too many threads',
    does: async () => {
      const process = (await boot()).createProcess('one');
      for (let thread = 0; thread < 3; thread++) process.createThread({ cpu: 0 });
    },
    code: 'E_CAPACITY',
    says: /all 2 threads that were reserved at boot are in use/,
    next: /Machine\.boot\(\{ threads: 4 \}\)/,
  },
  {
    title: 'an unknown site',
    does: async () => (await boot()).createProcess('p').createThread({ cpu: 0 }).call('hott'),
    code: 'E_UNKNOWN_NAME',
    says: /unknown site 'hott'; did you mean 'hot'\?/,
    next: /^Known: hot/,
  },
];

async function thrownBy(does: () => unknown): Promise<unknown> {
  try {
    await does();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('bad use of a machine says what, where and what next', () => {
  it.each(MISUSES)('$title', async ({ does, code, says, next }) => {
    const error = await thrownBy(does);
    expect(error).toBeInstanceOf(LabError);
    expect(error).toMatchObject({
      code,
      message: expect.stringMatching(says),
      next: expect.stringMatching(next),
    });
  });

  it('leaves the machine usable', async () => {
    const machine = await boot();
    const thread = machine.createProcess('p').createThread({ cpu: 0 });
    expect(await thrownBy(() => machine.createProcess('q'))).toBeInstanceOf(LabError);
    expect(await thrownBy(() => thread.call('nowhere'))).toBeInstanceOf(LabError);
    expect(thread.getpid()).toBe(thread.id);
  });

  it('is not an error of the guest: those are values', async () => {
    const machine = await boot();
    const thread = machine.createProcess('p').createThread({ cpu: 0 });
    expect(thread.membarrier(-1)).toBeLessThan(0);
    expect(thread.migrate(77)).toBeLessThan(0);
  });
});
