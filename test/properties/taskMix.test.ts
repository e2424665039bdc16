/** The kernel under random mixes of tasks, in virtual time.
 *
 *  CORESYNC_PROPERTIES=long runs twenty times as many; CORESYNC_PROPERTIES_SEED chooses others. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyNames, profileNames } from '../../src/engines/catalogue.js';
import { describeCpus } from '../../src/engines/whereabouts.js';
import type { KernelConfig } from '../../src/kernel/kernelConfig.js';
import { allSettled, checkInvariants } from './invariants.js';
import { bootMix, CLOSED } from './mixMachine.js';
import { type Mix, taskMixes } from './taskMix.js';

const LONG = process.env.CORESYNC_PROPERTIES === 'long';
const SEED = Number(process.env.CORESYNC_PROPERTIES_SEED ?? 1);
const RUNS = LONG ? 6000 : 300;
const TIMEOUT_MS = LONG ? 3_600_000 : 120_000;
/** Making a failing mix smaller ends with the best found so far. */
const SHRINK_MS = TIMEOUT_MS / 2;

const SLICE_STEPS = 11;
/** The longest of thousands of mixes took 2,235 steps. */
const MAX_STEPS = 50_000;
const MAX_SLICES = MAX_STEPS / SLICE_STEPS;

interface Seen {
  checks: number;
  exactChecks: number;
  steps: number;
}

async function runMix(mix: Mix, seen: Seen, config: Partial<KernelConfig>): Promise<void> {
  const { machine, progress, release } = await bootMix(mix, config);
  const { kernel } = machine.layout;
  const where = (): string => describeCpus(machine.words, kernel, machine.spec).join('; ');
  const check = (): void => {
    const { violations, exact } = checkInvariants(machine);
    seen.checks++;
    if (exact) seen.exactChecks++;
    if (violations.length > 0) throw new Error(`after ${machine.steps} steps: ${violations.join('; ')}`);
  };
  check();
  let halt = machine.run(SLICE_STEPS);
  for (let slice = 1; halt === 'step-limit' || halt === 'condition'; slice++) {
    check();
    if (slice > MAX_SLICES) throw new Error(`no end in sight: ${where()}`);
    // Every other slice ends early, when all cpus happen to be settled.
    halt = machine.run(SLICE_STEPS, slice % 2 === 0 ? () => allSettled(machine) : undefined);
  }
  // Nothing can happen any more: only the keeper is left, asleep.
  expect([halt, machine.words[kernel.run.liveTasks(0)]], where()).toEqual(['deadlock', 1]);
  expect(allSettled(machine), where()).toBe(true);
  check();
  expect(progress().filter(([done, of]) => done !== of)).toEqual([]);
  release();
  expect(machine.run(MAX_STEPS)).toBe('finished');
  seen.steps += machine.steps;
}

describe('random mixes of tasks', () => {
  it(
    'keep every invariant, do every step, and come to their end',
    async () => {
      const seen: Seen = { checks: 0, exactChecks: 0, steps: 0 };
      const mixes = taskMixes({ arches: profileNames(), policies: policyNames() });
      await fc.assert(
        fc.asyncProperty(mixes, (mix) => runMix(mix, seen, CLOSED)),
        { numRuns: RUNS, seed: SEED, interruptAfterTimeLimit: SHRINK_MS, markInterruptAsFailure: true },
      );
      console.info(
        `properties: ${seen.steps} steps, ${seen.checks} checks, ${seen.exactChecks} of them exact`,
      );
      expect(seen.checks).toBeGreaterThan(10 * RUNS);
      expect(seen.exactChecks).toBeGreaterThan(RUNS);
    },
    TIMEOUT_MS,
  );

  it(
    "break one as soon as the kernel has Linux's own holes: a cpu runs a registered mm and does not know it",
    async () => {
      const mixes = taskMixes({ arches: profileNames(), policies: policyNames() });
      const seen: Seen = { checks: 0, exactChecks: 0, steps: 0 };
      const { failed, errorInstance } = await fc.check(
        fc.asyncProperty(mixes, (mix) => runMix(mix, seen, {})),
        { numRuns: RUNS, seed: SEED, endOnFailure: true },
      );
      expect(failed).toBe(true);
      expect(String(errorInstance)).toMatch(/cpu \d+ runs mm \d+, which is READY \(\d+\), with the word 0/);
    },
    TIMEOUT_MS,
  );
});
