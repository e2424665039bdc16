/** The memory models against litmus tests whose verdicts are published: Sewell, Sarkar, Owens, Zappa Nardelli and
 *  Myreen, "x86-TSO" (CACM 2010), with its names, and the SPARC V8 manual for PSO. */
import { describe, expect, it } from 'vitest';
import type { MemoryModel } from '../../src/hw/memoryModel.js';
import type { Hazard, Step, TaskSpec } from '../../src/scenarios/scenario.js';
import { explored, hazardOf } from './situations.js';

const set = (variable: string, to = 1): Step => ({ op: 'set', variable, to });
const load = (variable: string, into: string): Step => ({ op: 'load', variable, into });
/** A locked instruction on something that nobody looks at: a full barrier on x86. */
const locked: Step = { op: 'add', variable: 'barrier', amount: 1 };

/** A system call with a full barrier in it, and nothing else that orders: schedule() finds nobody else. */
const barrier: Step = { op: 'yield' };

interface Litmus {
  readonly name: string;
  readonly threads: readonly (readonly Step[])[];
  readonly outcome: Readonly<Record<string, number>>;
  readonly happensOn: readonly MemoryModel[];
}

const LITMUS: readonly Litmus[] = [
  {
    name: 'SB: two cpus store, and each reads the old value of the other',
    threads: [
      [set('x'), load('y', 'r1')],
      [set('y'), load('x', 'r2')],
    ],
    outcome: { r1: 0, r2: 0 },
    happensOn: ['tso', 'pso', 'rmo'],
  },
  {
    name: 'amd10 (SB with barriers)',
    threads: [
      [set('x'), locked, load('y', 'r1')],
      [set('y'), locked, load('x', 'r2')],
    ],
    outcome: { r1: 0, r2: 0 },
    // PSO here follows Linux, where an atomic that returns nothing orders nothing.
    happensOn: ['pso', 'rmo'],
  },
  {
    name: 'MP: the flag is seen, and the message is not',
    threads: [
      [set('x'), set('y')],
      [load('y', 'r1'), load('x', 'r2')],
    ],
    outcome: { r1: 1, r2: 0 },
    happensOn: ['pso', 'rmo'],
  },
  {
    name: 'MP, the stores in order: a load may still be early',
    threads: [
      [set('x'), barrier, set('y')],
      [load('y', 'r1'), load('x', 'r2')],
    ],
    outcome: { r1: 1, r2: 0 },
    happensOn: ['rmo'],
  },
  {
    name: 'MP, the stores in order, after a poll for the flag',
    threads: [
      [set('x'), barrier, set('y')],
      [{ op: 'spin', until: 'y', atLeast: 1 }, load('x', 'r2')],
    ],
    outcome: { r2: 0 },
    happensOn: ['rmo'],
  },
  {
    name: 'MP, the stores in order, and the loads',
    threads: [
      [set('x'), barrier, set('y')],
      [load('y', 'r1'), barrier, load('x', 'r2')],
    ],
    outcome: { r1: 1, r2: 0 },
    happensOn: [],
  },
  {
    name: 'MP, the loads in order',
    threads: [
      [set('x'), set('y')],
      [load('y', 'r1'), barrier, load('x', 'r2')],
    ],
    outcome: { r1: 1, r2: 0 },
    happensOn: ['pso', 'rmo'],
  },
  {
    name: 'LB: both loads see the store behind the other load',
    threads: [
      [load('x', 'r1'), set('y')],
      [load('y', 'r2'), set('x')],
    ],
    outcome: { r1: 1, r2: 1 },
    happensOn: ['rmo'],
  },
  {
    name: 'LB, the loads first',
    threads: [
      [load('x', 'r1'), barrier, set('y')],
      [load('y', 'r2'), barrier, set('x')],
    ],
    outcome: { r1: 1, r2: 1 },
    happensOn: [],
  },
  {
    name: 'S: a store comes before the load that precedes it, of another word',
    threads: [
      [set('x', 2), barrier, set('y')],
      [load('y', 'r1'), set('x', 1), barrier, load('x', 'r2')],
    ],
    outcome: { r1: 1, r2: 2 },
    happensOn: ['rmo'],
  },
  {
    name: 'CoRW: a cpu loads what it stores only afterwards',
    threads: [[load('x', 'r1'), set('x')], [load('x', 'r2')]],
    outcome: { r1: 1 },
    happensOn: [],
  },
  {
    name: 'iwp2.4 / amd9: a cpu reads its own store before others do',
    threads: [
      [set('x'), load('x', 'r1'), load('y', 'r2')],
      [set('y'), load('y', 'r3'), load('x', 'r4')],
    ],
    outcome: { r1: 1, r2: 0, r3: 1, r4: 0 },
    happensOn: ['tso', 'pso', 'rmo'],
  },
  {
    name: 'CoRR: two loads of one variable see its values in the wrong order',
    threads: [
      [set('x', 1), set('x', 2)],
      [load('x', 'r1'), load('x', 'r2')],
    ],
    outcome: { r1: 2, r2: 1 },
    happensOn: [],
  },
  {
    name: 'CoWR: a cpu does not see its own store',
    threads: [[set('x'), load('x', 'r1')], [load('x', 'r2')]],
    outcome: { r1: 0 },
    happensOn: [],
  },
];

