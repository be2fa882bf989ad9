// One step of a playbook that is no action: what it is, and how far.

import type { FlowEntry } from '../../contract/api/index.ts';
import { Badge } from '../ui/badge.tsx';
import { Outside } from '../ui/outside.tsx';
import { Told } from '../ui/told.tsx';
import { flowKinds, flowStanding } from './step-words.ts';

export function FlowRow({ entry }: { entry: FlowEntry }) {
  const { word, tone } = flowStanding[entry.status];
  return (
    <li className="row-card">
      <div className="row-main">
        <p className="row-title">
          <Badge tone={tone}>{word}</Badge> <Outside text={entry.title} />{' '}
          <span className="quiet">{flowKinds[entry.type]}</span>
        </p>
        {entry.detail && (
          <p className="row-detail">
            <Told text={entry.detail} /> {entry.code && <code className="quiet">{entry.code}</code>}
          </p>
        )}
      </div>
    </li>
  );
}
