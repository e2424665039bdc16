import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/base/errors.js';
import { nearest, unknownName } from '../../src/base/nearest.js';

const KNOWN = ['none', 'always', 'registered', 'deferred-task-registered'];

describe('nearest', () => {
  it.each([
    ['registred', 'registered'],
    ['allways', 'always'],
    ['nnoe', 'none'],
    ['defered-task-registered', 'deferred-task-registered'],
    ['registered', 'registered'],
  ])('%s: suggests %s', (typed, expected) => {
    expect(nearest(typed, KNOWN)).toBe(expected);
  });

  it.each(['xyzzy', 'kthread-return', '0', ''])(
    '%j: is no slip of the keyboard, suggests nothing',
    (typed) => {
      expect(nearest(typed, KNOWN)).toBeUndefined();
    },
  );

  it('suggests nothing where nothing is known', () => {
    expect(nearest('none', [])).toBeUndefined();
  });
});

describe('unknownName', () => {
  it('names the nearest and lists what there is; nothing was started', () => {
    const error = unknownName('policy', 'registred', KNOWN);
    expect(error.message).toBe("unknown policy 'registred'; did you mean 'registered'?");
    expect(error.next).toBe('Known: none, always, registered, deferred-task-registered.');
    expect(error).toMatchObject({ code: 'E_UNKNOWN_NAME', exit: EXIT.usage });
  });

  it('does not guess where nothing is near', () => {
    expect(unknownName('policy', 'xyzzy', KNOWN).message).toBe("unknown policy 'xyzzy'");
  });
});
