/** Texts near a given one: pieces cut out, moved, doubled, or replaced by something that a reader may choke on. */
import fc from 'fast-check';

const CHOKES = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '-',
  '\\',
  '\u0000',
  '1e999',
  'null',
  '"__proto__"',
  '//',
  '\ud800',
];

/** Words of the format: half of the edits replace one word by another, so that some files are still read. */
export function mutatedText(text: string): fc.Arbitrary<string> {
  const words = [...new Set(text.match(/"[\w-]+"|\d+/g))];
  const place = fc.nat(text.length);
  const edit = fc.oneof(
    fc.record({ at: place, cut: fc.nat(40), put: fc.constantFrom('', ...CHOKES) }),
    fc.record({ at: place, cut: fc.constant('word' as const), put: fc.constantFrom(...words) }),
    fc.record({ at: place, cut: fc.constant(0), put: place.map((from) => text.slice(from, from + 60)) }),
  );
  return fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) =>
    edits.reduce((current, { at, cut, put }) => {
      if (cut !== 'word') return current.slice(0, at) + put + current.slice(at + cut);
      const rest = current.slice(at);
      return current.slice(0, at) + rest.replace(/"[\w-]+"|\d+/, put);
    }, text),
  );
}
