// The ways between the alerts that are no incidents and what keeps them from being some.

import { Link } from '../router/link.tsx';

const places = [
  { name: 'alerts', to: '/suppressed', label: 'Alerts' },
  { name: 'silences', to: '/silences', label: 'Silences' },
  { name: 'rules', to: '/suppressed/rules', label: 'Rules of the plan' },
] as const;

export const SuppressedTabs = ({ at }: { at?: (typeof places)[number]['name'] }) => (
  <nav className="tabs" aria-label="Suppressed">
    {places.map(({ name, to, label }) => (
      <Link key={name} to={to} aria-current={at === name ? 'page' : undefined}>
        {label}
      </Link>
    ))}
  </nav>
);
