import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { policyNames, profileNames } from '../../src/engines/catalogue.js';
import { builtFile } from '../builtFile.js';
import { fingerprintOf } from './fingerprint.js';
import { bootMix } from './mixMachine.js';
import { taskMixes } from './taskMix.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 120_000 });

const SEED = 7;
const PROCESSES = 6;
const MAX_STEPS = 10_000_000;

const mixes = taskMixes({ arches: profileNames(), policies: policyNames() });

describe('the same seed', () => {
  it('gives the same words after every slice', async () => {
    await fc.assert(
      fc.asyncProperty(mixes, fc.integer({ min: 1, max: 500 }), async (mix, slice) => {
        const one = (await bootMix(mix)).machine;
        const two = (await bootMix(mix)).machine;
        for (let halt = 'step-limit'; halt === 'step-limit'; ) {
          halt = one.run(slice);
          expect(two.run(slice)).toBe(halt);
          expect(Buffer.compare(Buffer.from(one.words.buffer), Buffer.from(two.words.buffer))).toBe(0);
        }
        expect(two.cycles).toBe(one.cycles);
        expect(two.judge.tally).toEqual(one.judge.tally);
      }),
      { numRuns: 60, seed: SEED },
    );
  });

  it('gives the same words however the run is cut into slices', async () => {
    await fc.assert(
      fc.asyncProperty(mixes, fc.integer({ min: 1, max: 50 }), async (mix, slice) => {
        const whole = (await bootMix(mix)).machine;
        const halt = whole.run(MAX_STEPS);
        const sliced = (await bootMix(mix)).machine;
        let last = sliced.run(slice);
        while (last === 'step-limit') last = sliced.run(slice);
        expect(last).toBe(halt);
        expect(Buffer.compare(Buffer.from(whole.words.buffer), Buffer.from(sliced.words.buffer))).toBe(0);
      }),
      { numRuns: 60, seed: SEED },
    );
  });

  it('gives the same words in a fresh process', async () => {
    for (const mix of fc.sample(mixes, { numRuns: PROCESSES, seed: SEED })) {
      const here = await fingerprintOf(mix);
      const script = builtFile('test/properties/fingerprint.js');
      const there = execFileSync(process.execPath, [script, JSON.stringify(mix)], { encoding: 'utf8' });
      expect(JSON.parse(there)).toEqual(JSON.parse(JSON.stringify(here)));
      expect(here.steps).toBeGreaterThan(0);
    }
  });
});

describe('another seed', () => {
  it('gives another run', async () => {
    const [mix] = fc.sample(
      mixes.filter(({ cpus, tasks }) => cpus > 2 && tasks.length > 4),
      { numRuns: 1, seed: SEED },
    );
    const runs = await Promise.all([1, 2, 3, 4].map((seed) => fingerprintOf({ ...mix!, seed })));
    expect(new Set(runs.map(({ cycles }) => cycles)).size).toBeGreaterThan(1);
  });
});
