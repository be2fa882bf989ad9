// Turns typed values into the arguments of a configured command. A value can never become an option, a second argument
// or anything but the text it is.

import { RE2JS } from '@bufbuild/re2';
import { networkText, parseNetwork } from '../../net/ip.ts';
import type { GuardFacts, Refusal } from '../action.ts';
import type { Command, CommandParameter } from '../targets.ts';
import { refusalOfNetwork } from './ip-guard.ts';

export type CommandValues = Readonly<Record<string, string | number>>;

/** Why these values are not taken; undefined when they are. */
export function refusalOfValues(command: Command, values: CommandValues, facts: GuardFacts): Refusal | undefined {
  const unknown = Object.keys(values).find((name) => !command.parameters.has(name));
  if (unknown !== undefined) {
    const known = [...command.parameters.keys()].join(', ') || 'none';
    return invalid(unknown, `is no parameter of the command; its parameters are ${known}`);
  }
  for (const [name, parameter] of command.parameters) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) return invalid(name, 'is missing');
    const wrong = whatIsWrong(parameter, value);
    if (wrong !== undefined) return invalid(name, wrong);
    const network = parameter.type === 'ip' && parameter.guarded ? parseNetwork(String(value)) : undefined;
    const guarded = network && refusalOfNetwork(network, facts);
    if (guarded !== undefined) return guarded;
  }
  return undefined;
}

function invalid(name: string, wrong: string): Refusal {
  return { code: 'argument_invalid', reason: `The argument ${name} ${wrong}` };
}

function whatIsWrong(parameter: CommandParameter, value: string | number): string | undefined {
  switch (parameter.type) {
    case 'integer': {
      if (!Number.isSafeInteger(value)) return 'must be a whole number';
      const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = parameter;
      return Number(value) < min || Number(value) > max ? `must be from ${min} to ${max}` : undefined;
    }
    case 'enum':
      return parameter.values.includes(String(value)) ? undefined : `must be one of ${parameter.values.join(', ')}`;
    case 'ip':
      return parseNetwork(String(value)) === undefined ? 'must be an IP address or a network' : undefined;
    case 'string': {
      const text = String(value);
      if (text.startsWith('-')) return 'must not start with "-", as an option does';
      if (/\p{Cc}/u.test(text)) return 'must not hold control characters';
      if (text.length > parameter.maxLength) return `must have ${parameter.maxLength} characters at most`;
      return RE2JS.compile(parameter.pattern).testExact(text) ? undefined : `must match ${parameter.pattern}`;
    }
  }
}

/** Each argument stays one argument, whatever is in the values. */
export function fillIn(templates: readonly string[], command: Command, values: CommandValues): string[] {
  return templates.map((template) =>
    template.replace(/\{([A-Za-z0-9._-]+)\}/g, (whole, name: string) => {
      const parameter = command.parameters.get(name);
      const value = values[name];
      if (parameter === undefined || value === undefined) return whole;
      const network = parameter.type === 'ip' ? parseNetwork(String(value)) : undefined;
      return network === undefined ? String(value) : networkText(network);
    }),
  );
}
