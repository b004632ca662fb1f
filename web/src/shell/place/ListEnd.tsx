// The end of a list that is read a page at a time: on to the next page, if there is one.
import { Button } from "@mantine/core";
import { useWords } from "../../i18n/useWords";

interface ListEndProps {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** Takes what `usePages` returns. */
export function ListEnd({ hasNextPage, isFetchingNextPage, fetchNextPage }: ListEndProps) {
  const { t } = useWords();
  if (!hasNextPage) return null;
  return (
    <Button variant="default" mt="md" loading={isFetchingNextPage} onClick={() => fetchNextPage()}>
      {t("app.more")}
    </Button>
  );
}
