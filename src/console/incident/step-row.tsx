// One step.

import type { Step } from '../../contract/api/index.ts';
import { Badge, ModeBadge } from '../ui/badge.tsx';
import { durationText } from '../ui/duration.ts';
import { Exact, Fact, Facts, Params } from '../ui/facts.tsx';
import { Outside } from '../ui/outside.tsx';
import { Clock } from '../ui/time.tsx';
import { Told } from '../ui/told.tsx';
import { levelMeaning, stepStanding } from './step-words.ts';

export function StepRow({ step }: { step: Step }) {
  const { word, tone } = stepStanding[step.status];
  return (
    <li className="row-card">
      <div className="row-main">
        <p className="row-title">
          <Badge tone={tone}>{word}</Badge> <ModeBadge mode={step.mode} /> <Outside text={step.title} />
        </p>
        {step.detail && (
          <p className="row-detail">
            <Told text={step.detail} /> {step.code && <code className="quiet">{step.code}</code>}
          </p>
        )}
        <details>
          <summary>
            <Exact text={step.action} /> on <Exact text={step.target} />
          </summary>
          <Facts>
            <Fact name="Parameters">
              <Params params={step.params} />
            </Fact>
            <Fact name="Level">
              {step.level}: {levelMeaning[step.level]}
            </Fact>
            <Fact name="Can be undone">{step.reversible ? 'yes' : 'no'}</Fact>
            {step.holdMs !== null && <Fact name="Held for">{durationText(step.holdMs)}</Fact>}
            {step.startedAt && (
              <Fact name="Started">
                <Clock at={step.startedAt} />
              </Fact>
            )}
          </Facts>
        </details>
      </div>
    </li>
  );
}
