import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonTextError, lineAndColumn, parseJsonText } from '../../src/base/jsonText.js';

function errorOf(text: string): string {
  try {
    parseJsonText(text);
  } catch (error) {
    if (error instanceof JsonTextError) return `${error.offset}: ${error.message}`;
    throw error;
  }
  throw new Error('it was read');
}

describe('parseJsonText', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        fc.pre(!text.includes('"//'));
        expect(parseJsonText(text).value).toEqual(JSON.parse(text));
      }),
    );
  });

  it('accepts nothing that JSON.parse refuses', () => {
    const soup = fc.array(fc.constantFrom(...'{}[]:,"\\ \n01-.e', 'true', 'nul', '"a"'), { maxLength: 12 });
    let refused = 0;
    fc.assert(
      fc.property(soup, (pieces) => {
        const text = pieces.join('');
        try {
          JSON.parse(text);
        } catch {
          refused++;
          expect(() => parseJsonText(text)).toThrow(JsonTextError);
        }
      }),
      { numRuns: 2000 },
    );
    expect(refused).toBeGreaterThan(1000);
  });

  it('leaves out members whose key begins with two slashes', () => {
    expect(parseJsonText('{"//": 1, "//": 2, "a": [{"// b": 3}]}').value).toEqual({ a: [{}] });
  });

  it('knows where a value begins, or what encloses it', () => {
    const { offsetOf } = parseJsonText(' {"a": [1, {"b": 2}]}');
    expect([[], ['a'], ['a', 1, 'b'], ['a', 1, 'c']].map(offsetOf)).toEqual([1, 7, 17, 11]);
  });

  it('defines __proto__ as a key like any other', () => {
    const { value } = parseJsonText('{"__proto__": {"polluted": 1}}');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it.each([
    ['', '0: expected a value, found the end of the file'],
    ['{"a" 1}', '5: expected \':\', found "1"'],
    ['{"a": 1 "b": 2}', "8: expected ',' or '}', found \"\\\"\""],
    ['{"a": 1, "a": 2}', "9: the key 'a' stands here a second time"],
    ['{"a": tru}', '6: expected a value, found "t"'],
    ['["abc', '1: the string that begins here does not end'],
    ['[1] 2', '4: expected the end of the file, found "2"'],
    ['['.repeat(100_000), '65: it is nested more than 64 deep'],
  ])('%s', (text, message) => {
    expect(errorOf(text)).toBe(message);
  });

  it('lines and columns count from 1', () => {
    expect([0, 2, 3, 4].map((offset) => lineAndColumn('ab\nc', offset))).toEqual([
      { line: 1, column: 1 },
      { line: 1, column: 3 },
      { line: 2, column: 1 },
      { line: 2, column: 2 },
    ]);
  });
});