const CASES = LITMUS.flatMap((litmus) =>
  (['sc', 'tso', 'pso', 'rmo'] as const).map((memory) => ({ ...litmus, memory })),
);

describe('litmus tests', () => {
  it.each(CASES)('$name: $memory', async ({ threads, outcome, happensOn, memory }) => {
    const tasks = threads.map(
      (program, cpu): TaskSpec => ({
        name: `t${cpu}`,
        process: 'jit',
        on: cpu === 0 ? 'first' : 'second',
        program: [{ op: 'rounds', body: program }],
      }),
    );
    const scenario = { ...hazardOf(tasks), forbidden: outcome };
    const { outcome: verdict, witness } = await explored({ scenario }, { memory });
    expect(verdict).toBe(happensOn.includes(memory) ? 'allowed' : 'forbidden');
    if (witness) expect(witness.found.violation.kind).toBe('forbidden-outcome');
  });

  it('MP beside an interrupt on its way: that the cpu polls for it before each load does not decide what it loads', async () => {
    const register: Step = { op: 'membarrier', command: 'register-private' };
    const call: Step = { op: 'membarrier', command: 'private' };
    const tasks: readonly TaskSpec[] = [
      {
        name: 'a',
        process: 'jit',
        on: 'first',
        program: [register, { op: 'rounds', body: [set('x'), set('y'), call] }],
      },
      {
        name: 'b',
        process: 'jit',
        on: 'second',
        program: [{ op: 'rounds', body: [load('y', 'r1'), load('x', 'r2')] }],
      },
    ];
    const scenario = { ...hazardOf(tasks), forbidden: { r1: 1, r2: 0 } };
    const { outcome } = await explored({ scenario }, { memory: 'rmo' });
    expect(outcome).toBe('allowed');
  });

  /* What follows can never end as it is forbidden to, so only a bound keeps it from being forbidden. */
  const NEVER = { r1: 99 };
  const beside = (writer: readonly Step[], reader: readonly Step[]): Hazard => ({
    ...hazardOf([
      { name: 'a', process: 'jit', on: 'first', program: [{ op: 'rounds', body: writer }] },
      { name: 'b', process: 'jit', on: 'second', program: [{ op: 'rounds', body: reader }] },
    ]),
    forbidden: NEVER,
  });

  it.each([
    { half: 6, outcome: 'forbidden', stoppedBy: 'exhausted' },
    { half: 7, outcome: 'not-found-within-the-bound', stoppedBy: 'store-buffer' },
  ])(
    'twice $half values to read of one word, where a queue holds 12: $outcome',
    async ({ half, ...expected }) => {
      // In two halves, or the store buffer would be full first.
      const sets = Array.from({ length: half }, (_, index) => set('x', index + 1));
      const scenario = beside([...sets, barrier, ...sets], [load('y', 'r1'), load('x', 'r1')]);
      const { outcome, result } = await explored({ scenario }, { memory: 'rmo' });
      expect({ outcome, stoppedBy: result.stoppedBy }).toEqual(expected);
    },
  );

  it.each([
    { loads: 4, outcome: 'forbidden', stoppedBy: 'exhausted' },
    { loads: 5, outcome: 'not-found-within-the-bound', stoppedBy: 'store-buffer' },
  ])('$loads loads to put off, where a cpu can put off 4: $outcome', async ({ loads, ...expected }) => {
    const words = ['x', 'y', 'z', 'u', 'v'].slice(0, loads);
    const scenario = beside(
      words.map((word) => set(word)),
      words.map((word, index) => load(word, `r${index}`)),
    );
    const { outcome, result } = await explored({ scenario }, { memory: 'rmo' });
    expect({ outcome, stoppedBy: result.stoppedBy }).toEqual(expected);
  });

  it('SB with one store more than the buffer holds is not called forbidden', async () => {
    const many = Array.from({ length: 14 }, (_, index) => set('x', index));
    const tasks: readonly TaskSpec[] = [
      { name: 'a', process: 'jit', on: 'first', program: [{ op: 'rounds', body: many }] },
      { name: 'b', process: 'jit', on: 'second', program: [{ op: 'rounds', body: [load('x', 'r1')] }] },
    ];
    const scenario = { ...hazardOf(tasks), forbidden: { r1: 99 } };
    const { outcome, result } = await explored({ scenario }, { memory: 'tso' });
    expect(outcome).toBe('not-found-within-the-bound');
    expect(result.stoppedBy).toBe('store-buffer');
  });
});
