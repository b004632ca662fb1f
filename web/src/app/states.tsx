// Pages of the shell that are no feature's: loading, not found, broken.
import { useWords } from "../i18n/useWords";
import { Button } from "../ui/Button";
import { HomeLink, StatePage } from "../ui/StatePage";

export function LoadingPage() {
  const { t } = useWords();
  return (
    <main aria-busy="true">
      <span className="only-heard" role="status">
        {t("shell.loading")}
      </span>
    </main>
  );
}

export function LostPage() {
  const { t } = useWords();
  return (
    <StatePage code="404" title={t("shell.lost_title")} text={t("shell.lost_text")}>
      <HomeLink />
    </StatePage>
  );
}

export function BrokenPage() {
  const { t } = useWords();
  return (
    <StatePage title={t("shell.broken_title")} text={t("shell.broken_text")}>
      <Button kind="main" onClick={() => location.reload()}>
        {t("shell.reload")}
      </Button>
    </StatePage>
  );
}
