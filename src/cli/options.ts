// Options and arguments that several commands share.

import { Command, InvalidArgumentError, Option } from 'commander';
import { pageLimits } from '../contract/api/common.ts';

/** A command that does something: with --json, and examples under its help. */
export function leaf(name: string, description: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .option('--json', 'print JSON, and nothing else, on stdout')
    .addHelpText(
      'after',
      `\n${examples.length > 1 ? 'Examples' : 'Example'}:\n${examples.map((line) => `  $ ${line}`).join('\n')}`,
    );
}

/** Commands that belong together, under one name. */
export function group(name: string, description: string, commands: readonly Command[] = []): Command {
  const made = new Command(name).description(description).helpCommand(false);
  for (const command of commands) made.addCommand(command);
  return made;
}

function positiveInteger(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Write a whole number above 0.');
  return Number(text);
}

export const limitOption = (): Option =>
  new Option('--limit <n>', `at most so many, up to ${pageLimits.max}`).argParser(positiveInteger).default(50);
export const cursorOption = (): Option => new Option('--cursor <next>', 'go on after an earlier page: its `next`');

/** One of a list of words; several with commas, as the API has it. */
export const someOf =
  (values: readonly string[]) =>
  (text: string): string => {
    const wrong = text.split(',').find((word) => !values.includes(word));
    if (wrong !== undefined) throw new InvalidArgumentError(`Allowed are ${values.join(', ')}; several with commas.`);
    return text;
  };

export const reasonOption = (): Option => new Option('--reason <text>', 'why; it is on the timeline');

/** Leaves out what was not given: exact optional properties. */
export function given<T extends object>(options: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}
