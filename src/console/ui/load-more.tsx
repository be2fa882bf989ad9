// The way to the next page of a list.

import { Button } from './button.tsx';

interface LoadMoreProps {
  hasMore: boolean;
  isLoading: boolean;
  onMore(): void;
  children: string;
}

export const LoadMore = ({ hasMore, isLoading, onMore, children }: LoadMoreProps) =>
  hasMore && (
    <div className="load-more">
      <Button onPress={onMore} isPending={isLoading}>
        {children}
      </Button>
    </div>
  );
