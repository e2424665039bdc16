/** Proves that the gate can go red: damages what was measured, one way after the other, and looks at the verdict. */
import { EXIT, type ExitStatus } from '../base/errors.js';
import type { Baseline } from '../report/baselineSchema.js';
import { type BenchDocument, benchSchema, type Series } from '../report/benchSchema.js';
import { compare } from '../report/comparison.js';
import type { Comparison } from '../report/comparisonSchema.js';
import type { Session } from './session.js';

interface Damage {
  readonly title: string;
  readonly expects: Comparison['verdict'] | 'refused';
  readonly apply: (head: BenchDocument) => unknown;
}

const REGRESSION = 145;

const DAMAGES: readonly Damage[] = [
  {
    title: `one series is ${REGRESSION} cycles dearer`,
    expects: 'fail',
    apply: (head) =>
      withFirst(head, (one) => ({ ...one, value: (one as { value: number }).value + REGRESSION })),
  },
  {
    title: 'one series is missing',
    expects: 'inconclusive',
    apply: (head) => ({ ...head, series: head.series.slice(1) }),
  },
  { title: 'nothing was measured', expects: 'inconclusive', apply: (head) => ({ ...head, series: [] }) },
  {
    title: 'the costs are others',
    expects: 'inconclusive',
    apply: (head) => ({ ...head, inputs: { ...head.inputs, modelHash: 'sha256:other' } }),
  },
  {
    title: 'a value is not a number',
    expects: 'refused',
    apply: (head) => withFirst(head, (one) => ({ ...one, value: Number.NaN }) as Series),
  },
  {
    title: 'the document is of a later version',
    expects: 'refused',
    apply: (head) => ({ ...head, schema: 'coresync.bench/2' }),
  },
];

/** @returns 1 where every damage was noticed, as the gate does for the first of them; 4 where one was not. */
export function selfTest(
  baseline: Baseline,
  head: BenchDocument,
  expected: readonly string[],
  session: Session,
): ExitStatus {
  let unnoticed = 0;
  const say = (title: string, expects: string, came: string): void => {
    const noticed = came === expects;
    if (!noticed) unnoticed++;
    session.print(`${noticed ? 'noticed' : 'NOT NOTICED'}: ${title}: ${came}\n`);
  };
  for (const { title, expects, apply } of DAMAGES) {
    const parsed = benchSchema.safeParse(apply(clean(baseline, head)));
    say(
      title,
      expects,
      parsed.success ? compare(baseline, parsed.data, { expected, threshold: 0 }).verdict : 'refused',
    );
  }
  say('no damage', 'pass', compare(baseline, clean(baseline, head), { expected, threshold: 0 }).verdict);
  session.print(
    unnoticed === 0
      ? 'The gate goes red where it has to. Status 1, as for the regression.\n'
      : `${unnoticed} went unnoticed: this gate proves nothing.\n`,
  );
  return unnoticed === 0 ? EXIT.bad : EXIT.broke;
}

/** As if nothing had changed since the baseline, so that only the damage can be what is noticed. */
function clean(baseline: Baseline, head: BenchDocument): BenchDocument {
  return { ...head, series: [...baseline.series], inputs: baseline.inputs };
}

function withFirst(head: BenchDocument, change: (one: Series) => Series): BenchDocument {
  return { ...head, series: head.series.map((one, index) => (index === 0 ? change(one) : one)) };
}
