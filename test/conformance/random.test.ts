/** Random sequences, the same on the shim and on the host kernel: every value that any call returns is compared.
 *
 *  CORESYNC_CONFORMANCE=long runs twenty times as many; CORESYNC_CONFORMANCE_SEED chooses others. A failure prints the
 *  smallest sequence found, with the seed and path that give it again. */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ALL_COMMANDS } from '../../src/index.js';
import { ForkingHost, findHost, runInFreshProgram } from './hostSide.js';
import { execSequences, forkingSequences, plainSequences } from './randomSequences.js';
import { countCalls, type Results, type Step } from './sequence.js';
import { runOnShim, SHAPES, shimConfig } from './shimSide.js';

const LONG = process.env.CORESYNC_CONFORMANCE === 'long';
const SEED = Number(process.env.CORESYNC_CONFORMANCE_SEED ?? 1);
const LONG_FACTOR = 20;
const CALLS_AT_LEAST = 10_000;
const TIMEOUT_MS = LONG ? 3_600_000 : 120_000;
/** Making a failing sequence smaller ends with the best found so far. */
const LIMITS = { seed: SEED, interruptAfterTimeLimit: TIMEOUT_MS / 2, markInterruptAsFailure: true } as const;

const host = await findHost();
const skipped = typeof host === 'string' ? host : undefined;
const commands = typeof host === 'string' ? 0 : host.commands;
const unknown = commands & ~ALL_COMMANDS;
const config = shimConfig(commands);

const runs = (count: number): number => (LONG ? count * LONG_FACTOR : count);

let compared = 0;

async function compare(steps: readonly Step[], onHost: Promise<Results>): Promise<void> {
  const expected = await onHost;
  for (const shape of SHAPES) {
    expect(await runOnShim(steps, config, shape), JSON.stringify(shape)).toEqual(expected);
  }
  compared += countCalls(expected);
}

describe(`random sequences on the shim and on the host${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
  const forking = new ForkingHost();
  afterAll(() => forking.close());

  it.skipIf(skipped)(
    'in processes that fork',
    async () => {
      await fc.assert(
        fc.asyncProperty(forkingSequences(unknown), (steps) => compare(steps, forking.run(steps))),
        { numRuns: runs(150), ...LIMITS },
      );
    },
    TIMEOUT_MS,
  );

  it.skipIf(skipped)(
    'in processes that exec',
    async () => {
      await fc.assert(
        fc.asyncProperty(execSequences(unknown), (steps) => compare(steps, forking.run(steps))),
        { numRuns: runs(15), ...LIMITS },
      );
    },
    TIMEOUT_MS,
  );

  it.skipIf(skipped)(
    'in programs with several threads',
    async () => {
      const sequences = plainSequences(unknown, { minLength: 20, maxLength: 60 });
      await fc.assert(
        fc.asyncProperty(sequences, (steps) => compare(steps, runInFreshProgram(steps))),
        { numRuns: runs(15), ...LIMITS },
      );
    },
    TIMEOUT_MS,
  );

  it.skipIf(skipped)(`compared at least ${CALLS_AT_LEAST} calls`, () => {
    expect(compared).toBeGreaterThanOrEqual(CALLS_AT_LEAST);
    console.info(`conformance: ${compared} calls compared, in ${SHAPES.length} shapes of the shim each`);
  });
});
