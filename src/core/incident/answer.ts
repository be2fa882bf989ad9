// Typed answers of people to the questions of a playbook.

export const simpleAnswers = ['yes_no', 'text', 'number'] as const;
export type AnswerType = (typeof simpleAnswers)[number] | { choices: string[] };
export type Answer = boolean | number | string;

/** Characters of a text. */
export const longestAnswer = 2_000;

/** True when the value answers a question of this type. */
export function isAnswer(type: AnswerType, value: unknown): value is Answer {
  if (typeof type === 'object') return typeof value === 'string' && type.choices.includes(value);
  switch (type) {
    case 'yes_no':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'text':
      return typeof value === 'string' && value.trim() !== '' && value.length <= longestAnswer;
  }
}

/** What would be an answer, for people. */
export function describeAnswerType(type: AnswerType): string {
  if (typeof type === 'object') return `one of ${type.choices.join(', ')}`;
  return { yes_no: 'yes or no', number: 'a number', text: `a text of at most ${longestAnswer} characters` }[type];
}
