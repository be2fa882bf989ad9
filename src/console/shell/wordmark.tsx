// The name.

export const Wordmark = () => (
  <span className="wordmark">
    <img src="/favicon.svg" alt="" width="22" height="22" />
    Firebreak
  </span>
);
