import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pathText, schemaMistake } from '../../src/base/schemaMistake.js';

const SCHEMA = z.strictObject({
  list: z.array(z.number().int().min(2).max(4)).min(1),
  share: z.number().positive().lt(1),
  kind: z.enum(['exact', 'sampled']),
  name: z.string().min(2),
});
const GOOD = { list: [2], share: 0.5, kind: 'exact', name: 'ab' };

describe('what a schema finds wrong, in words', () => {
  it.each([
    ['a missing list', { list: undefined }, 'list', 'it is missing', { kind: 'a list' }],
    ['no list', { list: 5 }, 'list', 'expected a list, found 5', undefined],
    ['an empty list', { list: [] }, 'list', 'expected at least 1 in the list, found 0', undefined],
    ['too small', { list: [2, 1] }, 'list[1]', 'expected at least 2, found 1', undefined],
    ['too large', { list: [5] }, 'list[0]', 'expected at most 4, found 5', undefined],
    ['a fraction', { list: [2.5] }, 'list[0]', 'expected a whole number, found 2.5', undefined],
    ['on the bound below', { share: 0 }, 'share', 'expected above 0, found 0', undefined],
    ['on the bound above', { share: 1 }, 'share', 'expected below 1, found 1', undefined],
    ['too short', { name: '' }, 'name', 'expected at least 2 characters, found 0', undefined],
    [
      'a slip',
      { kind: 'exat' },
      'kind',
      `unknown "exat"; did you mean 'exact'?`,
      { oneOf: ['exact', 'sampled'] },
    ],
    ['an unknown key', { more: 1 }, 'more', "unknown key 'more'", undefined],
  ])('%s', (_, part, path, message, expected) => {
    const document = { ...GOOD, ...part };
    const { error } = SCHEMA.safeParse(document);
    const mistake = schemaMistake(error!.issues[0]!, document);
    expect(pathText(mistake.path)).toBe(path);
    expect(mistake.message).toBe(message);
    expect(mistake.expected).toEqual(expected);
  });
});
