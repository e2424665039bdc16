import { expect, it } from 'vitest';
import { CommonWords, NOBODY } from '../../src/explore/commonWords.js';

it('a word is common from its second cpu on, and only that one hears of the first', () => {
  const common = new CommonWords(2);
  expect([common.touch(1, 0), common.touch(1, 0), common.low[1]]).toEqual([NOBODY, NOBODY, 0]);
  expect(common.touch(1, 2)).toBe(0);
  expect([common.touch(1, 0), common.touch(1, 2), common.touch(1, 3)]).toEqual([NOBODY, NOBODY, NOBODY]);
  expect([common.low[0], common.high[0]]).toEqual([0, 0]);
});

it('64 common words have a bit each, those after them share one', () => {
  const common = new CommonWords(70);
  for (let word = 0; word < 70; word++) {
    common.touch(word, 0);
    common.touch(word, 1);
  }
  const bits = Array.from({ length: 70 }, (_, word) => `${common.high[word]}.${common.low[word]}`);
  expect(new Set(bits.slice(0, 64)).size).toBe(64);
  expect(bits).not.toContain('0.0');
  expect(bits.slice(64)).toEqual(bits.slice(0, 6));
});
