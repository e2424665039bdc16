import { describe, expect, it } from 'vitest';
import { KERNEL_PRESETS, LabError, Machine, type MachineOptions, type Thread } from '../../src/index.js';
import { EINVAL } from '../../src/kernel/errno.js';

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

/** On a machine with room for one process and two threads. */
async function someThread(): Promise<Thread> {
  return (await boot()).createProcess('p').createThread({ cpu: 0 });
}

/** As JavaScript may call what TypeScript would refuse. */
const untyped = (value: unknown): never => value as never;

const bootUntyped = (options: unknown) => (): Promise<Machine> => Machine.boot(untyped(options));

const NO_OPTIONS: readonly { readonly options: unknown; readonly code: string; readonly says: RegExp }[] = [
  { options: 2, code: 'E_OPTION', says: /MachineOptions is 2; expected an object/ },
  { options: { cpu: 2 }, code: 'E_UNKNOWN_NAME', says: /unknown key of MachineOptions 'cpu'.*'cpus'/ },
  { options: { cpus: '2' }, code: 'E_RANGE', says: /cpus is '2'; expected a whole number from 1 to 256/ },
  { options: { arch: 64 }, code: 'E_OPTION', says: /arch is 64; expected a string/ },
  { options: { without: 'ipi-mb' }, code: 'E_OPTION', says: /without is 'ipi-mb'; expected an array/ },
  { options: { without: [1] }, code: 'E_OPTION', says: /without\[0\] is 1; expected a string/ },
  { options: { threads: Number.NaN }, code: 'E_RANGE', says: /threads is NaN; expected a whole number/ },
  { options: { threads: 1e9 }, code: 'E_RANGE', says: /threads is 1000000000; .* from 0 to 4096/ },
  { options: { processes: -1 }, code: 'E_RANGE', says: /processes is -1; expected a whole number/ },
  { options: { seed: 0.5 }, code: 'E_RANGE', says: /seed is 0\.5; expected a whole number/ },
  { options: { sites: 'hot' }, code: 'E_OPTION', says: /sites is 'hot'; expected an array/ },
  {
    options: { sites: [{ name: 'hot' }] },
    code: 'E_OPTION',
    says: /sites\[0\]\.placement is undefined; expected a string/,
  },
  {
    options: { sites: [{ name: 'hot', placement: 'across-lines' }] },
    code: 'E_UNKNOWN_NAME',
    says: /unknown sites\[0\]\.placement 'across-lines'; did you mean 'across-line'\?/,
  },
  { options: { kernel: 6 }, code: 'E_OPTION', says: /kernel is 6; expected the name of a preset or/ },
  { options: { kernel: { name: 'x' } }, code: 'E_OPTION', says: /kernel\.title is undefined; expected a/ },
  {
    options: { kernel: { ...KERNEL_PRESETS[0], ipiMutex: 'no' } },
    code: 'E_OPTION',
    says: /kernel\.ipiMutex is 'no'; expected true or false/,
  },
  {
    options: { kernel: { ...KERNEL_PRESETS[0], syncCoreIpi: 'explicti' } },
    code: 'E_UNKNOWN_NAME',
    says: /unknown kernel\.syncCoreIpi 'explicti'; did you mean 'explicit'\?/,
  },
  {
    options: { kernel: { ...KERNEL_PRESETS[0], seccomp: { membarrier: 'allow' } } },
    code: 'E_OPTION',
    says: /kernel\.seccomp\.flushIcache is undefined/,
  },
];

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
  {
    title: 'a site that is no name',
    does: async () => (await someThread()).call(untyped(undefined)),
    code: 'E_OPTION',
    says: /site is undefined; expected a string/,
    next: /site/,
  },
  ...NO_OPTIONS.map(({ options, code, says }) => ({
    title: `boot options: ${JSON.stringify(options).slice(0, 60)}`,
    does: bootUntyped(options),
    code,
    says,
    next: /./,
  })),
  ...(['processes', 'threads'] as const).map((what) => ({
    title: `more than no ${what}`,
    does: async () => {
      const machine = await Machine.boot({ [what]: 0 } satisfies MachineOptions);
      machine.createProcess('p').createThread({ cpu: 0 });
    },
    code: 'E_CAPACITY',
    says: new RegExp(`all 0 ${what} that were reserved`),
    next: new RegExp(`Machine\\.boot\\(\\{ ${what}: 1 \\}\\)`),
  })),
  {
    title: 'a thread that starts nowhere',
    does: async () => (await boot()).createProcess('p').createThread(untyped(undefined)),
    code: 'E_OPTION',
    says: /where the thread starts is undefined; expected an object/,
    next: /./,
  },
  ...[undefined, 'private', null, 0.5, Number.NaN, 2 ** 32].map((command) => ({
    title: `membarrier command ${JSON.stringify(command)}`,
    does: async () => (await someThread()).membarrier(untyped(command)),
    code: 'E_RANGE',
    says: /command is .*; expected a whole number/,
    next: /CMD_PRIVATE_EXPEDITED/,
  })),
  {
    title: 'a membarrier flag that is no number',
    does: async () => (await someThread()).membarrier(8, untyped('cpu')),
    code: 'E_RANGE',
    says: /flags is 'cpu'; expected a whole number/,
    next: /flags/,
  },
  {
    title: 'a cpu to move to that is no number',
    does: async () => (await someThread()).migrate(Number.NaN),
    code: 'E_RANGE',
    says: /cpu is NaN; expected a whole number/,
    next: /cpu/,
  },
  ...[-1, 0, 1.5, Number.NaN].map((times) => ({
    title: `to call a site ${times} times`,
    does: async () => (await someThread()).call('hot', times),
    code: 'E_RANGE',
    says: new RegExp(`times is ${times}; expected a whole number from 1 to`),
    next: /times/,
  })),
  ...(['exec', 'fork'] as const).flatMap((call) => [
    {
      title: `${call} into a process of another machine`,
      does: async () => (await someThread())[call]((await boot()).createProcess('q')),
      code: 'E_OTHER_MACHINE',
      says: /process 'q' is of another machine/,
      next: /createProcess/,
    },
    {
      title: `${call} into a process that has threads`,
      does: async () => {
        const machine = await Machine.boot();
        const busy = machine.createProcess('busy');
        busy.createThread({ cpu: 1 });
        machine.createProcess('p').createThread({ cpu: 0 })[call](busy);
      },
      code: 'E_HAS_THREADS',
      says: /process 'busy' has threads \(1\); expected one without/,
      next: /createProcess/,
    },
    {
      title: `${call} into what is no process`,
      does: async () => (await someThread())[call](untyped('q')),
      code: 'E_OPTION',
      says: /the process is 'q'; expected one that createProcess made/,
      next: /createProcess/,
    },
  ]),
];

