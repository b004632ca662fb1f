import { Button, Group, Modal } from "@mantine/core";
import { told } from "../../../i18n/told";
import { useWords } from "../../../i18n/useWords";
import { Failed } from "../../../shell/place/states";
import styles from "../Kept.module.css";
import { useUpdate, useUpdatePreview } from "./queries";

/** What an update of a copy would change, and the update. */
export function UpdateDialog({ stepId, onClose }: { stepId: string; onClose: () => void }) {
  const { t } = useWords();
  const { data, error, refetch } = useUpdatePreview(stepId);
  const update = useUpdate();
  return (
    <Modal opened onClose={onClose} title={t("kept.update_title")}>
      {error && <Failed error={error} onAgain={() => void refetch()} />}
      {data && (
        <>
          <p>{t("kept.update_text", { from: data.from_version, to: data.to_version })}</p>
          <ul className={styles.faults}>
            {data.changes.map((change) => (
              <li key={`${change.kind} ${change.id}`}>
                {t(`kept.change_${change.op}`)} {t(`kept.part_${change.kind}`)} {change.name && `“${change.name}”`}
              </li>
            ))}
          </ul>
          {data.modified && <p className={styles.wrong}>{t("kept.update_modified")}</p>}
          {data.problems.map((problem) => (
            <p key={problem.path + problem.code} className={styles.wrong}>
              {told(problem.message)}
            </p>
          ))}
        </>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t("app.cancel")}
        </Button>
        <Button
          disabled={!data}
          loading={update.isPending}
          onClick={() => update.mutate(stepId, { onSettled: onClose })}
        >
          {t("kept.update")}
        </Button>
      </Group>
    </Modal>
  );
}
