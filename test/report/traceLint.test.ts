import { describe, expect, it } from 'vitest';
import { lintTrace } from './traceLint.js';

const NAME = { ph: 'M', pid: 1, tid: 1, name: 'thread_name', args: { name: 'cpu 0' } };
const OTHER = { ...NAME, tid: 2 };
const slice = (tid: number, ts: number, dur: number): object => ({
  ph: 'X',
  pid: 1,
  tid,
  ts,
  dur,
  name: 'a',
});
const arrow = (ph: 's' | 'f', tid: number, ts: number, id: unknown = 1): object => ({
  ...{ ph, pid: 1, tid, ts, id, name: 'IPI', cat: 'arrow' },
  ...(ph === 'f' && { bp: 'e' }),
});
const lint = (...traceEvents: object[]): string[] => lintTrace(JSON.stringify({ traceEvents }));

describe('the lint of traces', () => {
  it('has nothing to say about one that is right', () => {
    expect(
      lint(
        ...[NAME, OTHER, slice(1, 0, 2), slice(1, 0, 1), slice(1, 1, 0.001), arrow('s', 1, 1)],
        ...[slice(2, 1.5, 1), arrow('f', 2, 1.5), { ph: 'i', pid: 1, tid: 1, ts: 2, s: 't', name: 'a' }],
      ),
    ).toEqual([]);
  });

  it.each([
    ['event 1: phase B', [{ ...slice(1, 0, 1), ph: 'B' }]],
    ['event 1: pid 0', [{ ...slice(1, 0, 1), pid: 0 }]],
    ['event 1: no name', [{ ...slice(1, 0, 1), name: '' }]],
    ['event 1: a thread without a name', [slice(2, 0, 1)]],
    ['event 1: ts 0.0005', [slice(1, 0.0005, 1)]],
    ['event 1: ts undefined', [{ ...slice(1, 0, 1), ts: undefined }]],
    ['event 1: dur 0', [slice(1, 0, 0)]],
    ['event 2: earlier than what stands before it', [slice(1, 1, 1), slice(1, 0, 1)]],
    ['event 2: it ends after the slice that it begins in', [slice(1, 0, 2), slice(1, 1, 1.001)]],
    ['event 1: an instant of no thread', [{ ph: 'i', pid: 1, tid: 1, ts: 2, name: 'a' }]],
    ['event 2: id id42', [slice(1, 0, 2), arrow('s', 1, 0, 'id42'), arrow('f', 1, 0, 'id42')]],
    ['event 2: an arrow that is not where a slice begins', [slice(1, 0, 2), arrow('s', 1, 1)]],
    ['event 2: an arrow from nowhere', [slice(1, 0, 2), arrow('f', 1, 0)]],
    ['arrow 1 arrow IPI: it does not arrive', [slice(1, 0, 2), arrow('s', 1, 0)]],
    [
      'event 3: an arrow that binds to the next slice',
      [slice(1, 0, 2), arrow('s', 1, 0), { ...arrow('f', 1, 0), bp: undefined }],
    ],
    [
      'event 4: id 1 again',
      [slice(1, 0, 2), arrow('s', 1, 0), arrow('f', 1, 0), arrow('s', 1, 0), arrow('f', 1, 0)],
    ],
  ])('can fail: %s', (says, events) => {
    expect(lint(NAME, ...events)).toContain(says);
  });
});
