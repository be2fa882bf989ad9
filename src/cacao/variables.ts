// The variables of a CACAO playbook. Those of the playbook become `set` steps: with their value, or with what people answer
// where it comes from outside or is returned by a step. Those of a step are constants to us: they are written out.
// An expression is only ever made of our own words and of quoted texts.

import { type AnswerType, isAnswer } from '../core/incident/answer.ts';
import { cutText } from '../core/text.ts';
import { type Draft, titled, type Written } from './draft.ts';
import type { CacaoStep, CacaoVariable } from './model.ts';
import { said } from './words.ts';

const mostVariables = 20;
const longestValue = 1_000;
/** In one text: a sum of more of them is nested deeper than an expression may be. */
const mostInText = 8;
const longestExpression = 2_000;

const use = /(__[a-zA-Z_][a-zA-Z0-9_-]{0,199}__):value/g;
const quoted = (text: string): string => JSON.stringify(text);

export class Variables {
  readonly #draft: Draft;
  readonly #variables: Readonly<Record<string, CacaoVariable>>;
  /** What each is called here, by its name there. */
  readonly #names = new Map<string, string>();

  /** @param steps those that may use them */
  constructor(draft: Draft, variables: Readonly<Record<string, CacaoVariable>>, steps: readonly CacaoStep[]) {
    this.#draft = draft;
    this.#variables = variables;
    const used = new Set(steps.flatMap(usesOf));
    for (const [name, { value }] of Object.entries(variables)) {
      if (!used.has(name)) draft.warn(`the variable ${name} is used by no step: left out`);
      else if (this.#names.size === mostVariables)
        draft.warn(`the variable ${name} is left out: at most ${mostVariables} are read`);
      else if ((value?.length ?? 0) > longestValue)
        draft.warn(`the variable ${name} is longer than ${longestValue} characters: left out`);
      else this.#names.set(name, this.#freeName(name));
    }
  }

  /** Before every other step: each has a value then. */
  firstSteps(returned: ReadonlySet<string>): Written[] {
    const asked = [...this.#names.keys()].filter((name) => this.#isAsked(name, returned));
    const known = [...this.#names].filter(([name]) => !asked.includes(name));
    const set = Object.fromEntries(
      known.map(([name, ours]) => [ours, literal(cutText(this.#variables[name]?.value ?? '', longestValue))]),
    );
    const questions = asked.flatMap((name) => this.#ask(name, `What is ${name}?`, this.#variables[name]?.value));
    return known.length > 0 ? [{ id: this.#draft.id('variables'), set }, ...questions] : questions;
  }

  /** After a step that people did by hand: they know what it returned. */
  returnedBy({ out_args: names = [] }: CacaoStep, id: string): Written[] {
    const known = names.filter((name) => this.#names.has(name));
    for (const name of names)
      if (!known.includes(name)) this.#draft.warn(`${id} returns ${name}, which nothing else uses: left out`);
    return known.flatMap((name) => this.#ask(name, `What is ${name} now?`, undefined));
  }

  /** A text of the step: an expression where it uses variables of the playbook. */
  text(written: string, { step_variables: own = {} }: CacaoStep): string {
    const plain = written.replace(use, (found, name: string) => own[name]?.value ?? found);
    const text = said(plain);
    const parts = text.split(use);
    const names = parts.filter((_, index) => index % 2 === 1);
    if (!names.some((name) => this.#names.has(name))) return text;
    const sum = parts
      .map((part, index) => (index % 2 === 1 ? this.#value(part) : quoted(part)))
      .filter((part) => part !== '""');
    const expression = `= ${/^"/.test(sum[0] ?? '') ? '' : '"" + '}${sum.join(' + ')}`;
    if (names.length <= mostInText && expression.length <= longestExpression) return expression;
    this.#draft.warn(`a text uses ${names.length} variables or is too long: it names them, and people look them up`);
    return text;
  }

  /** What decides a comparison of one variable with a text, as in `__x__:value == 'a'`; undefined of any other condition. */
  comparison(condition: string): string | undefined {
    const [, name = '', operator, value] =
      /^\s*(__\S{1,202}__):value\s*(==?|!=)\s*'([^'\\]{0,200})'\s*$/.exec(condition) ?? [];
    return value === undefined || !this.#names.has(name)
      ? undefined
      : operator === '!='
        ? this.isNone(name, [value])
        : this.is(name, value);
  }

  /** The variable that a text is, and nothing else. */
  only(text: string): string | undefined {
    const [, name = ''] = /^\s*(__\S{1,202}__):value\s*$/.exec(text) ?? [];
    return this.#names.has(name) ? name : undefined;
  }

  is(name: string, value: string): string {
    return `= ${this.#value(name)} == ${quoted(value)}`;
  }

  isNone(name: string, values: readonly string[]): string {
    return `= !(${this.#value(name)} in [${values.map(quoted).join(', ')}])`;
  }

  /** As text: a variable of CACAO is one, whatever its type. */
  #value(name: string): string {
    const ours = this.#names.get(name);
    return ours === undefined ? quoted(`${name}:value`) : `string(vars.${ours})`;
  }

  #isAsked(name: string, returned: ReadonlySet<string>): boolean {
    const { external = false, value } = this.#variables[name] ?? {};
    return external || ((value ?? null) === null && !returned.has(name));
  }

  #ask(name: string, question: string, otherwise: string | null | undefined): Written[] {
    const { type = 'string', description } = this.#variables[name] ?? {};
    const asked = this.#draft.id(name);
    const answer = answerOf(type);
    const ask = {
      question: said(description?.trim() ? `${question} ${description}` : question),
      answer,
      within: '4h',
      ...(isAnswer(answer, otherwise) && { otherwise }),
    };
    const set = { [this.#names.get(name) ?? name]: `= string(steps[${quoted(asked)}].answer)` };
    return [titled(asked, undefined, { ask }), { id: this.#draft.id(`set-${name}`), set }];
  }

  #freeName(name: string): string {
    const base = name
      .toLowerCase()
      .replace(/^_+|_+$/g, '')
      .replace(/[^a-z0-9_]/g, '_')
      .replace(/^[^a-z]/, 'v_')
      .slice(0, 36);
    const taken = new Set(this.#names.values());
    let ours = base || 'v';
    for (let n = 2; taken.has(ours); n += 1) ours = `${base || 'v'}_${n}`;
    return ours;
  }
}

/** The variables that a step uses or returns, wherever it names them. */
function usesOf(step: CacaoStep): string[] {
  const { out_args: returned = [], commands = [], condition = '', switch: by = '', description = '' } = step;
  const texts = [condition, by, description, ...commands.flatMap((command) => Object.values(command))];
  const used = texts.flatMap((text) => (typeof text === 'string' ? [...text.matchAll(use)] : []));
  return [...returned, ...used.map(([, name = '']) => name)];
}

/** A text that begins with "=" would be read as an expression. */
const literal = (value: string): string => (value.startsWith('=') ? `= ${quoted(value)}` : value);

function answerOf(type: string): AnswerType {
  if (type === 'bool') return 'yes_no';
  return ['integer', 'long', 'float'].includes(type) ? 'number' : 'text';
}
