import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tally } from '../../src/oracle/judge.js';
import { judge } from '../../src/oracle/verdict.js';

const GOOD: Tally = {
  calls: 100,
  stale: 0,
  torn: 0,
  publications: 10,
  unserialized: 0,
  serializations: {},
  finding: undefined,
  faults: [],
};
const FAULT = { faults: [{ cpu: 3, unit: 0, message: 'invalid opcode 0xff' }] };
const ENDED = 'the run was ended by: watchdog';

describe('verdict', () => {
  it.each([
    ['all is well', {}, undefined, 'safe'],
    ['one stale call', { stale: 1 }, undefined, 'stale'],
    ['one call that broke P-SYNC', { unserialized: 1 }, undefined, 'stale'],
    ['P-SYNC was checked and held', { unserialized: 0 }, undefined, 'safe'],
    ['one torn call', { torn: 1 }, undefined, 'torn'],
    ['one fault', FAULT, undefined, 'fault'],
    ['torn and stale', { torn: 1, stale: 50 }, undefined, 'torn'],
    ['fault, torn and stale', { ...FAULT, torn: 1, stale: 1 }, undefined, 'fault'],
    ['ended early, and stale by then', { stale: 1 }, ENDED, 'stale'],
    ['ended early, and torn by then', { torn: 1 }, ENDED, 'torn'],
    ['ended by a fault', FAULT, ENDED, 'fault'],
    ['ended early, and nothing was wrong by then', {}, ENDED, 'inconclusive'],
    ['nothing was published', { publications: 0 }, undefined, 'inconclusive'],
    ['nothing was called', { calls: 0 }, undefined, 'inconclusive'],
    ['nothing happened at all', { calls: 0, publications: 0 }, undefined, 'inconclusive'],
    ['nothing was published, and yet something was torn', { publications: 0, torn: 1 }, undefined, 'torn'],
  ] as const)('%s: %s', (_title, changes, incomplete, verdict) => {
    expect(judge({ ...GOOD, ...changes }, incomplete).verdict).toBe(verdict);
  });

  it('says why, with the numbers', () => {
    expect(judge({ ...GOOD, stale: 7 }, undefined).reason).toBe(
      '7 of 100 calls executed a version older than promised',
    );
    expect(judge({ ...GOOD, torn: 7 }, undefined).reason).toContain('7 of 100 calls');
    expect(judge({ ...GOOD, ...FAULT }, undefined).reason).toContain('cpu 3');
    expect(judge(GOOD, ENDED).reason).toBe(ENDED);
    expect(judge({ ...GOOD, publications: 0 }, undefined).reason).toBe('nothing was published');
    expect(judge({ ...GOOD, calls: 0 }, undefined).reason).toBe('no user code was called');
  });

  it('never claims that there is no hazard, only that none was observed', () => {
    expect(judge(GOOD, undefined).reason).toBe('not observed in 10 publications and 100 calls');
  });

  it('is safe only for a whole run that did something and in which nothing went wrong', () => {
    const count = fc.nat({ max: 3 });
    fc.assert(
      fc.property(
        fc.record({ calls: count, stale: count, torn: count, publications: count, unserialized: count }),
        fc.boolean(),
        fc.boolean(),
        (counts, complete, faulted) => {
          const tally = { ...GOOD, ...counts, ...(faulted ? FAULT : {}) };
          const { verdict } = judge(tally, complete ? undefined : ENDED);
          const wrong = faulted || counts.stale + counts.torn + counts.unserialized > 0;
          const did = counts.calls > 0 && counts.publications > 0;
          expect(verdict === 'safe').toBe(complete && !wrong && did);
          expect(['stale', 'torn', 'fault'].includes(verdict)).toBe(wrong);
        },
      ),
    );
  });
});
