import { Modal, Select } from "@mantine/core";
import { useState } from "react";
import { useWords } from "../../i18n/useWords";
import type { BotCardData } from "../bots/queries";
import { CredentialForm } from "./CredentialForm";
import styles from "./credentials.module.css";

interface NewCredentialProps {
  /** Those that may be changed. */
  bots: readonly BotCardData[];
  botId: string | null;
  onClose: () => void;
}

/** A credential belongs to one bot. */
export function NewCredential({ bots, botId, onClose }: NewCredentialProps) {
  const { t } = useWords();
  const first = bots.find((bot) => bot.id === botId) ?? bots[0];
  const [chosen, setChosen] = useState(first?.id ?? null);
  return (
    <Modal opened onClose={onClose} title={t("credentials.new_title")}>
      <div className={styles.form}>
        <Select
          label={t("credentials.bot")}
          data={bots.map((bot) => ({ value: bot.id, label: bot.name }))}
          value={chosen}
          onChange={(id) => id && setChosen(id)}
          allowDeselect={false}
          searchable={bots.length > 8}
        />
        {chosen && <CredentialForm botId={chosen} onDone={onClose} />}
      </div>
    </Modal>
  );
}
