// Pages of the frame that say what happened and lead on.
import { useWords } from "../i18n/useWords";
import { Button } from "../ui/Button";
import { StatePage } from "../ui/StatePage";

export function UnreachablePage() {
  const { t } = useWords();
  return (
    <StatePage title={t("app.unreachable_title")} text={t("app.unreachable_text")}>
      <Button kind="main" onClick={() => location.reload()}>
        {t("shell.again")}
      </Button>
    </StatePage>
  );
}
