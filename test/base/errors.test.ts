import { describe, expect, it } from 'vitest';
import { assertNever, EXIT, LabError } from '../../src/base/errors.js';

describe('LabError', () => {
  it('says what is wrong and what to do next, and is a usage error unless told otherwise', () => {
    const error = new LabError('E_RANGE', 'cpus is 0; expected 2 to 256', 'Choose --cpus in that range.');
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'LabError',
      code: 'E_RANGE',
      message: 'cpus is 0; expected 2 to 256',
      next: 'Choose --cpus in that range.',
      exit: EXIT.usage,
    });
  });

  it('keeps the exit status it was given', () => {
    expect(new LabError('E_START_TIMEOUT', 'm', 'n', EXIT.couldNotJudge).exit).toBe(3);
  });
});

describe('EXIT', () => {
  it('has the numbers that other programs rely on', () => {
    expect(EXIT).toEqual({ good: 0, bad: 1, usage: 2, couldNotJudge: 3, broke: 4, interrupted: 130 });
  });
});

describe('assertNever', () => {
  it('shows the value that nobody had thought of', () => {
    expect(() => assertNever({ kind: 'new' } as never)).toThrow('{"kind":"new"}');
  });
});
