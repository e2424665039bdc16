/** Several threads search as one does: the same outcome, the same counts, the same witness. */
import { describe, expect, it, vi } from 'vitest';
import {
  DEFAULT_EXPLORATION_OPTIONS,
  type ExplorationOptions,
  explore,
} from '../../src/engines/exploration.js';
import { prepareSituation, type SituationRequest } from '../../src/engines/situation.js';
import { WorkerPool } from '../../src/engines/workerPool.js';

/** A bound, not an expectation: no test asserts a time. */
vi.setConfig({ testTimeout: 240_000 });

const OPTIONS: ExplorationOptions = { ...DEFAULT_EXPLORATION_OPTIONS, clock: () => 0 };

async function explored(request: SituationRequest, options: Partial<ExplorationOptions>) {
  const situation = await prepareSituation({ rounds: 1, callsPerRound: 1, ...request });
  const { outcome, result, witness } = await explore(situation, { ...OPTIONS, ...options });
  const { complete, stoppedBy, states, steps, executions } = result;
  return { outcome, complete, stoppedBy, states, steps, executions, schedule: witness?.schedule };
}

describe('two and three threads find what one finds', () => {
  const situations: readonly (readonly [string, SituationRequest, Partial<ExplorationOptions>])[] = [
    ['a proof of 41 thousand states', { scenario: 'caller-migrates' }, {}],
    ['one under PSO', { scenario: 'ordering-e-use-mm', arch: 'arm64-a11' }, { memory: 'pso' }],
    [
      'one of 85 thousand in which something goes wrong late',
      { scenario: 'ordering-e-use-mm', arch: 'arm64-a11', without: ['membarrier-entry'] },
      { memory: 'pso' },
    ],
    ['a space that one thread is done with first', { scenario: 'kthread-return' }, {}],
    ['a small one that goes wrong', { scenario: 'flag-left-behind', policy: 'deferred-task' }, {}],
  ];

  it.each(situations)('%s', async (_, request, options) => {
    const one = await explored(request, options);
    expect(one.states).toBeGreaterThan(10);
    expect(await explored(request, { ...options, workers: 2 })).toEqual(one);
    if (one.outcome === 'forbidden') {
      expect(await explored(request, { ...options, workers: 3 })).toEqual(one);
    }
  });
});

describe('bounds hold for all of them', () => {
  const large = { scenario: 'crossroads' };

  it('states', async () => {
    const { outcome, complete, stoppedBy } = await explored(large, { workers: 2, maxStates: 60_000 });
    expect({ outcome, complete, stoppedBy }).toEqual({
      outcome: 'not-found-within-the-bound',
      complete: false,
      stoppedBy: 'state-limit',
    });
  });

  it('an interruption in the middle', async () => {
    const ending = new AbortController();
    setTimeout(() => ending.abort(), 3000);
    const request = { ...large, rounds: 3 };
    const { complete, stoppedBy } = await explored(request, { workers: 2, signal: ending.signal });
    expect({ complete, stoppedBy }).toEqual({ complete: false, stoppedBy: 'interrupted' });
  });
});

it('a worker that is not there: says so, and nothing is started', () => {
  expect(() => new WorkerPool('no-such-worker', 2)).toThrow(expect.objectContaining({ code: 'E_NOT_BUILT' }));
});
