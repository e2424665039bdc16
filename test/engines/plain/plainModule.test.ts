import { describe, expect, it } from 'vitest';
import { partsOf, plainModule } from '../../../src/engines/plain/plainModule.js';
import type { KnownMachine } from '../../../src/engines/plain/plainText.js';

describe('plainModule', () => {
  const prototype = {
    get current(): number {
      return (this as unknown as { get(address: number): number }).get(7);
    },
  };
  const nothing: KnownMachine = {
    cpu: {},
    prototype,
    access: (method, args) =>
      method === 'writeCr' ? undefined : { expression: `c.${method}Now(${args.join(', ')})` },
    call: () => undefined,
  };
  const layout = {
    task: { flags: (index: number) => 100 + 18 * index, bytes: (index: number) => ({ index }) },
  };
  const everything: KnownMachine = {
    ...nothing,
    cpu: { kernel: layout, config: { waits: 'killable', limit: -1 } },
    access: (method, args) => ({ expression: `${method}(${args})`, statement: `${method} ${args};` }),
  };
  const translated = (machine: KnownMachine, ...lines: readonly string[]): string =>
    plainModule({ text: lines.join('\n'), parts: partsOf(lines.join('\n')) }, machine, () => ({
      BIT: 4,
      POINT: { exit: 3 },
    })).body;
  const PROLOGUE = 'const $words = c.words, $id = c.id;';

  it('makes a call of a yield, and of a yield* nothing', () => {
    expect(
      translated(
        nothing,
        'export function* f(c) {',
        '    const a = ((yield c.load(x(1, 2))) & 3) === 0;',
        "    yield* g(c, yield c.or(y, 1), ')');",
        '    return yield* h(c);',
        '}',
        'export const policy = {',
        '    *hook(c) {',
        '        yield c.writeCr(1, 2);',
        '    },',
        '};',
      ),
    ).toBe(
      [
        `function f(c) { ${PROLOGUE}`,
        '    const a = ((c.loadNow(x(1, 2))) & 3) === 0;',
        "    g(c, c.orNow(y, 1), ')');",
        '    return h(c);',
        '}',
        'const policy = {',
        `    hook(c) { ${PROLOGUE}`,
        '        c.do(c.writeCr(1, 2));',
        '    },',
        '};',
      ].join('\n'),
    );
  });

  it('puts what is known where it is used', () => {
    expect(
      translated(
        everything,
        "import { BIT, POINT } from './x.js';",
        'export function* f(c, limit) {',
        '    const { task } = c.kernel;',
        "    if (c.config.waits === 'killable') yield c.or(task.flags(c.id), BIT);",
        '    { const task = c.config.limit; g(task, limit, POINT.exit); }',
        '    return (yield c.load(task.flags(2))) + task.bytes(1).index;',
        '}',
      ),
    ).toBe(
      [
        "const BIT = imported('./x.js').BIT;",
        "const POINT = imported('./x.js').POINT;",
        `function f(c, limit) { ${PROLOGUE}`,
        '    ',
        '    or (100 + ($id) * 18),4;',
        '    {  g((-1), limit, 3); }',
        '    return (load(136)) + c.kernel.task.bytes(1).index;',
        '}',
      ].join('\n'),
    );
  });

  it('puts the expression of a getter in the place of its use', () => {
    expect(translated(nothing, 'function f(c) { return c.current; }')).toBe(
      `function f(c) { ${PROLOGUE} return (c.get(7)); }`,
    );
  });

  it('puts a method there only where its arguments are evaluated as they would be in a call', () => {
    const machine: KnownMachine = {
      ...nothing,
      prototype: Object.getPrototypeOf(
        new (class {
          words: number[] = [];
          m(a: number): number {
            return a;
          }
          inOrder(a: number, b: number): number {
            return this.words[a]! + this.m(b);
          }
          swapped(a: number, b: number): number {
            return this.m(b) - this.m(a);
          }
          ignores(_a: number): number {
            return this.m(1);
          }
          perhaps(a: number): boolean {
            return this.words.length > 0 && this.m(a) > 0;
          }
          adds(a: number, b: number): void {
            this.words[a]! += b;
          }
          hasDefault(a = 1): number {
            return this.m(a);
          }
        })(),
      ),
    };
    const of = (call: string): string => translated(machine, `function f(c) { return ${call}; }`);
    expect(of('c.inOrder(x, y)')).toBe(`function f(c) { ${PROLOGUE} return ($words[(x)] + (((y)))); }`);
    for (const call of ['c.swapped(x, y)', 'c.ignores(x)', 'c.perhaps(x)', 'c.adds(x, y)', 'c.hasDefault(x)'])
      expect(of(call)).toBe(`function f(c) { ${PROLOGUE} return ${call}; }`);
  });

  it('knows nothing of what is inside of what is known, and refuses what it would get wrong', () => {
    const body = (...lines: string[]): string => translated(everything, 'function f(c) {', ...lines, '}');
    expect(body('const { waits: { length } } = c.config;', 'g(length);')).toContain('g(length)');
    expect(body('const { nothing = 5 } = c.config;', 'g(nothing);')).toContain('g(nothing)');
    expect(body('const [first] = c.config.waits;', 'g(first);')).toContain('g(first)');
    expect(body('c.policy.hook?.(c);')).toContain('c.policy.hook?.(c)');
    expect(body('return g?.h.i?.(c);')).toContain('g?.h.i?.(c)');
    expect(() => body('g((c) => c.id);')).toThrow('not understood');
  });

  it('refuses an accessor that is no sum, and modules it does not know', () => {
    const square: KnownMachine = { ...nothing, cpu: { kernel: { at: (index: number) => index * index } } };
    expect(() => translated(square, 'function f(c, i) { return c.kernel.at(i); }')).toThrow('no sum');
    expect(() => translated(nothing, 'export default 3;')).toThrow('not understood');
    expect(() => translated(nothing, 'export let changes = 3;')).toThrow('not understood');
    expect(() => translated(nothing, "import x from './x.js';")).toThrow('not understood');
    expect(() => translated(nothing, 'const a = { get b() { return 1; } };')).toThrow('not understood');
  });
});
