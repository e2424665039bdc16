import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT, type ExitStatus } from '../../src/base/errors.js';
import type { Session } from '../../src/cli/session.js';
import { TOUR, type TourStop } from '../../src/cli/tour.js';
import { EVERY_SCHEDULE, type ExploredStop } from '../../src/cli/tourExploration.js';
import { leadTour } from '../../src/cli/tourGuide.js';
import { plain } from '../../src/report/paint.js';
import { dataIn } from '../report/html/htmlText.js';
import { COLUMNS, coresync, linesOf } from './commandLine.js';

interface Schemed {
  readonly schema: string;
}

describe('demo', () => {
  it('the whole tour: every row as expected, exit 0, 80 columns, what to try next', async () => {
    const page = join(mkdtempSync(join(tmpdir(), 'coresync-')), 'tour.html');
    const { status, stdout, stderr } = await coresync('demo', '--save', page);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^ {2}none +1000 +16016 +[1-9]\d* +jit \d+ +stale$/m);
    for (const policy of ['always', 'registered', 'deferred-task-registered']) {
      expect(stdout).toMatch(new RegExp(`^  ${policy} +1000 +16016 +0 +jit \\d+ +safe$`, 'm'));
    }
    expect(stdout).toMatch(/^ {2}arm64-a00 +sync-core-without-invalidate .* stale$/m);
    expect(stdout).toMatch(/^ {2}across-word .* (torn|fault)$/m);
    expect(stdout).toMatch(/Try next\n {2}coresync list\n/);
    expect(stdout).toMatch(/^ {2}flag-left-behind +deferred-task-registered +\d+ +allowed$/m);
    expect(stdout).toMatch(/^ {2}flag-left-behind +deferred-cpu +\d+ +forbidden$/m);
    expect(stdout).toMatch(/per\s+task\s+is\s+wrong .*per\s+cpu\s+it\s+is\s+right/s);
    expect(stdout).toMatch(/each\s+of\s+them\s+where\s+it\s+was\s+expected/);
    expect(linesOf(stdout).filter((line) => line.length > COLUMNS)).toEqual([]);
    expect(status).toBe(0);
    const schemas = dataIn(readFileSync(page, 'utf8')).map((document) => (document as Schemed).schema);
    expect(schemas.filter((schema) => schema === 'coresync.run/1').length).toBe(14);
    expect(schemas.filter((schema) => schema === 'coresync.exploration/1').length).toBe(4);
    rmSync(dirname(page), { recursive: true });
  });

  it('a control that does not fail: exit 1, and says which', async () => {
    const [hazard] = TOUR;
    const control = { request: { policy: 'registered', rounds: 10 }, expected: ['stale'] } as const;
    const { status, text } = await tour([{ ...hazard!, rows: [control], showsEvidence: false }]);
    expect(status).toBe(EXIT.bad);
    expect(text).toContain('Not as expected:');
    expect(text.replace(/\s+/g, ' ')).toContain(
      'kthread-return with policy registered, rounds 10: safe (not observed in 10 publications',
    );
  });

  it('an exploration that does not come to what it should: exit 1, and says which', async () => {
    const wrong = { ...EVERY_SCHEDULE.rows[0]!, expected: 'forbidden' } as const;
    const { status, text } = await tour(
      [],
      [{ ...EVERY_SCHEDULE, rows: [wrong, ...EVERY_SCHEDULE.rows.slice(1)] }],
    );
    expect(status).toBe(EXIT.bad);
    expect(text.replace(/\s+/g, ' ')).toContain('kthread-return under none: allowed; expected forbidden.');
  });

  it('numbers that do not show what they should: exit 1', async () => {
    const bounce = TOUR.find((stop) => stop.scenario === 'kthread-bounce')!;
    const atOnce = { request: { policy: 'registered', rounds: 10 }, expected: ['safe'] } as const;
    const { status, text } = await tour([{ ...bounce, rows: [atOnce, atOnce] }]);
    expect(status).toBe(EXIT.bad);
    expect(text).toContain('the numbers do not show it');
  });
});

async function tour(
  stops: readonly TourStop[],
  explored: readonly ExploredStop[] = [],
): Promise<{ readonly status: ExitStatus; readonly text: string }> {
  let text = '';
  const session: Session = {
    print: (part) => {
      text += part;
    },
    paint: plain,
    stopSignal: () => new AbortController().signal,
    endWith: () => {},
  };
  return { status: await leadTour(session, stops, explored), text };
}
