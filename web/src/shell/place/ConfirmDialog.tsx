// Asks once more before something is done that cannot be taken back.
import { Button, Group, Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useWords } from "../../i18n/useWords";

interface ConfirmDialogProps {
  title: string;
  /** What goes with it, and what stays. */
  children: ReactNode;
  /** The verb on the button. */
  action: string;
  isBusy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

export function ConfirmDialog({ title, children, action, isBusy = false, onConfirm, onClose }: ConfirmDialogProps) {
  const { t } = useWords();
  return (
    <Modal opened onClose={onClose} title={title}>
      <div>{children}</div>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t("app.cancel")}
        </Button>
        <Button color="red.8" loading={isBusy} onClick={onConfirm}>
          {action}
        </Button>
      </Group>
    </Modal>
  );
}
