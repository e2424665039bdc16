/** The kernel as plain functions, derived from its only source: each `yield` becomes a call that performs the access at
 *  once, each `yield*` an ordinary call. For stretches in which nobody else can run, this is the same kernel without the
 *  price of suspending at every access; a test compares the two, word for word.
 *
 *  It reads the built JavaScript. What it takes for granted there, it checks: imports and exports by name, one
 *  statement each.
 *  Limit: a routine that has to wait in the middle cannot be run this way; the engine knows which. */
import { readFileSync } from 'node:fs';
import type { WordAddress } from '../../base/ids.js';
import type { Access, Routine } from '../../hw/access.js';
import { packageFile } from '../../jit/packageFile.js';
import { userMode } from '../../jit/userMode.js';
import type { Cpu, CpuParts } from '../../kernel/cpu.js';
import { cpuTurn } from '../../kernel/cpuLoop.js';
import { interruptFromKernel } from '../../kernel/interrupt.js';
import type { SerializationPolicy } from '../../kernel/serializationPolicy.js';

/** What plain code needs of a cpu: perform an access now. The frequent ones have a method each, which takes what the
 *  method that builds the access takes. */
export interface ImmediateCpu extends Cpu {
  do(access: Access): number;
  loadNow(address: WordAddress): number;
  storeNow(address: WordAddress, value: number): number;
  storeReleaseNow(address: WordAddress, value: number): number;
  exchangeNow(address: WordAddress, value: number): number;
  orNow(address: WordAddress, bits: number): number;
  andNow(address: WordAddress, bits: number): number;
  addNow(address: WordAddress, amount: number): number;
  addReturnNow(address: WordAddress, amount: number): number;
  fenceNow(point: number): number;
  lockNow(address: WordAddress): number;
  unlockNow(address: WordAddress): number;
}

export interface PlainKernel {
  readonly cpuTurn: (c: ImmediateCpu) => void;
  readonly interruptFromKernel: (c: ImmediateCpu) => void;
  /** For the `Cpu` that plain code runs on, in the types of the original. */
  readonly policy: SerializationPolicy;
  readonly userMode: CpuParts['userMode'];
}

/** The same from the generators themselves, which the plain kernel is held to. */
export function suspendingKernel(policy: SerializationPolicy): PlainKernel {
  const toTheEnd = (c: ImmediateCpu, routine: Routine): void => {
    let step = routine.next(0);
    while (!step.done) step = routine.next(c.do(step.value));
  };
  return {
    cpuTurn: (c) => toTheEnd(c, cpuTurn(c)),
    interruptFromKernel: (c) => toTheEnd(c, interruptFromKernel(c)),
    policy,
    userMode,
  };
}

const BUILT = 'dist/src/';

/* The kernel keeps nothing outside the machine's buffer, so all machines of a process share it. */
const modules = new Map<string, Record<string, unknown>>();

export function plainKernel(policy: string): PlainKernel {
  return {
    cpuTurn: load('kernel/cpuLoop.js').cpuTurn as PlainKernel['cpuTurn'],
    interruptFromKernel: load('kernel/interrupt.js')
      .interruptFromKernel as PlainKernel['interruptFromKernel'],
    policy: load(`policies/${policy}.js`).policy as SerializationPolicy,
    userMode: load('jit/userMode.js').userMode as (c: Cpu) => Routine<never>,
  };
}

function load(path: string): Record<string, unknown> {
  let exported = modules.get(path);
  if (!exported) {
    const text = readFileSync(packageFile(BUILT + path), 'utf8');
    exported = evaluate(plainText(text), (specifier) => load(resolve(path, specifier)));
    modules.set(path, exported);
  }
  return exported;
}

function resolve(from: string, specifier: string): string {
  if (!specifier.startsWith('.'))
    throw new Error(`the kernel imports ${specifier}, which is no file of its own`);
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

/** Runs the text of a module. @returns its exports. */
function evaluate(
  text: string,
  imported: (specifier: string) => Record<string, unknown>,
): Record<string, unknown> {
  const exported: string[] = [];
  const body = text
    .replace(/^import \{([^}]*)\} from '([^']+)';$/gm, (_, names: string, from: string) => {
      return `const {${names.replaceAll(' as ', ': ')}} = imported('${from}');`;
    })
    .replace(/^export (function|const|class) (\w+)/gm, (_, kind: string, name: string) => {
      exported.push(name);
      return `${kind} ${name}`;
    })
    .replace(/^export \{\};$/gm, '');
  const left = /^(import|export)\b.*/m.exec(body);
  if (left) throw new Error(`not understood in the built kernel: ${left[0]}`);
  return new Function('imported', `'use strict';\n${body}\nreturn { ${exported.join(', ')} };`)(imported);
}

/** Generators become functions, yields become calls. */
export function plainText(text: string): string {
  return replaceYields(withoutComments(text))
    .replace(/\bfunction\* ?/g, 'function ')
    .replace(/^(\s*)\*(\w+)\(/gm, '$1$2(')
    .replace(/\byield\* /g, '');
}

/** A string stays, a comment goes. */
function withoutComments(text: string): string {
  return text.replace(
    /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (match) => (match.startsWith('/') ? '' : match),
  );
}

/** `c.load(x)` becomes `c.loadNow(x)`; what has no such method is built, then done. */
const AT_ONCE = /^c\.(load|store|storeRelease|exchange|or|and|add|addReturn|fence|lock|unlock)\(/;

function performed(access: string): string {
  return AT_ONCE.test(access) ? access.replace(AT_ONCE, 'c.$1Now(') : `c.do(${access})`;
}

/** `yield X` takes everything up to the bracket, comma or semicolon that ends the expression. */
function replaceYields(text: string): string {
  let out = '';
  let rest = 0;
  for (const match of text.matchAll(/\byield (?!\*)/g)) {
    const start = match.index + match[0].length;
    let depth = 0;
    let end = start;
    for (; end < text.length; end++) {
      const at = text[end]!;
      if (depth === 0 && ')],;}'.includes(at)) break;
      if ('([{'.includes(at)) depth++;
      else if (')]}'.includes(at)) depth--;
    }
    out += `${text.slice(rest, match.index)}${performed(text.slice(start, end))}`;
    rest = end;
  }
  return out + text.slice(rest);
}
