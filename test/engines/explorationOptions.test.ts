import { describe, expect, it } from 'vitest';
import { DEFAULT_EXPLORATION_OPTIONS, explore, replay } from '../../src/engines/exploration.js';
import { sampleSchedules } from '../../src/engines/sampling.js';
import { prepareSituation } from '../../src/engines/situation.js';

const WHOLE = { ...DEFAULT_EXPLORATION_OPTIONS, clock: () => 0 };
const SAMPLED = { ...WHOLE, mode: 'random', seed: 1, depth: 2, maxExecutions: 1 };

describe('an option that is not what it should be is refused, and told why', () => {
  const again = async (...given: never[]): Promise<unknown> => replay(given[0]!, [], given[1]!);

  it.each<[search: (...given: never[]) => unknown, options: unknown, message: string]>([
    [explore, undefined, 'ExplorationOptions is undefined; expected an object'],
    [explore, DEFAULT_EXPLORATION_OPTIONS, 'ExplorationOptions.clock is undefined; expected a function'],
    [explore, { clock: () => 0 }, 'ExplorationOptions.memory is undefined; expected a string'],
    [explore, { ...WHOLE, memory: 'sca' }, "unknown ExplorationOptions.memory 'sca'; did you mean 'sc'?"],
    [
      explore,
      { ...WHOLE, maxStates: Number.NaN },
      'ExplorationOptions.maxStates is NaN; expected a number from 0 on, or Infinity',
    ],
    [
      explore,
      { ...WHOLE, maxState: 1 },
      "unknown key of ExplorationOptions 'maxState'; did you mean 'maxStates'?",
    ],
    [again, undefined, 'ExplorationOptions is undefined; expected an object'],
    [sampleSchedules, WHOLE, 'SamplingOptions.mode is undefined; expected a string'],
    [
      sampleSchedules,
      { ...SAMPLED, seed: '1' },
      "SamplingOptions.seed is '1'; expected a whole number from 0 to 4294967295",
    ],
  ])('%o, %j', async (search, options, message) => {
    const situation = await prepareSituation({ scenario: 'kthread-return', rounds: 1, callsPerRound: 1 });
    await expect(search(situation as never, options as never)).rejects.toMatchObject({
      name: 'LabError',
      message,
    });
  });
});
