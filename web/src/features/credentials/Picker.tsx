import { Modal, Select } from "@mantine/core";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../ui/Button";
import { ICON } from "../../ui/icon";
import { CredentialForm } from "./CredentialForm";
import type { CredentialPickerProps } from "./CredentialPicker";
import styles from "./credentials.module.css";
import { providerName, useCredentials, useProviders } from "./queries";

export default function Picker({
  botId,
  providers = [],
  value,
  onChange,
  hosts,
  isReadOnly,
  error,
}: CredentialPickerProps) {
  const { t } = useWords();
  const { data: credentials } = useCredentials(botId);
  const [isAdding, setIsAdding] = useState(false);
  const options = useOptions(credentials, providers, value);
  return (
    <div className={styles.picker}>
      <Select
        className={styles.choice ?? ""}
        label={t("credentials.pick")}
        placeholder={t(isReadOnly ? "credentials.pick_none" : "credentials.pick_choose")}
        data={options}
        value={value}
        onChange={onChange}
        disabled={isReadOnly ?? false}
        error={error}
        clearable
        searchable={options.length > 8}
        comboboxProps={{ withinPortal: true }}
      />
      {!isReadOnly && (
        <Button onClick={() => setIsAdding(true)}>
          <Plus {...ICON} />
          {t("credentials.pick_new")}
        </Button>
      )}
      <Modal opened={isAdding} onClose={() => setIsAdding(false)} title={t("credentials.new_title")}>
        <CredentialForm
          botId={botId}
          providers={providers}
          hosts={hosts ?? []}
          onDone={(made) => {
            setIsAdding(false);
            onChange(made.id);
          }}
        />
      </Modal>
    </div>
  );
}

/** Those that fit, and the chosen one whatever it is. */
function useOptions(
  credentials: ReturnType<typeof useCredentials>["data"],
  providers: readonly string[],
  value: string | null,
) {
  const { t } = useWords();
  const { data: known } = useProviders();
  const nameOf = (id: string) => providerName(t, known?.find((each) => each.id === id) ?? { id, name: id });
  const fits = (provider: string) => providers.length === 0 || providers.includes(provider);
  const options = (credentials ?? [])
    .filter((each) => each.id === value || fits(each.provider))
    .map((each) => {
      const about = each.has_secret ? nameOf(each.provider) : t("credentials.pick_empty");
      return { value: each.id, label: `${each.name} (${about})` };
    });
  const isGone = value !== null && credentials !== undefined && !options.some((each) => each.value === value);
  return isGone ? [...options, { value, label: t("credentials.pick_gone") }] : options;
}
