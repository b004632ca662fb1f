// Lists that are read a page at a time: the first at once, the next ones when asked for.
import { useInfiniteQuery } from "@tanstack/react-query";

interface Page<Item> {
  items: Item[];
  next_cursor?: string | null;
}

/** `read` gets the cursor of the page wanted, none for the first. Items of all pages read so far, in their order. */
export function usePages<Item>(key: readonly unknown[], read: (cursor: string | undefined) => Promise<Page<Item>>) {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  return { ...query, items: query.data?.pages.flatMap((page) => page.items) ?? [] };
}
