import { expect, it } from 'vitest';
import type { IntList } from '../../src/explore/intList.js';
import { StateWords } from '../../src/explore/stateWords.js';

function stateOf(...words: number[]): StateWords {
  const state = new StateWords(Int32Array.from(words));
  state.begin();
  return state;
}

const numbers = ({ values, length }: IntList): number[] => [...values.subarray(0, length)];

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

it('notes what is read or written, each once, with what it held before, and what holds the value already as well', () => {
  const state = stateOf(1, 2, 3, 4);
  state.watch();
  state.read(3);
  state.write(1, 9);
  state.write(2, 3);
  state.read(1);
  expect(numbers(state.touched)).toEqual([3, 1, 2]);
  expect(numbers(state.touchedValues)).toEqual([4, 2, 3]);
  expect([0, 1, 2, 3].filter((word) => state.wasTouched(word))).toEqual([1, 2, 3]);
  state.watch();
  expect(numbers(state.touched)).toEqual([]);
  expect(state.wasTouched(3)).toBe(false);
});
