import { expect, it } from 'vitest';
import { StateWords } from '../../src/explore/stateWords.js';

function stateOf(...words: number[]): StateWords {
  const state = new StateWords(Int32Array.from(words));
  state.begin();
  return state;
}

const touched = ({ touched: { values, length } }: StateWords): number[] => [...values.subarray(0, length)];

it('the hash is that of the words, whichever way they were written, and is taken back with them', () => {
  const state = stateOf(0, 0, 0);
  const mark = state.mark();
  state.write(0, 5);
  state.write(2, 7);
  state.write(0, 6);
  expect([state.low, state.high]).toEqual([stateOf(6, 0, 7).low, stateOf(6, 0, 7).high]);
  state.rewind(mark);
  expect([...state.words]).toEqual([0, 0, 0]);
  expect([state.low, state.high]).toEqual([mark.low, mark.high]);
});

it('notes what is read or written, each once, and what holds the value already as well', () => {
  const state = stateOf(1, 2, 3, 4);
  state.watch();
  state.read(3);
  state.write(1, 9);
  state.write(2, 3);
  state.read(1);
  expect(touched(state)).toEqual([3, 1, 2]);
  state.watch();
  expect(touched(state)).toEqual([]);
});

it('knows what was written since a mark: what was changed, and not what was only read', () => {
  const state = stateOf(1, 2, 3, 4);
  state.write(0, 7);
  const mark = state.mark();
  state.read(0);
  state.write(2, 3);
  state.write(3, 5);
  state.lookAtWritten(mark);
  expect([0, 1, 2, 3].filter((name) => state.wasWritten(name))).toEqual([3]);
  expect(state.writtenBits & state.bitOf(3)).not.toBe(0);
  state.lookAtWritten(state.mark());
  expect(state.wasWritten(3)).toBe(false);
  expect(state.writtenBits).toBe(0);
});

it('words that were joined are noted as the first of them', () => {
  const state = stateOf(1, 2, 3, 4);
  state.join({ start: 1, end: 3 });
  const mark = state.mark();
  state.watch();
  state.read(2);
  state.write(1, 5);
  expect(touched(state)).toEqual([1]);
  state.rewind(mark);
  state.write(2, 6);
  state.lookAtWritten(mark);
  expect([0, 1, 2, 3].filter((name) => state.wasWritten(name))).toEqual([1]);
});

it('a word that is distinguished shares its bit with no other', () => {
  const state = stateOf(...Array.from({ length: 40 }, () => 0));
  for (const word of [20, 21]) state.distinguish(word);
  const others = Array.from({ length: 40 }, (_, word) => word).filter((word) => word !== 20 && word !== 21);
  for (const word of others) expect(state.bitOf(word) & (state.bitOf(20) | state.bitOf(21))).toBe(0);
  expect(state.bitOf(20) & state.bitOf(21)).toBe(0);
});