async function thrownBy(does: () => unknown): Promise<unknown> {
  try {
    await does();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('a kernel configuration of the caller', () => {
  it.each(KERNEL_PRESETS)('may be that of $name', async (kernel) => {
    const machine = await Machine.boot({ kernel: { ...kernel, name: 'own' } });
    expect(machine.createProcess('p').createThread({ cpu: 0 }).membarrier(0)).toBe(kernel.commands);
  });
});

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
    const process = machine.createProcess('p');
    const thread = process.createThread({ cpu: 0 });
    expect(await thrownBy(() => machine.createProcess('q'))).toBeInstanceOf(LabError);
    expect(await thrownBy(() => thread.call('nowhere'))).toBeInstanceOf(LabError);
    expect(await thrownBy(() => thread.fork(process))).toBeInstanceOf(LabError);
    expect(thread.getpid()).toBe(thread.id);
    expect(process.createThread({ cpu: 1 }).call('hot')).toBe(0);
  });

  it('is not an error of the guest: those are values', async () => {
    const machine = await boot();
    const thread = machine.createProcess('p').createThread({ cpu: 0 });
    for (const command of [-1, 1 << 20, 2 ** 31]) expect(thread.membarrier(command)).toBe(-EINVAL);
    expect(thread.migrate(77)).toBeLessThan(0);
  });
});
