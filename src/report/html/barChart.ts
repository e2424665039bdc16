/** Named values as bars from zero, one below the other. */
import { type Html, html } from './markup.js';

export interface Bar {
  readonly name: string;
  /** Not negative. */
  readonly value: number;
  readonly label: string;
  /** Drawn as something that is wrong. */
  readonly isBad?: boolean;
}

const WIDTH = 760;
const NAMES = 200;
const LABELS = 140;
const ROW = 22;
const THICK = 14;

export function barChart(bars: readonly Bar[]): Html {
  const longest = Math.max(...bars.map((bar) => bar.value), Number.MIN_VALUE);
  const height = bars.length * ROW;
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
${bars.map(({ name, value, label, isBad }, index) => {
  const width = ((WIDTH - NAMES - LABELS) * value) / longest;
  const middle = index * ROW + ROW / 2;
  return html`<text x="${NAMES - 8}" y="${middle + 4}" text-anchor="end">${name}</text>
<rect class="bar ${isBad ? 'bad' : 'good'}" x="${NAMES}" y="${middle - THICK / 2}" width="${width.toFixed(1)}" height="${THICK}"></rect>
<text class="soft" x="${(NAMES + width + 6).toFixed(1)}" y="${middle + 4}">${label}</text>
`;
})}</svg>`;
}
