import { describe, expect, it } from 'vitest';
import { prepareSituation } from '../../src/engines/situation.js';

const WHOLE = { scenario: 'kthread-return' };

describe('a request that is not what it should be is refused, and told why', () => {
  it.each<[request: unknown, code: string, says: string]>([
    [undefined, 'E_OPTION', 'SituationRequest is undefined; expected an object'],
    ['kthread-return', 'E_OPTION', "SituationRequest is 'kthread-return'; expected an object"],
    [{}, 'E_OPTION', 'scenario is undefined; expected a string'],
    [
      { ...WHOLE, chosen: { constructor: 1 } },
      'E_UNKNOWN_NAME',
      "unknown parameter of kthread-return 'constructor'",
    ],
    [{ scenario: 7 }, 'E_OPTION', 'scenario is 7; expected a string'],
    [{ ...WHOLE, placement: 'sideways' }, 'E_UNKNOWN_NAME', "unknown placement 'sideways'"],
    [{ ...WHOLE, placement: 3 }, 'E_OPTION', 'placement is 3; expected a string'],
    [
      { ...WHOLE, polcy: 'none' },
      'E_UNKNOWN_NAME',
      "unknown key of SituationRequest 'polcy'; did you mean 'policy'?",
    ],
    [{ ...WHOLE, policy: null }, 'E_OPTION', 'policy is null; expected a string'],
    [{ ...WHOLE, cpus: '2' }, 'E_RANGE', "cpus is '2'; expected a whole number from 2 to 256"],
    [{ ...WHOLE, cpus: 1 }, 'E_RANGE', 'cpus is 1; expected a whole number from 2 to 256'],
    [
      { ...WHOLE, callsPerRound: [1] },
      'E_RANGE',
      'callsPerRound is an array; expected a whole number from 1 to 100000000',
    ],
    [{ ...WHOLE, without: 'ipi-mb' }, 'E_OPTION', "without is 'ipi-mb'; expected an array of strings"],
    [{ ...WHOLE, chosen: 'switches=1' }, 'E_OPTION', "chosen is 'switches=1'; expected an object"],
  ])('%j', async (request, code, message) => {
    await expect(prepareSituation(request as never)).rejects.toMatchObject({
      name: 'LabError',
      code,
      message,
      next: expect.stringMatching(/\.$/),
    });
  });

  it('offers the placements that there are', async () => {
    await expect(prepareSituation({ ...WHOLE, placement: 'sideways' as never })).rejects.toMatchObject({
      next: 'Known: within-word, across-word, across-line.',
    });
  });

  it('what is undefined is left out', async () => {
    const { policy, placement } = await prepareSituation({
      ...WHOLE,
      policy: undefined,
      placement: undefined,
    });
    expect({ policy: policy.name, placement }).toEqual({ policy: 'registered', placement: 'within-word' });
  });
});
