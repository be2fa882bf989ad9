// For paths that lead nowhere.

import { Link } from '../router/link.tsx';
import { usePageTitle } from './page-title.ts';

export function NotFoundPage() {
  usePageTitle('Not found');
  return (
    <div className="page">
      <h1>There is no such page</h1>
      <p>
        Check the address, or go to <Link to="/">the incidents</Link>.
      </p>
    </div>
  );
}
