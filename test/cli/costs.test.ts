import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { costsNamed } from '../../src/cli/costs.js';
import { costProfile as GENERIC } from '../../src/hw/costs/generic-x86-64.js';

let file: string;
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'coresync-costs-'));
  file = join(directory, 'costs.json');
});
afterAll(() => rmSync(directory, { recursive: true }));

const PROFILE = { schema: 'coresync.costs/1', ...GENERIC, name: 'mine' };

describe('--costs', () => {
  it('a name', async () => {
    expect(await costsNamed('generic-x86-64')).toBe(GENERIC);
  });

  it('a file', async () => {
    writeFileSync(file, JSON.stringify(PROFILE));
    expect(await costsNamed(file)).toMatchObject({ ...GENERIC, name: 'mine' });
  });

  it('a name that nobody knows', async () => {
    await expect(costsNamed('generic-x86')).rejects.toMatchObject({
      exit: 2,
      message: "unknown cost profile 'generic-x86'; did you mean 'generic-x86-64'?",
    });
  });
});

describe('a file that is no cost profile: which, what was expected, where one comes from; exit 2', () => {
  const load = { value: 1, unit: 'us', source: 'mine' };
  it.each([
    ['is not there', undefined, /^cannot read \S+costs\.json: there is no such file$/],
    ['is no JSON', '{', /costs\.json is no JSON document/],
    [
      'is of another command',
      JSON.stringify({ schema: 'coresync.list/1' }),
      /costs\.json: it is coresync\.list\/1; expected coresync\.costs\/1$/,
    ],
    [
      'has a unit that there is not',
      JSON.stringify({ ...PROFILE, costs: { ...GENERIC.costs, load } }),
      /costs\.json: costs\.load\.unit: unknown "us".*; expected one of ns or cycles$/,
    ],
    [
      'has a number without a source',
      JSON.stringify({ ...PROFILE, costs: { ...GENERIC.costs, load: { value: 1, unit: 'ns' } } }),
      /costs\.json: costs\.load: needs a source or an assumption$/,
    ],
    [
      'lacks a cost',
      JSON.stringify({ ...PROFILE, costs: { ...GENERIC.costs, decode: undefined } }),
      /costs\.json: costs\.decode is missing; expected an object$/,
    ],
  ])('%s', async (_, text, message) => {
    rmSync(file, { force: true });
    if (text !== undefined) writeFileSync(file, text);
    await expect(costsNamed(file)).rejects.toMatchObject({
      exit: 2,
      message: expect.stringMatching(message),
      next: expect.stringMatching(
        /coresync calibrate --save FILE.*coresync schema --kind costs.*generic-x86-64/,
      ),
    });
  });
});
