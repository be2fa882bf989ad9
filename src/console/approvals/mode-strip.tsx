// Whether approving touches the world, said so that nobody overlooks it.

export const ModeStrip = ({ mode }: { mode: 'simulate' | 'live' }) =>
  mode === 'live' ? (
    <p className="mode-strip is-live">
      <strong>LIVE</strong> This changes a real system.
    </p>
  ) : (
    <p className="mode-strip is-simulated">
      <strong>simulated</strong> Nothing real is touched.
    </p>
  );
