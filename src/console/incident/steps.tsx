// What the playbook does, phase by phase, and what came of it.

import type { IncidentDetail, Step } from '../../contract/api/index.ts';
import { hasEnded } from '../../core/incident/status.ts';
import { Panel } from '../ui/panel.tsx';
import { FlowRow } from './flow-row.tsx';
import { StepRow } from './step-row.tsx';
import { phaseTitles } from './step-words.ts';

const phases = Object.keys(phaseTitles) as Step['phase'][];

export function Steps({ incident }: { incident: IncidentDetail }) {
  const byId = new Map(incident.steps.map((step) => [step.id, step]));
  const byPhase = phases
    .map((phase) => ({ phase, entries: incident.flow.filter((entry) => entry.phase === phase) }))
    .filter(({ entries }) => entries.length > 0);
  return (
    <Panel id="steps" title="Steps">
      {byPhase.length === 0 && (
        <p className="quiet">{hasEnded(incident.status) ? 'No steps were planned.' : 'No steps are planned yet.'}</p>
      )}
      {byPhase.map(({ phase, entries }) => (
        <section key={phase} aria-labelledby={`phase-${phase}`}>
          <h3 id={`phase-${phase}`} className="group-title">
            {phaseTitles[phase]}
          </h3>
          <ol className="row-cards">
            {entries.map((entry) => {
              const step = byId.get(entry.id);
              return step ? <StepRow key={entry.id} step={step} /> : <FlowRow key={entry.id} entry={entry} />;
            })}
          </ol>
        </section>
      ))}
    </Panel>
  );
}
