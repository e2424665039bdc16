import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addMatrix } from '../../src/cli/matrix.js';
import { exhaustiveJudge } from '../../src/engines/exhaustiveJudge.js';
import { prepareSituation } from '../../src/engines/situation.js';
import { type MatrixDocument, matrixSchema } from '../../src/report/matrixSchema.js';
import { matrixText } from '../../src/report/matrixText.js';
import { plain } from '../../src/report/paint.js';
import { COLUMNS, coresync, linesOf } from './commandLine.js';

const PART = ['--scenario', 'kthread-return', 'flag-left-behind', '--policy', 'none', 'mainline'];

async function partJson(...args: string[]): Promise<MatrixDocument> {
  const { status, stdout, stderr } = await coresync('matrix', ...PART, ...args, '--json');
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return matrixSchema.parse(JSON.parse(stdout));
}

describe('matrix', () => {
  it('a part of it, --json: one document by the schema, exit 0', async () => {
    const { rows, ...document } = await partJson('--arch', 'x86-64', 'arm64-a11', '--seeds', '2');
    expect(document).toMatchObject({
      engine: 'virtual',
      seeds: [1, 2],
      unexpected: 0,
      stoppedBy: 'finished',
    });
    expect(rows).toHaveLength(8);
    expect(rows.filter((row) => row.verdict === 'stale').map((row) => [row.scenario, row.policy])).toEqual([
      ['kthread-return', 'none'],
      ['flag-left-behind', 'none'],
    ]);
  });

  it('on real threads: the same verdicts', async () => {
    const chosen = ['--arch', 'x86-64', '--seeds', '1'];
    const threads = await partJson(...chosen, '--engine', 'threads');
    const virtual = await partJson(...chosen);
    expect(threads.engine).toBe('threads');
    const verdicts = (document: MatrixDocument) => document.rows.map((row) => row.verdict);
    expect(verdicts(threads)).toEqual(verdicts(virtual));
    expect(new Set(verdicts(threads))).toEqual(new Set(['stale', 'safe']));
  });

  it('from every schedule: proved where nothing goes wrong, with a schedule where something does', async () => {
    const { rows } = await partJson('--arch', 'x86-64', '--explore');
    expect(rows.map((row) => [row.policy, row.verdict, row.basis])).toEqual([
      ['none', 'stale', 'exhaustive'],
      ['mainline', 'safe', 'exhaustive'],
      ['none', 'stale', 'exhaustive'],
      ['mainline', 'safe', 'exhaustive'],
    ]);
    expect(rows.map((row) => (row.witness?.length ?? 0) > 10)).toEqual([true, false, true, false]);
    const { stdout } = await coresync('matrix', ...PART, '--arch', 'x86-64', '--explore');
    expect(stdout).toMatch(/mainline +#\n/);
    expect(stdout).toMatch(/4 of them from every schedule/);
  });

  it('no row at all: nothing was judged, exit 3', async () => {
    const { status, stdout } = await coresync('matrix', '--protocols', '--protocol', 'flush-only');
    expect(status).toBe(3);
    expect(stdout).toMatch(/^verdict: inconclusive — nothing was judged/m);
  });

  it('nothing but rows that could not be judged is not as expected: exit 3', async () => {
    const chosen = ['--scenario', 'ordering-b', '--policy', 'none', '--arch', 'x86-64'];
    const { status, stdout } = await coresync(
      ...['matrix', ...chosen, '--engine', 'threads', '--seeds', '1', '--json'],
    );
    const { rows, unexpected } = matrixSchema.parse(JSON.parse(stdout));
    expect(rows.map((row) => row.verdict)).toEqual(['inconclusive']);
    expect(unexpected).toBe(1);
    expect(status).toBe(3);
  });

  it('a row that cannot be explored in time: from runs, and the row says so', async () => {
    const runs = async () => ({ verdict: 'safe', reason: 'not observed', basis: 'observed' }) as const;
    let now = 0;
    const judge = exhaustiveJudge({ timeLimitMs: 1, clock: () => now++ }, runs);
    const situation = await prepareSituation({ scenario: 'crossroads', rounds: 2 });
    expect(await judge(situation)).toEqual(await runs());
  });

  it('--against: which policies are right wherever one is; a policy that is not among them: exit 2', async () => {
    const chosen = [...PART, '--arch', 'x86-64', '--explore', '--against'];
    const { status, stdout } = await coresync('matrix', ...chosen, 'mainline');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\| `none` \| wrong \| `[a-z-]+`, \d+ steps \|/m);
    expect(stdout).toMatch(/^\| `mainline` \| right \|/m);
    const refused = await coresync('matrix', ...chosen, 'always');
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("'always'");
  });

  it('--protocols: against what is recorded, with both readings where manual and practice differ', async () => {
    const chosen = [
      'matrix',
      '--protocols',
      '--protocol',
      'store-and-go',
      'expedited-then-pointer',
      '--arch',
    ];
    const { status, stdout } = await coresync(...chosen, 'x86-64', '--json');
    expect(status).toBe(0);
    const { rows } = matrixSchema.parse(JSON.parse(stdout));
    expect(rows.map((row) => [row.protocol, row.verdict, row.expected, row.reading, row.basis])).toEqual([
      ['store-and-go', 'stale', 'stale', 'text', 'exhaustive'],
      ['expedited-then-pointer', 'safe', 'stale', 'practice', 'exhaustive'],
    ]);
    const text = await coresync(...chosen, 'x86-64', 'arm64-a11');
    expect(linesOf(text.stdout).filter((line) => line.length > COLUMNS)).toEqual([]);
    expect(text.stdout).toMatch(/^ {2}store-and-go +S {2}S$/m);
    expect(text.stdout).toMatch(/^ {2}expedited-then-pointer +#\* #\*$/m);
  });

  it.each([
    ['--protocol means nothing without --protocols', ['--protocol', 'sync-core']],
    ['--reaction means nothing without --overlays', ['--reaction', 'abort']],
    ['--overlay means nothing without --overlays', ['--protocols', '--overlay', 'einval-old']],
    ['--protocols cannot be combined with --overlays', ['--protocols', '--overlays']],
    ['--scenario means nothing with --protocols', ['--protocols', '--scenario', 'kthread-return']],
    ['--policy means nothing with --overlays', ['--overlays', '--policy', 'none']],
    ['--time-limit means nothing where nothing is explored', ['--time-limit', '3']],
    ['--explore means nothing with --protocols', ['--protocols', '--explore']],
    ['--explore means nothing with --overlays', ['--overlays', '--explore']],
    ['--against means nothing with --json', ['--against', 'mainline', '--json']],
  ])('%s: exit 2, and nothing is looked at', async (message, args) => {
    const { status, stdout, stderr } = await coresync('matrix', ...args);
    expect(stderr).toContain(`error: ${message}\n`);
    expect([status, stdout]).toEqual([2, '']);
  });

  it('an engine that is not there: exit 2', async () => {
    const { status, stderr } = await coresync('matrix', ...PART, '--engine', 'native');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: engine 'native' (runs no matrix: |is not available: )/);
  });

  it('the kernel of every row', async () => {
    const { rows } = await partJson('--arch', 'x86-64', '--kernel', '5.4', '--seeds', '1');
    expect(new Set(rows.map((row) => row.kernel))).toEqual(new Set(['5.4']));
  });

  it('as text: 80 columns, the verdict last', async () => {
    const { stdout } = await coresync('matrix', ...PART, '--seeds', '1');
    const lines = linesOf(stdout);
    expect(lines.filter((line) => line.length > COLUMNS)).toEqual([]);
    expect(lines.at(-1)).toMatch(/^verdict: as expected — 52 rows, 0 not as expected/);
  });

  it('a row that is not as expected: marked, and told with its rule', async () => {
    const document = await partJson('--arch', 'x86-64', '--seeds', '1');
    const [row, ...others] = document.rows;
    const wrong = { ...row!, verdict: 'torn' as const, expected: 'safe' as const, asExpected: false };
    const text = matrixText({ ...document, rows: [wrong, ...others], unexpected: 1 });
    expect(text).toContain('T!');
    expect(text).toContain(`because ${wrong.because.split(' ')[0]}`);
    expect(text).toMatch(/verdict: not as expected — 4 rows, 1 not as expected/);
  });

  it('interrupted: the rows so far, exit 130', async () => {
    let text = '';
    let status: number | undefined;
    const program = new Command();
    addMatrix(program, {
      print: (part) => {
        text += part;
      },
      paint: plain,
      stopSignal: () => AbortSignal.abort('interrupted'),
      endWith: (given) => {
        status = given;
      },
    });
    await program.parseAsync(['matrix', '--json'], { from: 'user' });
    expect(status).toBe(130);
    const document = matrixSchema.parse(JSON.parse(text));
    expect(document.stoppedBy).toBe('interrupted');
    expect(document.rows).toHaveLength(1);
    expect(matrixText(document).replace(/\s+/g, ' ')).toContain('interrupted, rows are missing');
  });
});
