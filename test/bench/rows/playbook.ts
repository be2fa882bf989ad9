// A playbook of ten steps beside the same ten acts in a workflow that is written by hand: what the interpreter costs.

import { timedByAnnouncement } from '../announced.ts';
import type { Bench } from '../bench.ts';
import { mostEvents } from '../histories.ts';
import type { Row } from '../report.ts';
import { median } from '../statistics.ts';
import { completeOne } from './events.ts';

const beside = 'bare, the same 10 acts';

export async function playbookRows(bench: Bench): Promise<Row[]> {
  const samples = bench.isQuick ? 5 : 25;
  bench.progress('a playbook of ten steps');
  const { sdk } = bench.world;
  let floorEvents = 0;
  const floor = async () => {
    const bare = await sdk.call('timeTenActivities', null);
    floorEvents = bare.events;
    return bare.ms;
  };
  const { ours, theirs } = await timedByAnnouncement(bench, { kind: 'ten', samples, announce: announceLast, floor });
  const events = mostEvents(await completeOne(bench.world, 'ten'));
  const row = { beside, goal: null };
  return [
    {
      ...row,
      name: 'events of an incident with a ten-step playbook',
      unit: 'events',
      value: events,
      floor: floorEvents,
    },
    {
      ...row,
      name: 'alert to the end of a ten-step playbook, p50',
      unit: 'ms',
      value: median(ours),
      floor: median(theirs),
    },
  ];
}

const announceLast = `
  create function announce_tenth() returns trigger language plpgsql as $$
  begin
    if new.key like '%/s10' then perform pg_notify('bench_ten', new.key); end if;
    return null;
  end $$;
  create trigger bench_announce_tenth after update of outcome on effects for each row execute function announce_tenth();
`;
