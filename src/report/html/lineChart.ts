/** Values over a parameter: a curve per name. The vertical axis begins a little below the lowest value, not at zero: it shows
 *  differences, and bars show sizes.
 *
 *  Limit: the points of the horizontal axis stand side by side, whatever their distance: 2, 8 and 64 cpus are three. */
import { type Html, html } from './markup.js';

export interface Curve {
  readonly name: string;
  /** No value is negative. */
  readonly points: readonly (readonly [x: string, y: number])[];
}

/* Told apart in both colour schemes, and by who sees less of colours (Okabe and Ito, 2008). */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#b79f00', '#999999'];
const WIDTH = 760;
const HEIGHT = 240;
const LEFT = 80;
const RIGHT = 220;
const BOTTOM = 36;
const TOP = 20;
const KEY_ROW = 18;
/** What is shown, in distances from the lowest to the highest value. */
const SHOWN_SPANS = 1.25;

/** @param marks indices on the horizontal axis to draw a line at. */
export function lineChart(
  curves: readonly Curve[],
  axis: { readonly x: string; readonly y: string },
  marks: readonly number[] = [],
): Html {
  const names = [...new Set(curves.flatMap(({ points }) => points.map(([x]) => x)))];
  const values = curves.flatMap(({ points }) => points.map(([, y]) => y));
  const highest = Math.max(...values);
  const span = highest - Math.min(...values) || highest || 1;
  const base = Math.max(highest - SHOWN_SPANS * span, 0);
  const top = Math.max(highest, base + span);
  const height = Math.max(HEIGHT, TOP + curves.length * KEY_ROW + BOTTOM);
  const across = WIDTH - LEFT - RIGHT;
  const at = (index: number): number =>
    LEFT + (names.length > 1 ? (across * index) / (names.length - 1) : across / 2);
  const up = (value: number): number =>
    height - BOTTOM - ((height - BOTTOM - TOP) * (value - base)) / (top - base);
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
${[0, 0.5, 1].map((share) => {
  const value = base + share * (top - base);
  const y = up(value).toFixed(1);
  return html`<line class="axis" x1="${LEFT}" x2="${LEFT + across}" y1="${y}" y2="${y}"></line>
<text class="soft" x="${LEFT - 6}" y="${y}" text-anchor="end" dominant-baseline="middle">${shown(value)}</text>
`;
})}${marks.map((mark) => html`<line class="axis" x1="${at(mark)}" x2="${at(mark)}" y1="${TOP}" y2="${height - BOTTOM}"></line>\n`)}
${labelled(names).map(
  ([index, name]) =>
    html`<text class="soft" x="${at(index).toFixed(1)}" y="${height - BOTTOM + 16}" text-anchor="middle">${name}</text>\n`,
)}<text class="soft" x="${LEFT + across / 2}" y="${height - 4}" text-anchor="middle">${axis.x}</text>
<text class="soft" x="${LEFT}" y="${TOP - 8}">${axis.y}</text>
${curves.map(({ name, points }, index) => {
  const colour = COLOURS[index % COLOURS.length]!;
  const places = points.map(([x, y]) => `${at(names.indexOf(x)).toFixed(1)},${up(y).toFixed(1)}`);
  return html`<polyline class="curve" stroke="${colour}" points="${places.join(' ')}"></polyline>
${places.map((place) => {
  const [x = '', y = ''] = place.split(',');
  return html`<circle cx="${x}" cy="${y}" r="2.5" fill="${colour}"></circle>`;
})}
<rect x="${WIDTH - RIGHT + 16}" y="${TOP + index * KEY_ROW}" width="10" height="10" fill="${colour}"></rect>
<text x="${WIDTH - RIGHT + 32}" y="${TOP + index * KEY_ROW + 10}">${name}</text>
`;
})}</svg>`;
}

const MOST_LABELS = 8;

/** As many as have room, the first and the last among them. */
function labelled(names: readonly string[]): readonly (readonly [number, string])[] {
  const each = Math.max(1, Math.ceil((names.length - 1) / (MOST_LABELS - 1)));
  return names.flatMap((name, index) =>
    index % each === 0 || index === names.length - 1 ? [[index, name] as const] : [],
  );
}

function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
