import { describe, expect, it } from 'vitest';
import type { Exports } from '../../../src/engines/plain/moduleText.js';
import { partsOf, plainProgram } from '../../../src/engines/plain/plainModule.js';
import type { KnownMachine } from '../../../src/engines/plain/plainText.js';

/** What a routine did to the machine, in order, and what it gave back. */
interface Trace {
  readonly accesses: unknown[];
  readonly result: unknown;
}

type Modules = Readonly<Record<string, string>>;

const LONGEST = 10_000;
const CONFIG = { waits: 'killable', limit: 3 };

/** Loads give the address and how many accesses there were before, so that no two are alike. */
class FakeCpu {
  readonly accesses: unknown[] = [];
  readonly words: number[] = [];
  readonly id = 1;
  readonly config = CONFIG;
  policy: unknown;
  phase = 0;

  load = (address: number): unknown => ['load', address];
  store = (address: number, value: number): unknown => ['store', address, value];
  loadNow = (address: number): number => 100 * address + this.accesses.push(['load', address]);
  storeNow = (address: number, value: number): number => {
    this.accesses.push(['store', address, value]);
    return 0;
  };
  perform = ([kind, ...args]: [string, ...number[]]): number =>
    kind === 'load' ? this.loadNow(args[0]!) : this.storeNow(args[0]!, args[1]!);
}

const resolve = (_: string, specifier: string): string => specifier.slice(2);

/** The modules as they are written. */
function originals(modules: Modules): (path: string) => Exports {
  const evaluated = new Map<string, Exports>();
  const exportsOf = (path: string): Exports => {
    const before = evaluated.get(path);
    if (before) return before;
    const names = [...modules[path]!.matchAll(/export (?:const|function\*?) (\w+)/g)].map(
      (match) => match[1]!,
    );
    const text = modules[path]!.replace(/^import (.*) from (.*);$/gm, 'const $1 = from($2);').replaceAll(
      'export ',
      '',
    );
    const made: Exports = new Function('from', `${text}\nreturn { ${names.join(', ')} };`)(
      (specifier: string) => exportsOf(resolve(path, specifier)),
    );
    evaluated.set(path, made);
    return made;
  };
  return exportsOf;
}

function programOf(modules: Modules, longest = LONGEST): { body: string; exports: Exports } {
  const exportsOf = originals(modules);
  const machine: KnownMachine = {
    cpu: { config: CONFIG, policy: exportsOf('main').policy ?? {} },
    prototype: {},
    access: (method, args) => ({ expression: `c.${method}Now(${args.join(', ')})` }),
    call: () => undefined,
  };
  const module = (path: string) => ({
    text: modules[path]!,
    parts: partsOf(modules[path]!),
    exports: exportsOf(path),
  });
  const wanted = ['f', 'policy'].filter((name) => name in exportsOf('main'));
  const { body, names } = plainProgram(
    wanted.map((name) => ['main', name]),
    machine,
    { module, resolve },
    longest,
  );
  const evaluated = new Function('imported', `'use strict';${body}\nreturn [${names.join(', ')}];`)(
    exportsOf,
  );
  return { body, exports: Object.fromEntries(wanted.map((name, index) => [name, evaluated[index]])) };
}

function traceOf(exports: Exports, routine: string, args: readonly number[]): Trace {
  const c = new FakeCpu();
  c.policy = exports.policy ?? {};
  let result = (exports[routine] as (c: FakeCpu, ...args: readonly number[]) => unknown)(c, ...args);
  if (typeof result === 'object' && result !== null && 'next' in result) {
    const generator = result as Generator<[string, ...number[]], unknown, number>;
    let step = generator.next(0);
    while (!step.done) step = generator.next(c.perform(step.value));
    result = step.value;
  }
  return { accesses: [...c.accesses, c.phase], result };
}

/** Both forms of `f` do the same with each of the arguments. */
function expectSame(modules: Modules, ...calls: readonly (readonly number[])[]): string {
  const exportsOf = originals(modules);
  for (const longest of [0, 60, LONGEST]) {
    const { exports } = programOf(modules, longest);
    for (const args of calls) {
      expect(traceOf(exports, 'f', args)).toEqual(traceOf(exportsOf('main'), 'f', args));
    }
  }
  return programOf(modules).body;
}

/** The text of the routine that was asked for, without those it consists of. */
function textOf(body: string, name: string): string {
  return new RegExp(`function ${name}\\$\\d+_\\([^]*?\\n}`).exec(body)![0];
}

