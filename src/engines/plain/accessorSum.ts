/** An accessor of a table (`task.flags(index)`) as the sum that it computes.
 *
 *  It is tried out rather than read, so that it may be written in any way.
 *  Limit: it must be a sum with constant factors; one that is not is noticed at a few indexes. */
const PROBES = [2, 3, 31];

/** @returns undefined where what it gives is no address. */
export function sumOf(
  accessor: (...indexes: number[]) => unknown,
  args: readonly string[],
): string | undefined {
  const at = (probe: number, only?: number): unknown =>
    accessor(...args.map((_, index) => (only === undefined || only === index ? probe : 0)));
  const base = at(0);
  if (typeof base !== 'number') return undefined;
  const strides = args.map((_, index) => Number(at(1, index)) - base);
  for (const probe of PROBES) {
    const sum = strides.reduce((before, stride) => before + stride * probe, base);
    if (at(probe) !== sum) throw new Error(`an accessor is no sum: ${accessor}`);
  }
  const isNumber = (arg: string): boolean => /^\d+$/.test(arg);
  const start = args.reduce(
    (sum, arg, index) => sum + (isNumber(arg) ? strides[index]! * Number(arg) : 0),
    base,
  );
  const terms = args.flatMap((arg, index) => (isNumber(arg) ? [] : [`(${arg}) * ${strides[index]}`]));
  return terms.length === 0 ? String(start) : `(${[start, ...terms].join(' + ')})`;
}
