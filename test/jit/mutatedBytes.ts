/** Bytes near given ones: some replaced, cut out, doubled, or put where they do not belong. */
import fc from 'fast-check';

export function mutatedBytes(bytes: Uint8Array): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const edit = fc.record({
    at: fc.nat(bytes.length),
    cut: fc.constantFrom(0, 1, 1, 1, 2, 8),
    put: fc.oneof(
      fc.constant([]),
      fc.array(fc.nat(255), { minLength: 1, maxLength: 1 }),
      fc.constantFrom([0xff, 0xff, 0xff, 0xff, 0x0f], [0x41], [0x0b], [0x03, 0x40], [0x80]),
      fc.nat(bytes.length).map((from) => [...bytes.slice(from, from + 6)]),
    ),
  });
  return fc
    .array(edit, { minLength: 1, maxLength: 3 })
    .map((edits) =>
      Uint8Array.from(
        edits.reduce<number[]>(
          (current, { at, cut, put }) => [...current.slice(0, at), ...put, ...current.slice(at + cut)],
          [...bytes],
        ),
      ),
    );
}
