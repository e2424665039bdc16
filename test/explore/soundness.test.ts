import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Space } from '../../src/explore/space.js';
import type { Step, TaskSpec } from '../../src/scenarios/scenario.js';
import { bruteForce, outcomesOf, partsOf, TooLarge } from './outcomes.js';
import { programs } from './programs.js';
import { hazardOf, situationOf } from './situations.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 300_000 });

const MOST = 120_000;

describe('the reduction', () => {
  it('comes to the same outcomes as brute force over single accesses', async () => {
    let compared = 0;
    let interesting = 0;
    let buffered = 0;
    let early = 0;
    let smaller = 0;
    await fc.assert(
      fc.asyncProperty(
        programs,
        fc.constantFrom('mainline', 'none', 'deferred-cpu', 'every-exit'),
        fc.constantFrom('any-time' as const, 'on-execution' as const, 'on-execution' as const),
        fc.boolean(),
        fc.constantFrom('sc' as const, 'tso' as const, 'pso' as const, 'rmo' as const, 'rmo' as const),
        async (tasks, policy, fetching, ipiMutex, memory) => {
          const scenario = hazardOf(tasks, { processes: ['jit', 'other'] });
          const situation = await situationOf({ scenario, policy, kernel: { ipiMutex } });
          try {
            const reduced = outcomesOf(partsOf(situation, { fetching, memory }), 'each-state-once', MOST);
            const accesses = partsOf(situation, { fetching, memory, granularity: 'access' });
            const brute = bruteForce(accesses, reduced.space, MOST);
            expect(reduced.seen).toEqual(brute.seen);
            expect(reduced.states).toBeLessThanOrEqual(brute.states);
            const tried = outcomesOf(
              partsOf(situation, { fetching, memory }),
              'each-state-once',
              MOST,
              'persistent-set',
            );
            expect(tried.seen).toEqual(brute.seen);
            expect(tried.states).toBeLessThanOrEqual(reduced.states);
            if (tried.states < reduced.states) smaller++;
            compared++;
            if (brute.seen.length > 1) interesting++;
            if (memory !== 'sc' && brute.seen.length > 1) buffered++;
            if (memory === 'rmo' && brute.seen.length > 1) early++;
          } catch (error) {
            if (!(error instanceof TooLarge)) throw error;
          }
        },
      ),
      { numRuns: 100, seed: 5 },
    );
    expect(compared).toBeGreaterThan(40);
    expect(interesting).toBeGreaterThan(12);
    expect(buffered).toBeGreaterThan(6);
    expect(early).toBeGreaterThan(3);
    expect(smaller).toBeGreaterThan(12);
  });
});

/* ---- hand-checkable counts ---- */

const add = (variable: string): Step => ({ op: 'add', variable, amount: 1 });

/** Two kernel threads on two cpus, each adding `times` times. A kernel thread reads nothing that the other writes, so
 *  the adds and the last step, by which it exits, are all there is to order. */
async function adders(times: number): Promise<ReturnType<typeof partsOf>> {
  const task = (name: string, on: TaskSpec['on']): TaskSpec => ({
    name,
    process: 'kernel',
    on,
    program: Array.from({ length: times }, () => add('x')),
  });
  return partsOf(await situationOf({ scenario: hazardOf([task('a', 'first'), task('b', 'second')]) }));
}

function binomial(n: number, k: number): number {
  return k === 0 ? 1 : (binomial(n - 1, k - 1) * n) / k;
}

describe('two cpus that add k times each to one variable', () => {
  it.each([1, 2, 3, 4])('k = %i: (k + 2)^2 states, one for each pair of positions', async (k) => {
    const { states, seen } = outcomesOf(await adders(k), 'each-state-once', MOST);
    expect(states).toBe((k + 2) ** 2);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatch(`x=${2 * k};`);
  });

  it.each([1, 2, 3, 4])('k = %i: as many paths as ways to shuffle k + 1 steps into k + 1', async (k) => {
    const { paths } = outcomesOf(await adders(k), 'every-path', MOST);
    expect(paths).toBe(binomial(2 * (k + 1), k + 1));
  });
});

/* One state space by hand. Two kernel threads:
 *
 *     writer (cpu 0): set message 1; set flag 1; exit      reader (cpu 1): wait until flag >= 1; add message 1; exit
 *
 *  What others can see of the writer: W1 message := 1, W2 flag := 1, W3 one task less. Of the reader: R1 flag read as
 *  1 or more, R2 message + 1, R3 one task less. R1 has to wait for W2; the rest goes in any order. A state is how far
 *  each has come (w steps of 0..3, r of 0..3), and message and flag follow from it:
 *
 *      w r  message flag  next            w r  message flag  next
 *      0 0     0     0    W1               3 0     1     1    R1
 *      1 0     1     0    W2               3 1     1     1    R2
 *      2 0     1     1    W3 R1            3 2     2     1    R3
 *      2 1     1     1    W3 R2            3 3     2     1    finished
 *      2 2     2     1    W3 R3
 *      2 3     2     1    W3
 *
 *  10 states; 4 paths: W1 W2, then W3 in one of the 4 places among R1 R2 R3. */
const BY_HAND = [
  '0 0: [0]',
  '1 0: [0]',
  '1 1: [0,1]',
  '1 1: [0,1]',
  '1 1: [1]',
  '1 1: [1]',
  '2 1: [0,1]',
  '2 1: [0]',
  '2 1: [1]',
  '2 1: []',
];

describe('a message and a flag', () => {
  const messagePassing = async () =>
    partsOf(
      await situationOf({
        scenario: hazardOf([
          {
            name: 'writer',
            process: 'kernel',
            on: 'first',
            program: [
              { op: 'set', variable: 'message', to: 1 },
              { op: 'set', variable: 'flag', to: 1 },
            ],
          },
          {
            name: 'reader',
            process: 'kernel',
            on: 'second',
            program: [{ op: 'spin', until: 'flag', atLeast: 1 }, add('message')],
          },
        ]),
      }),
    );

  it('has the ten states that are written out above, and four paths', async () => {
    const parts = await messagePassing();
    expect(outcomesOf(parts, 'each-state-once', MOST).states).toBe(BY_HAND.length);
    expect(outcomesOf(parts, 'every-path', MOST).paths).toBe(4);
    expect(statesOf(parts).sort()).toEqual(BY_HAND);
  });
});

/** Each state as `message flag: who can go on`. */
function statesOf(parts: ReturnType<typeof partsOf>): string[] {
  const first = new Space(parts);
  outcomesFromStart(first);
  const space = first.restarted(parts);
  return outcomesFromStart(space);
}

function outcomesFromStart(space: Space): string[] {
  const found = new Map<string, string>();
  const { kernel } = space.layout;
  const value = (name: string): number => space.words[kernel.variable(space.spec.variables.indexOf(name))]!;
  const enter = (): void => {
    const key = `${space.low} ${space.high}`;
    if (found.has(key)) return;
    const choices = space.isFinished ? [] : space.transitions();
    found.set(key, `${value('message')} ${value('flag')}: [${choices}]`);
    const mark = space.mark();
    for (const transition of choices) {
      space.rewind(mark);
      space.take(transition);
      enter();
    }
  };
  enter();
  return [...found.values()];
}
