import { expect, it } from 'vitest';
import { fileTrouble } from '../../src/base/fileTrouble.js';

it.each([
  [
    'a code that has words',
    Object.assign(new Error('EISDIR: read'), { code: 'EISDIR' }),
    'it is a directory',
  ],
  ['a code that has none', Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }), 'EIO: i/o error'],
  ['words of our own', new Error('it names no file'), 'it names no file'],
  ['no error', 'broken', 'broken'],
])('%s', (_, error, words) => {
  expect(fileTrouble(error)).toBe(words);
});
