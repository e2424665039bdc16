import { describe, expect, it } from 'vitest';
import {
  aBoolean,
  anArray,
  anything,
  aString,
  checkOptions,
  checkWhole,
  oneOf,
  shown,
  strings,
  wholeNumber,
} from '../../src/base/given.js';

describe('what was found, in a message', () => {
  it.each<[value: unknown, text: string]>([
    ['2', "'2'"],
    [2, '2'],
    [-0, '0'],
    [2n, '2'],
    [Number.NaN, 'NaN'],
    [undefined, 'undefined'],
    [null, 'null'],
    [[1], 'an array'],
    [{}, 'an object'],
    [Object.create(null), 'an object'],
    [() => 1, 'a function'],
    [Symbol('s'), 'Symbol(s)'],
  ])('%s', (value, text) => {
    expect(shown(value)).toBe(text);
  });
});

describe('options', () => {
  interface Options {
    readonly name?: string;
    readonly count?: number;
    readonly rest?: unknown;
  }
  const CHECKS = { name: aString, count: wholeNumber(1, 3), rest: anything };
  const check = (given: unknown) => () => checkOptions<Options>('Options', given, CHECKS);
  const whole = (given: unknown) => () => checkWhole<Options>('all[0]', given, CHECKS);

  it('may be left out, or undefined', () => {
    expect(check({})).not.toThrow();
    expect(check({ name: undefined, count: 3, rest: Symbol('anything') })).not.toThrow();
  });

  it('are those that are known: not what every object has', () => {
    expect(check({ cuont: 3 })).toThrow("unknown key of Options 'cuont'; did you mean 'count'?");
    expect(check({ toString: 3 })).toThrow("unknown key of Options 'toString'");
  });

  it('are each checked', () => {
    expect(check({ name: 3 })).toThrow('name is 3; expected a string');
    expect(check({ count: 4 })).toThrow('count is 4; expected a whole number from 1 to 3');
    expect(check([])).toThrow('Options is an array; expected an object');
    expect(check(null)).toThrow('Options is null; expected an object');
  });

  it('of which nothing may be left out are named by their path', () => {
    expect(whole({ name: 'x', count: 1, rest: 0 })).not.toThrow();
    expect(whole({ name: 'x' })).toThrow('all[0].count is undefined; expected a whole number');
    expect(whole({ nam: 'x' })).toThrow("unknown key of all[0] 'nam'");
    expect(whole(7)).toThrow('all[0] is 7; expected an object');
  });
});

describe('a value of the wrong kind', () => {
  it.each<[message: string, does: () => void]>([
    ["x is 'yes'; expected true or false", () => aBoolean('x', 'yes')],
    ['x is an object; expected an array', () => anArray('x', {})],
    ["x is 'a'; expected an array of strings", () => strings('x', 'a')],
    ['x[1] is null; expected a string', () => strings('x', ['a', null])],
    ['x is 1; expected a string', () => oneOf(['a'])('x', 1)],
    ["unknown x 'aa'; did you mean 'a'?", () => oneOf(['a'])('x', 'aa')],
  ])('%s', (message, does) => {
    expect(does).toThrow(expect.objectContaining({ name: 'LabError', message }));
  });
});