describe('a routine that is written out', () => {
  it('returns early to behind its call, from wherever it is', () => {
    const body = expectSame(
      {
        main: `
function* g(c, a) {
    if (a === 0)
        return 7;
    for (let i = 0; i < 5; i++) {
        switch (i + a) {
            case 3:
                return yield c.load(i);
            case 9:
                break;
            default:
                yield c.store(i, a);
                continue;
        }
        yield c.store(50, i);
    }
}
export function* f(c, a) {
    const first = yield* g(c, a);
    yield c.store(1, first);
    const again = yield* g(c, a + 4);
    return [first, again];
}`,
      },
      [0],
      [1],
      [3],
      [7],
      [40],
    );
    expect(textOf(body, 'f')).not.toMatch(/\bg\$\d+_\(/);
  });

  it('gives what is returned last to whoever called the one that called it', () => {
    expectSame(
      {
        main: `
function* deepest(c, a) {
    if (a > 5)
        return;
    if (a > 2) {
        yield c.store(9, a);
        return a;
    }
    yield c.store(8, a);
}
function* middle(c, a) {
    if (a % 2 === 0)
        return yield* deepest(c, a);
    yield c.store(7, a);
    return yield* deepest(c, a + 1);
}
export function* f(c, a) {
    const result = yield* middle(c, a);
    yield c.store(6, 1);
    if (a === 4)
        return yield* middle(c, 1);
    return result;
}`,
      },
      ...[0, 1, 2, 3, 4, 5, 6, 7].map((a) => [a]),
    );
  });

  it('has names of its own, whatever they are called where it is called', () => {
    expectSame(
      {
        main: `
import { at, helper } from './other';
const SHARED = 5;
function* g(c, at, value) {
    const local = at + SHARED;
    for (const one of [1, 2].map((value) => value + local)) {
        const value = one * 2;
        yield c.store(value, local);
    }
    let { length, other = local } = { length: value };
    [length] = [length + 1];
    length++;
    yield c.store(length, other);
    return { local, value };
}
export function* f(c, local) {
    const value = 3;
    const one = yield* g(c, local, value);
    const two = yield* g(c, value, local);
    const SHARED = yield* helper(c, at);
    return [one, two, SHARED, value, local];
}`,
        other: `
const SHARED = 70;
export const at = 30;
export function* helper(c, local) {
    const one = yield c.load(local + SHARED);
    return one + at;
}`,
      },
      [1],
      [20],
    );
  });

  it('evaluates each argument once, in order, before it begins', () => {
    expectSame(
      {
        main: `
function* twice(c, a, b, unused) {
    a = a + 1;
    yield c.store(a, b);
    yield c.store(b, a);
    return a + b;
}
export function* f(c, x) {
    let y = x;
    yield* twice(c, yield c.load(1), yield c.load(2), yield c.load(3));
    const sum = yield* twice(c, y++, y++, y);
    yield* twice(c, 4, 5, y);
    return [sum, y];
}`,
      },
      [10],
    );
  });

  it('is a call where it calls itself', () => {
    const body = expectSame(
      {
        main: `
function* down(c, n) {
    if (n === 0)
        return 0;
    yield c.store(n, n);
    const below = yield* down(c, n - 1);
    return below + n;
}
export function* f(c, n) {
    return yield* down(c, n);
}`,
      },
      [0],
      [4],
    );
    expect(body).toMatch(/down\$\d+_\(c, n\$\d+ - 1\)/);
  });

  it('may decide a branch, be chosen by one, or be assigned', () => {
    expectSame(
      {
        main: `
function* isOdd(c, n) {
    return ((yield c.load(n)) & 1) !== 0;
}
function plain(c) {
    return c.id + 1;
}
function* nothing(c, n) {
    yield c.store(n, 0);
}
function* silent(c) {
    yield c.load(11);
}
export function* f(c, n) {
    let seen = 0;
    if (yield* isOdd(c, n))
        yield* nothing(c, 1);
    else if (!(yield* isOdd(c, n + 1)))
        return 4;
    else
        seen = yield* isOdd(c, n + 2);
    c.phase = plain(c);
    while (n-- > 0)
        yield* nothing(c, n);
    switch (yield* isOdd(c, 5)) {
        case true:
            return seen;
        case false:
            break;
    }
    const none = [yield* silent(c), plain(c)];
    yield c.store(1, none[1] + (none[0] === undefined ? 1 : 2));
    return n > 3 || (yield* isOdd(c, 6)) ? plain(c) : seen;
}`,
      },
      [0],
      [1],
      [2],
      [5],
    );
  });
});

describe('what is known of the machine', () => {
  it('leaves out the branches that it cannot take, and calls that nobody answers', () => {
    const body = expectSame(
      {
        main: `
export const policy = {
    name: 'x',
    *hook(c, a) {
        yield c.store(a, 1);
    },
    named: outside,
};
function* outside(c) {
    yield c.store(2, 2);
}
export function* f(c, a) {
    if (c.policy.hook)
        yield* c.policy.hook(c, a);
    if (c.policy.none)
        yield* c.policy.none(c, a);
    else if (c.config.waits !== 'killable')
        return 1;
    yield* c.policy.named(c);
    if (c.config.waits === 'killable' && (yield c.load(3)) & 1)
        yield c.store(4, 4);
    const far = c.config.waits === 'never' ? yield c.load(5) : a;
    return c.config.waits === 'never' || (yield c.load(far));
}`,
      },
      [1],
      [2],
    );
    expect(textOf(body, 'f')).not.toMatch(/none|killable|never|hook\(|outside\$\d+_\(/);
  });

  it('is what a constant argument says, unless it is given another value', () => {
    const body = expectSame(
      {
        main: `
function* g(c, how, count) {
    if (how === 'twice')
        yield c.store(1, count);
    count++;
    yield c.store(2, count);
}
export function* f(c) {
    yield* g(c, 'once', 3);
    yield* g(c, 'twice', 3);
}`,
      },
      [],
    );
    expect(textOf(body, 'f')).not.toMatch(/once|twice/);
  });

  it('is not what a constant argument says where a loop gives it another value', () => {
    expectSame(
      {
        main: `
function* g(c, address, value) {
    for (address of [4, 5])
        yield c.store(address, value);
    yield c.store(address, value);
}
export function* f(c) {
    yield* g(c, 1, 3);
}`,
      },
      [],
    );
  });
});
