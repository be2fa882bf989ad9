// What is left for people to do after the incident.

import { Outside } from '../ui/outside.tsx';

export const FollowUps = ({ followUps }: { followUps: readonly string[] }) =>
  followUps.length > 0 && (
    <section className="panel" aria-labelledby="follow-ups">
      <h2 id="follow-ups" className="section-title">
        Open follow-ups
      </h2>
      <ul className="reasons">
        {followUps.map((followUp) => (
          <li key={followUp}>
            <Outside text={followUp} />
          </li>
        ))}
      </ul>
    </section>
  );
