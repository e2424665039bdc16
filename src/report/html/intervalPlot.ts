/** Ratios with their intervals around 1, as in a forest plot: what does not touch the line has changed.
 *
 *  The axis is logarithmic: half as much is as far from 1 as twice as much, and no label is below zero. */
import { type Html, html } from './markup.js';

export interface Interval {
  readonly name: string;
  /** Positive, as the ends of the interval. */
  readonly value: number;
  /** Where it was sampled. */
  readonly interval?: readonly [low: number, high: number] | undefined;
  readonly isBad?: boolean;
}

const WIDTH = 760;
const NAMES = 420;
const ROW = 22;
const MARGIN = 24;
const BOTTOM = 22;
const HALF = (WIDTH - NAMES - 2 * MARGIN) / 2;
const CENTRE = NAMES + MARGIN + HALF;
/** At least this factor on either side of 1 is shown. */
const LEAST_REACH = 1.02;

export function intervalPlot(intervals: readonly Interval[]): Html {
  const ends = intervals.flatMap(({ value, interval }) => [value, ...(interval ?? [])]);
  const reach = Math.max(LEAST_REACH, ...ends.map((end) => Math.max(end, 1 / end)));
  const height = intervals.length * ROW + BOTTOM;
  const at = (value: number): string => (CENTRE + (HALF * Math.log(value)) / Math.log(reach)).toFixed(1);
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<line class="axis" x1="${at(1)}" x2="${at(1)}" y1="0" y2="${height - BOTTOM}"></line>
${[1 / reach, 1, reach].map(
  (value) =>
    html`<text class="soft" x="${at(value)}" y="${height - 6}" text-anchor="middle">${labelOf(value)}</text>\n`,
)}${intervals.map(({ name, value, interval, isBad }, index) => {
  const middle = index * ROW + ROW / 2;
  const [low, high] = interval ?? [value, value];
  return html`<text x="0" y="${middle + 4}">${name}</text>
<line class="interval" x1="${at(low)}" x2="${at(high)}" y1="${middle}" y2="${middle}"></line>
<circle class="${isBad ? 'bar bad' : 'mark'}" cx="${at(value)}" cy="${middle}" r="4"></circle>
`;
})}</svg>`;
}

function labelOf(ratio: number): string {
  return ratio === 1 ? 'x1' : `x${ratio.toPrecision(4)}`;
}
