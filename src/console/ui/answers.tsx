// Questions and their answers, as an explanation gives them.

import type { Explanation } from '../../contract/api/index.ts';
import { Lines } from './lines.tsx';
import { Outside } from './outside.tsx';

export const Answers = ({ answers, level = 3 }: { answers: Explanation['answers']; level?: 2 | 3 }) => {
  const Title = `h${level}` as const;
  return answers.map(({ question, lines }) => (
    <section key={question} className="answer">
      <Title>
        <Outside text={question} />
      </Title>
      <Lines lines={lines} />
    </section>
  ));
};
