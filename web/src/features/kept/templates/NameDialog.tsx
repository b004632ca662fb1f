import { Button, Group, Modal, TextInput } from "@mantine/core";
import type { FormEvent } from "react";
import { useWords } from "../../../i18n/useWords";

interface NameDialogProps {
  title: string;
  name: string;
  isBusy: boolean;
  onName: (name: string) => void;
  onClose: () => void;
}

/** Asks for a name. */
export function NameDialog({ title, name, isBusy, onName, onClose }: NameDialogProps) {
  const { t } = useWords();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onName(String(new FormData(event.currentTarget).get("name")).trim());
  };
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <TextInput name="name" label={t("kept.name")} defaultValue={name} maxLength={200} required data-autofocus />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>
            {t("app.cancel")}
          </Button>
          <Button type="submit" loading={isBusy}>
            {t("app.save")}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
