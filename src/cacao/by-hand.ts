// What people do, decide or answer in place of what we cannot do by ourselves.

import { cutText } from '../core/text.ts';
import { CacaoError, type Draft, titled, type Written } from './draft.ts';
import type { CacaoPlaybook, CacaoStep } from './model.ts';
import type { Variables } from './variables.ts';
import { longestText, said } from './words.ts';

const answerWithin = '4h';
const mostCases = 10;

/** A way that a question leads to. */
export type Way = [answer: string, steps: Written[]];

export class ByHand {
  readonly #draft: Draft;
  readonly #cacao: CacaoPlaybook;
  readonly #variables: Variables;

  constructor(draft: Draft, cacao: CacaoPlaybook, variables: Variables) {
    this.#draft = draft;
    this.#cacao = cacao;
    this.#variables = variables;
  }

  /** People pass it when it is done. */
  gate(text: string, title: string | undefined): Written {
    return titled(this.#draft.id(title), title, { approve: cutText(text, 2_000) });
  }

  /** One gate for each command. */
  commands(id: string, step: CacaoStep, title: string | undefined): Written[] {
    const { commands = [], agent, targets = [], description } = step;
    const who = [
      ...(agent === undefined ? [] : [`by ${this.#called(agent)}`]),
      ...(targets.length > 0 ? [`on ${targets.map((one) => this.#called(one)).join(', ')}`] : []),
    ];
    return commands.map(({ type, command, command_b64: b64, content, content_b64: contentB64 }) => {
      if (type !== 'manual') this.#draft.warn(`${id} has a command of type ${said(type)}: people run it by hand`);
      const texts = [description, command, b64, content, contentB64].filter((one) => typeof one === 'string');
      const whole = texts.join(' | ');
      if (whole.length > longestText) this.#draft.warn(`${id}: its command is cut at ${longestText} characters`);
      const how = [said(type), ...who.map(said)].join(', ');
      return this.gate(this.#variables.text(`Do by hand (${how}): ${said(whole)}`, step), title);
    });
  }

  /** Yes or no; decided without people where a variable decides it. */
  choice(step: CacaoStep, title: string | undefined, { yes, no }: { yes: Written[]; no: Written[] }): Written[] {
    const { condition = '' } = step;
    const ways = [
      { answer: true, steps: yes },
      { answer: false, steps: no },
    ].filter(({ steps }) => steps.length > 0);
    const decided = this.#variables.comparison(condition);
    if (decided !== undefined) {
      const otherwise = no.length > 0 ? [{ steps: no }] : [];
      const choose = yes.length > 0 ? [{ when: decided, steps: yes }, ...otherwise] : [];
      if (choose.length > 0) return [titled(this.#draft.id(title ?? 'case'), title, { choose })];
    }
    const asked = this.#draft.id(title ?? 'question');
    const choose = ways.map(({ answer, steps }) => ({ when: `= steps["${asked}"].answer == ${answer}`, steps }));
    const question = this.#variables.text(`Is it so: ${said(condition)}?`, step);
    const ask = titled(asked, title, { ask: { question, answer: 'yes_no', within: answerWithin } });
    return choose.length === 0 ? [ask] : [ask, { id: this.#draft.id('case'), choose }];
  }

  /** One of several; decided without people where it is the value of a variable. */
  switch(step: CacaoStep, title: string | undefined, ways: readonly Way[]): Written[] {
    if (ways.length > mostCases)
      throw new CacaoError(`A switch has ${ways.length} cases: at most ${mostCases} are read`);
    const by = step.switch ?? '';
    const variable = this.#variables.only(by);
    const full = ways.filter(([, steps]) => steps.length > 0);
    if (variable !== undefined && full.length > 0) return [this.#decided(variable, title, ways)];
    const answers = ways.map(([value, steps]): Way => [said(value).slice(0, 100), steps]);
    const choices = [...new Set([...answers.map(([value]) => value), 'none of these'])];
    const question = this.#variables.text(`Which is it: ${said(by)}`, step);
    if (choices.length < 2 || full.length === 0) return [this.gate(question, title)];
    const asked = this.#draft.id(title ?? 'question');
    const ask = titled(asked, title, { ask: { question, answer: { choices }, within: answerWithin } });
    const choose = answers
      .filter(([, steps]) => steps.length > 0)
      .map(([value, steps]) => ({ when: `= steps["${asked}"].answer == ${JSON.stringify(value)}`, steps }));
    return [ask, { id: this.#draft.id('case'), choose }];
  }

  #decided(variable: string, title: string | undefined, ways: readonly Way[]): Written {
    const cases = ways.filter(([value]) => value !== 'default');
    const values = cases.map(([value]) => value);
    const choose = ways
      .filter(([, steps]) => steps.length > 0)
      .map(([value, steps]) => ({
        when: value === 'default' ? this.#variables.isNone(variable, values) : this.#variables.is(variable, value),
        steps,
      }));
    return titled(this.#draft.id(title ?? 'case'), title, { choose });
  }

  #called(id: string): string {
    return this.#cacao.agent_definitions?.[id]?.name ?? this.#cacao.target_definitions?.[id]?.name ?? id;
  }
}
