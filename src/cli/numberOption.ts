/** Options that take a number: what is no whole number in the range is refused, and told the range. */
import { LabError } from '../base/errors.js';

export interface NumberRange {
  readonly least: number;
  readonly most: number;
  /** Of the number, where it has one: 'ms'. */
  readonly unit?: string;
}

/** @returns a parser for commander. */
export function numberOption(flag: string, { least, most, unit }: NumberRange): (text: string) => number {
  return (text) => {
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new LabError(
      'E_RANGE',
      `--${flag} is '${text}'; expected a whole number from ${least} to ${most}${unit ? ` (${unit})` : ''}`,
      `Choose --${flag} in that range.`,
    );
  };
}
