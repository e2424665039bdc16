/** The clock of the benches. */

/** Nanoseconds since some fixed moment. Precise to about 50 ns: a sample is made of many calls. */
export function nowNs(): number {
  return Number(process.hrtime.bigint());
}
