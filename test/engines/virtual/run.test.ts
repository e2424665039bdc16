import { beforeAll, describe, expect, it } from 'vitest';
import { prepareSituation, type Situation } from '../../../src/engines/situation.js';
import { DEFAULT_VIRTUAL_OPTIONS, runVirtual } from '../../../src/engines/virtual/run.js';

describe('the options of a run in virtual time', () => {
  let situation: Situation;

  beforeAll(async () => {
    situation = await prepareSituation({ scenario: 'kthread-return', policy: 'none', rounds: 5 });
  });

  it('are the defaults where they are left out', async () => {
    const whole = await runVirtual(situation, DEFAULT_VIRTUAL_OPTIONS);
    expect(whole.judged.verdict).toBe('stale');
    expect(await runVirtual(situation)).toEqual(whole);
    expect(await runVirtual(situation, { seed: undefined as never, signal: undefined })).toEqual(whole);
  });

  it('each can be given alone', async () => {
    expect(await runVirtual(situation, { seed: 3 })).toEqual(
      await runVirtual(situation, { ...DEFAULT_VIRTUAL_OPTIONS, seed: 3 }),
    );
    expect((await runVirtual(situation, { maxSteps: 1 })).judged.verdict).toBe('inconclusive');
  });

  it.each<[options: unknown, code: string, says: RegExp]>([
    [{ seed: -1 }, 'E_RANGE', /^seed is -1; expected a whole number from 0 to 4294967295$/],
    [{ seed: '3' }, 'E_RANGE', /^seed is '3'; expected a whole number/],
    [{ maxSteps: 0 }, 'E_RANGE', /^maxSteps is 0; expected a whole number from 1 to/],
    [{ maxSteps: Number.NaN }, 'E_RANGE', /^maxSteps is NaN; expected a whole number/],
    [{ hardware: 'typcial' }, 'E_UNKNOWN_NAME', /^unknown hardware 'typcial'; did you mean 'typical'\?$/],
    [{ sed: 3 }, 'E_UNKNOWN_NAME', /^unknown key of VirtualOptions 'sed'; did you mean 'seed'\?$/],
    [3, 'E_OPTION', /^VirtualOptions is 3; expected an object$/],
  ])('%j is refused', async (options, code, says) => {
    await expect(runVirtual(situation, options as never)).rejects.toMatchObject({
      name: 'LabError',
      code,
      message: expect.stringMatching(says),
    });
  });
});
