/** Checks of what a caller of the library gives. It may be JavaScript, which no compiler has seen: each error names the key,
 *  what was found, what was expected and what to do. */
import { LabError } from './errors.js';
import { unknownName } from './nearest.js';

/** @throws {LabError} where the value of the key is not what it should be. */
export type Check = (key: string, value: unknown) => void;

/** What an options object may hold, by key. */
export type Checks<Options> = { readonly [Key in keyof Required<Options>]: Check };

/** As messages show it: a string in quotes, so that '2' is told from 2. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** Checks every key that is given. One that is undefined counts as left out.
 *  @param what the options, for messages.
 *  @throws {LabError} E_OPTION, E_UNKNOWN_NAME for a key that is not known, and what the checks throw. */
export function checkOptions<Options extends object>(
  what: string,
  given: unknown,
  checks: Checks<Options>,
): asserts given is Options {
  aRecord(what, given);
  checkKeys(what, given, checks);
  for (const [key, check] of entriesOf(checks)) {
    if (given[key] !== undefined) check(key, given[key]);
  }
}

/** The same for an object of which nothing may be left out.
 *  @param what the key that holds it; the path to each of its own begins with that. */
export function checkWhole<Whole extends object>(
  what: string,
  given: unknown,
  checks: Checks<Whole>,
): asserts given is Whole {
  aRecord(what, given);
  checkKeys(what, given, checks);
  for (const [key, check] of entriesOf(checks)) check(`${what}.${key}`, given[key]);
}

function checkKeys(what: string, given: object, checks: object): void {
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(checks, key));
  if (unknown !== undefined) throw unknownName(`key of ${what}`, unknown, Object.keys(checks));
}

function entriesOf<Options>(checks: Checks<Options>): [key: string, check: Check][] {
  return Object.entries(checks);
}

/** For what is checked later, by those who know what it may be. */
export const anything: Check = () => {};

/** @throws {LabError} E_OPTION */
export function aString(key: string, value: unknown): asserts value is string {
  if (typeof value !== 'string') throw notA('a string', key, value);
}

/** @throws {LabError} E_OPTION */
export function aBoolean(key: string, value: unknown): asserts value is boolean {
  if (typeof value !== 'boolean') throw notA('true or false', key, value);
}

/** @throws {LabError} E_OPTION */
export function anArray(key: string, value: unknown): asserts value is readonly unknown[] {
  if (!Array.isArray(value)) throw notA('an array', key, value);
}

/** @throws {LabError} E_OPTION */
export function strings(key: string, value: unknown): asserts value is readonly string[] {
  if (!Array.isArray(value)) throw notA('an array of strings', key, value);
  for (const [index, one] of value.entries()) aString(`${key}[${index}]`, one);
}

/** @throws {LabError} E_OPTION */
export function aRecord(key: string, value: unknown): asserts value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw notA('an object', key, value);
  }
}

/** @returns the check for one of a few names. */
export function oneOf(known: readonly string[]): Check {
  return (key, value) => {
    aString(key, value);
    if (!known.includes(value)) throw unknownName(key, value, known);
  };
}

/** The same for the words of a union: given by word, so that none is forgotten. */
export function aWord<Word extends string>(words: Readonly<Record<Word, true>>): Check {
  return oneOf(Object.keys(words));
}

/** @returns the check for a whole number in a range. */
export function wholeNumber(least: number, most: number): Check {
  return (key, value) => {
    inRange(key, value, least, most);
  };
}

/** @returns the check for a bound: a number from `least` on, and Infinity for none. */
export function boundFrom(least: number): Check {
  return (key, value) => {
    if (typeof value === 'number' && value >= least) return;
    throw new LabError(
      'E_RANGE',
      `${key} is ${shown(value)}; expected a number from ${least} on, or Infinity`,
      `Choose ${key} in that range.`,
    );
  };
}

/** @returns the check of what may be undefined where nothing else may be left out. */
export function optional(check: Check): Check {
  return (key, value) => {
    if (value !== undefined) check(key, value);
  };
}

/** @throws {LabError} E_OPTION */
export function aFunction(key: string, value: unknown): void {
  if (typeof value !== 'function') throw notA('a function', key, value);
}

/** @param next what to do about it, where there is more to say.
 *  @returns the number.
 *  @throws {LabError} E_RANGE where it is not a whole one in the range. */
export function inRange(
  key: string,
  value: unknown,
  least: number,
  most: number,
  next = `Choose ${key} in that range.`,
): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new LabError(
    'E_RANGE',
    `${key} is ${shown(value)}; expected a whole number from ${least} to ${most}`,
    next,
  );
}

/** The error for a value of another kind. `expected` is a noun with its article. */
export function notA(expected: string, key: string, value: unknown): LabError {
  return new LabError(
    'E_OPTION',
    `${key} is ${shown(value)}; expected ${expected}`,
    `Give ${expected} as ${key}.`,
  );
}
