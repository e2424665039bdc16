/** What a bench is: it measures and returns lines and samples; only bench/main.ts prints. */

export interface NumberOption {
  readonly about: string;
  readonly default: number;
  readonly least: number;
  readonly most: number;
}

/** Every sample of one quantity, in the order in which they were taken. */
export interface Series {
  readonly id: string;
  readonly unit: string;
  readonly samples: readonly number[];
}

export interface BenchReport {
  readonly lines: readonly string[];
  readonly series: readonly Series[];
}

export interface Bench<Option extends string = string> {
  readonly title: string;
  readonly options: Readonly<Record<Option, NumberOption>>;
  readonly run: (options: Readonly<Record<Option, number>>) => Promise<BenchReport>;
}
