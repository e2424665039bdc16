/** Whole numbers as they come, and their order statistics. Nothing is interpolated: a quantile is one of them. */

export interface Quantiles {
  readonly n: number;
  readonly median: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export class Distribution {
  #values = new Float64Array(1024);
  #n = 0;

  add(value: number): void {
    if (this.#n === this.#values.length) {
      const longer = new Float64Array(2 * this.#n);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[this.#n++] = value;
  }

  /** Undefined where there are none. */
  get quantiles(): Quantiles | undefined {
    if (this.#n === 0) return undefined;
    const sorted = this.#values.slice(0, this.#n).sort();
    // The smallest that at least this share of them does not exceed.
    const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * this.#n) - 1)]!;
    return { n: this.#n, median: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) };
  }
}
